package inventory

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// ansibleInventory runs the real program in dir, or skips the test where it is not installed.
func ansibleInventory(t *testing.T, dir string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("ansible-inventory")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible-inventory is not installed")
		}
		t.Skip("ansible-inventory is not installed")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_DEPRECATION_WARNINGS=0")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ansible-inventory %v: %v\n%s", args, err, stderr.String())
	}
	return string(out)
}

// plain makes what encoding/json makes of the same data.
func plain(t *testing.T, v value.Value) any {
	switch v := v.(type) {
	case value.NoneType:
		return nil
	case value.Bool:
		return bool(v)
	case value.Int:
		return float64(v)
	case value.Float:
		return float64(v)
	case value.Str:
		return string(v)
	case value.Tuple:
		out := []any{}
		for _, item := range v {
			out = append(out, plain(t, item))
		}
		return out
	case *value.List:
		out := []any{}
		for _, item := range v.Items {
			out = append(out, plain(t, item))
		}
		return out
	case *value.Dict:
		out := map[string]any{}
		for k, item := range v.All() {
			text, _ := value.ToStr(k)
			out[text] = plain(t, item)
		}
		return out
	}
	t.Errorf("no JSON for %T", v)
	return nil
}

// unpack writes the files of an archive; those whose name ends in .sh are programs.
func unpack(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		mode := os.FileMode(0o644)
		if strings.HasSuffix(f.Name, ".sh") {
			mode = 0o755
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestInventoriesAreReadAsAnsibleReadsThem compares --list, --list --export and --graph of every archive in testdata, whose
// first line names the sources, with those of the real ansible-inventory.
func TestInventoriesAreReadAsAnsibleReadsThem(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(archive)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpack(t, a)
			first, _, _ := strings.Cut(string(a.Comment), "\n")
			var sources, args []string
			for _, s := range strings.Fields(first) {
				args = append(args, "-i", s)
				if !strings.Contains(s, ",") {
					s = filepath.Join(dir, s)
				}
				sources = append(sources, s)
			}
			inv, err := Load(t.Context(), sources, Options{PlaybookDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			for _, export := range []bool{false, true} {
				options := append([]string{"--list", "--playbook-dir", "."}, args...)
				if export {
					options = append(options, "--export")
				}
				var want any
				if err := json.Unmarshal([]byte(ansibleInventory(t, dir, options...)), &want); err != nil {
					t.Fatal(err)
				}
				list, err := inv.List(export)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, plain(t, Plain(list, true))); diff != "" {
					t.Errorf("--list, export %v: -Ansible +ours\n%s", export, diff)
				}
			}
			graph, err := inv.Graph("all", false)
			if err != nil {
				t.Fatal(err)
			}
			want := ansibleInventory(t, dir, append([]string{"--graph"}, args...)...)
			if diff := cmp.Diff(strings.TrimSpace(want), strings.Join(graph, "\n")); diff != "" {
				t.Errorf("--graph: -Ansible +ours\n%s", diff)
			}
		})
	}
}

var patternHosts = "web1,web2,web3,db1,db2,lb,10.0.0.1,"

// TestPatternsMatchWhatAnsibleMatches compares host patterns with those of Ansible's inventory manager.
func TestPatternsMatchWhatAnsibleMatches(t *testing.T) {
	if exec.Command("/usr/bin/python3", "-c", "import ansible").Run() != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible is not installed")
		}
		t.Skip("ansible is not installed")
	}
	file := filepath.Join(t.TempDir(), "hosts")
	text := "[web]\nweb[1:3]\n[db]\ndb1\ndb2\n[hex]\na\nb\nfe80::1\n[prod:children]\nweb\n[prod]\ndb2\n[misc]\nlb\n10.0.0.1\n[under_score]\nweb2\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := Load(t.Context(), []string{file}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const program = `
import sys, json
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
out = []
for p in json.load(sys.stdin):
    im = InventoryManager(loader=DataLoader(), sources=[sys.argv[1]])
    try: out.append([h.name for h in im.get_hosts(p)])
    except Exception as e: out.append(None)
json.dump(out, sys.stdout)
`
	patterns := []string{"all", "*", "web", "web1", "web*", "web:db", "web,db", "web:!web2", "all:!web", "web:&prod", "prod", "!web", "&web", "web[0]", "web[-1]", "web[0:1]", "web[1:]", "web[9]", "web[0-1]",
		"db*:web*", "~web\\d", "~(web|db)1$", "~eb", "web?", "web[13]", "w[!e]b*", "nope", "localhost", "127.0.0.1", "10.0.0.1", "10.*", "ungrouped", "web1:web1", "db[0]:&prod", "prod:!db*", "web1,!web1", "under_score", "all:&web:!web1:!web2", "misc", "lb:10.0.0.1", "~[", "a:b", "a:!b", "a:b:db1", "hex:!a", "fe80::1", "a:fe80::1", "a,fe80::1", "a::b", "*[0]", "w*[0:1]"}
	in, _ := json.Marshal(patterns)
	cmd := exec.Command("/usr/bin/python3", "-c", program, file)
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	for i, p := range patterns {
		hosts, err := inv.Match(p)
		names := []string{}
		for _, h := range hosts {
			names = append(names, h.Name)
		}
		if err != nil {
			names = nil
		}
		if diff := cmp.Diff(want[i], names); diff != "" {
			t.Errorf("%s: -Ansible +ours\n%s", p, diff)
		}
	}
}

func TestErrorsPointAtTheLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.cfg", "web1\n[web\nweb2\n", "a.cfg:2:1"},
		{"a.cfg", "[web:kids]\n", "a.cfg:1:1: the section [web:kids]"},
		{"a.cfg", "[web:vars]\na=1\n", "a.cfg:1:1: the section [web:vars] is of a group that is not there"},
		{"a.cfg", "[web:children]\napp\n", "a.cfg:2:1: the section [web:children] includes the group app"},
		{"a.cfg", "web1 a=1 b\n", "expected key=value"},
		{"a.cfg", "web1 a='1\n", "never closed"},
		{"a.cfg", "web[1:\n", "range"},
		{"a.cfg", "[web:vars]\na\n[web]\n", "a.cfg:2:1: expected key=value"},
		{"a.yml", "all:\n  hosts:\n    - web1\n", "a.yml:3:5: hosts must be a mapping"},
		{"a.yml", "- a\n", "a.yml:1:1: an inventory in YAML must be a mapping"},
		{"a.yml", "all:\n  hosts:\n    1:\n", "a.yml:3:5: a host must be named by text"},
		{"a.yml", "all: [\n", "a.yml:"},
		{"a.yml", "plugin: amazon.aws.aws_ec2\n", "a.yml:1:9: the inventory plugin amazon.aws.aws_ec2 is not supported"},
		{"a.yml", "a:\n  children:\n    b:\n      children:\n        a:\n", "makes a loop"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(t.Context(), []string{path}, Options{Strict: true}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}

// TestSourcesThatCannotBeReadAreWarnedOf: as in Ansible, the other sources count.
func TestSourcesThatCannotBeReadAreWarnedOf(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(bad, []byte("kept\n[web\nlost\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	inv, err := Load(t.Context(), []string{bad, "/nowhere/at/all", "web1,"}, Options{Warn: func(text string) { warnings = append(warnings, text) }})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(inv.HostNames(), " "); got != "kept web1" {
		t.Errorf("hosts: %s", got)
	}
	if len(warnings) != 4 || !strings.Contains(warnings[0], "hosts:2:1") || !strings.Contains(warnings[3], "Unable to parse /nowhere/at/all") {
		t.Errorf("warnings: %q", warnings)
	}
	warnings = nil
	if inv, err = Load(t.Context(), []string{"/nowhere"}, Options{Warn: func(text string) { warnings = append(warnings, text) }}); err != nil || len(inv.HostNames()) != 0 {
		t.Errorf("got %v, %v", inv.HostNames(), err)
	}
	if len(warnings) != 3 || !strings.Contains(warnings[2], "only implicit localhost") {
		t.Errorf("warnings: %q", warnings)
	}
}

func TestTheRunCanAddHostsAndGroups(t *testing.T) {
	inv, err := Load(t.Context(), []string{"web1,web2,"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	own := value.NewDict()
	own.SetStr("x", value.Int(1))
	for i, want := range []bool{true, false} {
		if got := inv.AddHost("new", own, []string{"fresh"}); got != want {
			t.Errorf("add_host number %d changed something: %v", i+1, got)
		}
	}
	if changed, err := inv.AddToGroup("debian", "web1", []string{"os"}); err != nil || !changed {
		t.Errorf("group_by: %v, %v", changed, err)
	}
	if got := strings.Join(inv.GroupsOf("web1"), " "); got != "debian os" {
		t.Errorf("web1 is in %s", got)
	}
	if d, _ := inv.HostVars("new"); d.Len() != 1 {
		t.Errorf("variables of new: %d", d.Len())
	}
	if got := strings.Join(inv.Groups["ungrouped"].Hosts, " "); got != "web2" {
		t.Errorf("ungrouped: %s", got)
	}
}

func TestImplicitLocalhostIsLocal(t *testing.T) {
	inv, err := Load(t.Context(), nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	hosts, err := inv.Match("localhost")
	if err != nil || len(hosts) != 1 || !hosts[0].Implicit {
		t.Fatalf("got %v, %v", hosts, err)
	}
	own, _ := inv.HostVars("localhost")
	if v, _ := own.GetStr("ansible_connection"); v != value.Str("local") {
		t.Errorf("ansible_connection is %v", v)
	}
	if all, _ := inv.Match("all"); len(all) != 0 {
		t.Error("all does not match the implicit localhost")
	}
}

func TestVaultedInventoriesNeedAPassword(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hosts")
	sealed, err := vars.Seal([]byte("web1\n"), []byte("pw"), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(t.Context(), []string{path}, Options{Strict: true}); err == nil || !strings.Contains(err.Error(), "vault password") {
		t.Errorf("got %v", err)
	}
	k := &vars.Keyring{}
	k.Add(vars.DefaultID, []byte("pw"))
	inv, err := Load(t.Context(), []string{path}, Options{Decrypt: k.Decrypt()})
	if err != nil || inv.Hosts["web1"] == nil {
		t.Errorf("got %v", err)
	}
}

func FuzzINI(f *testing.F) {
	f.Add("[web]\na[1:3] x='y z' # c\n[web:vars]\nk={'a': [1]}\n[p:children]\nweb\n")
	f.Fuzz(func(t *testing.T, text string) {
		inv := New(Options{})
		if inv.ini("f", text) == nil {
			inv.reconcile()
			inv.HostNames()
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("web*:&db[0]:!~x")
	inv, err := Load(f.Context(), []string{patternHosts}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pattern string) { inv.Match(pattern) })
}
