package inventory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/parser/jinja/value"
)

func TestWhatIsNoInventoryInTOMLIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"syntax", "[web]\nhosts = nothing\n", "hosts.toml:2:9: this is no TOML: expected value but found \"nothing\" instead"},
		{"a key twice", "[web]\n[web]\n", "hosts.toml:2:2: this is no TOML: Key 'web' has already been defined."},
		{"nothing", "# empty\n", "is empty"},
		{"a plugin's settings", "plugin = 'aws_ec2'\n", "configures a plugin"},
		{"hosts in a list", "[web]\nhosts = ['a']\n", "hosts of the group web: this must be a table"},
		{"a host that is a number", "[web.hosts]\na = 3\n", "hosts of the group web: the variables of the host a must be a table"},
		{"children in a table", "[web.children]\ndb = {}\n", "children of the group web: this must be a list"},
		{"a child that is a number", "[web]\nchildren = [1]\n", "children of the group web: a group must be named by text, not by a int"},
		{"variables in a list", "[web]\nvars = []\n", "vars of the group web: this must be a table"},
		{"a group in itself", "[web]\nchildren = ['web']\n", "children of the group web: the group \"web\" cannot be a child of itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hosts.toml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(t.Context(), []string{path}, Options{Strict: true}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q in it", err, c.says)
			}
		})
	}
}

func TestTimesAreAsPythonWritesThem(t *testing.T) {
	for toml, want := range map[string]string{
		"2024-01-31T03:04:05Z":         "2024-01-31 03:04:05+00:00",
		"2024-01-31 03:04:05.25-02:30": "2024-01-31 03:04:05.250000-02:30",
		"2024-01-31T03:04:05":          "2024-01-31 03:04:05",
		"2024-01-31":                   "2024-01-31",
		"12:00:00":                     "12:00:00",
		"12:00:00.5":                   "12:00:00.500000",
	} {
		path := filepath.Join(t.TempDir(), "hosts.toml")
		if err := os.WriteFile(path, []byte("[all.vars]\nt = "+toml+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := Load(t.Context(), []string{path}, Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := inv.Groups["all"].Vars.GetStr("t"); got != value.Str(want) {
			t.Errorf("%s: got %v, want %s", toml, got, want)
		}
	}
}

func TestWhatIsNoGroupInTOMLIsSkippedWithAWarning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hosts.toml")
	if err := os.WriteFile(path, []byte("x = 1\n[web]\ncolour = 'red'\nhosts = { a = {} }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	inv, err := Load(t.Context(), []string{path}, Options{Strict: true, Warn: func(s string) { warnings = append(warnings, s) }})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Skipping 'x' as this is not a valid group definition",
		`Skipping unexpected key "colour" in group "web", only "vars", "children" and "hosts" are valid`,
	}
	if diff := cmp.Diff(want, warnings); diff != "" || len(inv.Hosts) != 1 {
		t.Errorf("%d hosts; -want +got\n%s", len(inv.Hosts), diff)
	}
}

// TestAnInventoryWrittenAsTOMLIsTheSame writes inventories and has Ansible and this package read what was written.
func TestAnInventoryWrittenAsTOMLIsTheSame(t *testing.T) {
	const hosts = `
all:
  vars: {zeta: 1, a: 1, nothing: null, s: "{{ a }} \"quoted\"", list: [{three: 3.5, two: x}, {}], "odd key": [1, 2], nested: {b: true, c: {d: e}}}
  children:
    web:
      hosts: {web2: , web1: {x: 1}}
      vars: {port: 80}
    db:
      children: {main: {hosts: {db1: , web1: }}}
`
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	load := func(path string) *Inventory {
		inv, err := Load(t.Context(), []string{path}, Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	list := func(inv *Inventory) any {
		l, err := inv.List(false)
		if err != nil {
			t.Fatal(err)
		}
		return plain(t, Plain(l, true))
	}
	from := load(write("hosts.yml", strings.Replace(hosts, "nothing: null, ", "", 1)))
	text, err := load(write("nulls.yml", hosts)).TOML(true)
	if err != nil {
		t.Fatal(err)
	}
	write("ansible.cfg", "[inventory]\nenable_plugins = toml\n")
	if diff := cmp.Diff(list(from), list(load(write("hosts.toml", text)))); diff != "" {
		t.Errorf("read again: -from +to\n%s\n%s", diff, text)
	}
	var theirs any
	if err := json.Unmarshal([]byte(ansibleInventory(t, dir, "-i", "hosts.toml", "--list")), &theirs); err != nil {
		t.Fatal(err)
	}
	ours, _ := json.Marshal(list(from))
	var want any
	json.Unmarshal(ours, &want)
	if diff := cmp.Diff(want, theirs); diff != "" {
		t.Errorf("read by Ansible: -from +to\n%s\n%s", diff, text)
	}
}
