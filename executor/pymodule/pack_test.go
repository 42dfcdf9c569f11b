package pymodule

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// askAnsible lists what Ansible packs with modules, by their paths.
const askAnsible = `import io, json, sys, warnings, zipfile
warnings.simplefilter('ignore')
from ansible.plugins import loader
loader._configure_collection_loader()
from ansible.executor import module_common
out = {}
for path in sys.argv[1:]:
    with open(path, 'rb') as f:
        data = f.read()
    fqn = module_common._get_ansible_module_fqn(path)
    z = zipfile.ZipFile(io.BytesIO(), 'w')
    module_common.recursive_finder('x', fqn, data, z)
    module_common._add_module_to_zip(z, fqn, data)
    out[path] = sorted(set(z.namelist()))
json.dump(out, sys.stdout)
`

// samples import in every way: of ansible-core, of their own collection and of others, deep, relative, in a try, redirected.
var samples = strings.Fields(`ansible.builtin.ping ansible.builtin.setup ansible.builtin.uri ansible.builtin.dnf ansible.builtin.service_facts ansible.posix.mount
	community.general.xml community.general.ini_file community.general.jira community.general.pacman community.general.redhat_subscription community.general.git_config
	community.crypto.openssl_privatekey community.crypto.acme_certificate community.docker.docker_container community.docker.docker_compose
	community.mysql.mysql_user community.postgresql.postgresql_db kubernetes.core.helm netapp.ontap.na_ontap_info`)

func TestWhatIsPackedIsWhatAnsiblePacks(t *testing.T) {
	l := New(Options{Getenv: os.Getenv})
	core, err := l.core()
	python := "/usr/bin/python3"
	if err != nil || exec.Command(python, "-c", "import ansible").Run() != nil || l.collectionDir("community.general") == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("ansible and its collections are not installed, and CI has to compare with them: %v", err)
		}
		t.Skip("ansible and its collections are not installed: nothing to compare with")
	}
	got, args := map[string][]string{}, []string{"-c", askAnsible}
	for _, name := range samples {
		f, err := l.Find(name, nil)
		if err != nil || f == nil {
			t.Fatalf("%s: %v, %v", name, f, err)
		}
		f.Action = ""
		p, err := l.Pack(f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got[p.Path] = slices.DeleteFunc(slices.Sorted(maps.Keys(unpacked(t, p))), func(name string) bool { return name == "__main__.py" })
		args = append(args, p.Path)
	}
	cmd := exec.Command(python, args...)
	cmd.Dir = filepath.Dir(filepath.Dir(core))
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-ansible +ours:\n%s", diff)
	}
}

func unpacked(t *testing.T, p *Program) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(p.Content), int64(len(p.Content)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = text.String()
	}
	return out
}

const ofBasic = "#!/usr/bin/python\nfrom ansible.module_utils.basic import AnsibleModule\n"

// installed makes a directory with an ansible-core, a collection, a playbook and a role, and a library of them.
func installed(t *testing.T) (*Library, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"site/ansible/release.py":                                            "__version__ = '2.99.1'\n__author__ = \"Somebody\"\n",
		"site/ansible/module_utils/basic.py":                                 "",
		"site/ansible/module_utils/common/parameters.py":                     "PASS = {'check_mode': 1}\n",
		"site/ansible/modules/core.py":                                       ofBasic,
		"site/ansible/modules/copies.py":                                     ofBasic,
		"site/ansible/plugins/action/copies.py":                              "",
		"site/ansible/config/ansible_builtin_runtime.yml":                    "plugin_routing: {module_utils: {gone: {redirect: a.b.here}}}\n",
		"site/ansible_collections/a/b/plugins/modules/thing.py":              ofBasic,
		"site/ansible_collections/a/b/plugins/modules/sub/deep.py":           ofBasic,
		"site/ansible_collections/a/b/plugins/modules/acts.py":               ofBasic,
		"site/ansible_collections/a/b/plugins/action/acts.py":                "",
		"site/ansible_collections/a/b/plugins/module_utils/here.py":          "",
		"site/ansible_collections/a/b/meta/runtime.yml":                      "plugin_routing: {modules: {was: {redirect: a.b.thing}, dead: {tombstone: {warning_text: Use thing.}}, moved: {redirect: ansible.builtin.core}}}\n",
		"play/library/own.py":                                                ofBasic,
		"play/library/core.py":                                               ofBasic + "# own\n",
		"play/library/words.txt":                                             "",
		"play/collections/ansible_collections/a/c/plugins/modules/near.sh":   "#!/bin/sh\n",
		"play/module_utils/help/__init__.py":                                 "",
		"play/module_utils/help/more.py":                                     "from . import less\n",
		"play/module_utils/help/less.py":                                     "",
		"role/library/rolled":                                                "#!/usr/bin/env ruby\n",
		"site/ansible_collections/a/b/plugins/module_utils/not_asked_for.py": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return New(Options{Getenv: func(string) string { return "" }, Dirs: []string{filepath.Join(dir, "play")}, Core: filepath.Join(dir, "site/ansible")}), dir
}

func TestWhereModulesAreFound(t *testing.T) {
	l, dir := installed(t)
	for _, c := range []struct {
		name, collections, path, fqcn, action, err string
	}{
		{name: "own", path: "play/library/own.py", fqcn: "ansible.legacy.own"},
		{name: "ansible.legacy.own", path: "play/library/own.py", fqcn: "ansible.legacy.own"},
		{name: "core", path: "play/library/core.py", fqcn: "ansible.legacy.core"},
		{name: "ansible.builtin.core", path: "site/ansible/modules/core.py", fqcn: "ansible.builtin.core"},
		{name: "copies", path: "site/ansible/modules/copies.py", fqcn: "ansible.builtin.copies", action: "site/ansible/plugins/action/copies.py"},
		{name: "words"},
		{name: "thing"},
		{name: "thing", collections: "a.b", path: "site/ansible_collections/a/b/plugins/modules/thing.py", fqcn: "a.b.thing"},
		{name: "core", collections: "a.b", path: "play/library/core.py", fqcn: "ansible.legacy.core"},
		{name: "a.b.thing", path: "site/ansible_collections/a/b/plugins/modules/thing.py", fqcn: "a.b.thing"},
		{name: "a.b.sub.deep", path: "site/ansible_collections/a/b/plugins/modules/sub/deep.py", fqcn: "a.b.sub.deep"},
		{name: "a.b.was", path: "site/ansible_collections/a/b/plugins/modules/thing.py", fqcn: "a.b.thing"},
		{name: "a.b.moved", path: "site/ansible/modules/core.py", fqcn: "ansible.builtin.core"},
		{name: "a.b.dead", err: "a.b.dead has been removed. Use thing."},
		{name: "a.b.acts", path: "site/ansible_collections/a/b/plugins/modules/acts.py", fqcn: "a.b.acts", action: "site/ansible_collections/a/b/plugins/action/acts.py"},
		{name: "a.c.near", path: "play/collections/ansible_collections/a/c/plugins/modules/near.sh", fqcn: "a.c.near"},
		{name: "x.y.z"},
		{name: "rolled"},
	} {
		f, err := l.Find(c.name, strings.Fields(c.collections))
		said := ""
		if err != nil {
			said = err.Error()
		}
		if said != c.err {
			t.Errorf("%s: %q, want %q", c.name, said, c.err)
		}
		var want *File
		if c.path != "" {
			want = &File{Name: c.name, FQCN: c.fqcn, Path: filepath.Join(dir, c.path)}
			if c.action != "" {
				want.Action = filepath.Join(dir, c.action)
			}
		}
		if diff := cmp.Diff(want, f); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
	l.AddDir(filepath.Join(dir, "role"))
	if f, err := l.Find("rolled", nil); f == nil || err != nil || f.Path != filepath.Join(dir, "role/library/rolled") {
		t.Errorf("after its role: %v, %v", f, err)
	}
}

func TestKindsOfModules(t *testing.T) {
	l, dir := installed(t)
	for _, c := range []struct {
		text  string
		kind  Kind
		first string
		err   string
	}{
		{text: ofBasic, kind: Packed, first: "/usr/bin/python"},
		{text: "import ansible.module_utils.basic\n", kind: Packed},
		{text: "#!/usr/bin/python\n#<<INCLUDE_ANSIBLE_MODULE_COMMON>>\n", kind: Packed, first: "/usr/bin/python"},
		{text: "#!/bin/sh\n# WANT_JSON\n", kind: WantJSON, first: "/bin/sh"},
		{text: "#!/usr/bin/env perl\n# <<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>\n", kind: Filled, first: "/usr/bin/env perl"},
		{text: "#!/bin/sh\n", kind: Old, first: "/bin/sh"},
		{text: "\x7fELF\x00", kind: Binary},
		{text: "echo\n", err: "has no first line such as #!/usr/bin/python that names its interpreter"},
		{text: "#Requires -Module Ansible.ModuleUtils.Legacy\n", err: "is a module for Windows"},
		{text: ofBasic + "from ansible.module_utils.help.more import x\n", kind: Packed, first: "/usr/bin/python"},
		{text: ofBasic + "from ansible.module_utils.gone import x\n", kind: Packed, first: "/usr/bin/python"},
		{text: ofBasic + "from ansible.module_utils.nowhere import x\n", err: "Could not find imported module support code for m"},
		{text: ofBasic + "try:\n    from ansible.module_utils.nowhere import x\nexcept ImportError:\n    pass\n", kind: Packed, first: "/usr/bin/python"},
		{text: ofBasic + "from ansible_collections.x.y.plugins.module_utils.z import a\n", err: "which is not installed"},
	} {
		path := filepath.Join(dir, "m")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := l.pack(&File{Name: "m", FQCN: "ansible.legacy.m", Path: path})
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: %v, want %q", c.text, err, c.err)
			}
		case err != nil:
			t.Errorf("%q: %v", c.text, err)
		case p.Kind != c.kind || strings.Join(p.Interpreter, " ") != c.first:
			t.Errorf("%q: %s by %q, want %s by %q", c.text, p.Kind, p.Interpreter, c.kind, c.first)
		}
	}
}

func TestAPackedModule(t *testing.T) {
	l, dir := installed(t)
	path := filepath.Join(dir, "m.py")
	if err := os.WriteFile(path, []byte(ofBasic+"from ansible.module_utils.help.more import x\nfrom ansible.module_utils.gone import y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := l.Pack(&File{Name: "m", FQCN: "ansible.legacy.m", Path: path})
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, p)
	want := strings.Fields(`__main__.py ansible/__init__.py ansible/module_utils/__init__.py ansible/module_utils/basic.py
		ansible/module_utils/gone/__init__.py ansible/module_utils/help/__init__.py ansible/module_utils/help/less.py ansible/module_utils/help/more.py
		ansible/modules/__init__.py ansible/modules/m.py ansible_collections/__init__.py ansible_collections/a/__init__.py ansible_collections/a/b/__init__.py
		ansible_collections/a/b/plugins/__init__.py ansible_collections/a/b/plugins/module_utils/__init__.py ansible_collections/a/b/plugins/module_utils/here.py`)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for file, part := range map[string]string{"__main__.py": `run("ansible.modules.m")`, "ansible/__init__.py": `__version__ = "2.99.1"`,
		"ansible/module_utils/gone/__init__.py": "import ansible_collections.a.b.plugins.module_utils.here as other"} {
		if !strings.Contains(files[file], part) {
			t.Errorf("%s lacks %q:\n%s", file, part, files[file])
		}
	}
	again, err := l.pack(&File{Name: "m", FQCN: "ansible.legacy.m", Path: path})
	if err != nil || !bytes.Equal(again.Content, p.Content) {
		t.Errorf("the same module is another archive the next time: %v", err)
	}
}

func TestWithoutAnsibleCore(t *testing.T) {
	_, dir := installed(t)
	l := New(Options{Getenv: func(string) string { return "" }, Core: ""})
	l.core = func() (string, error) { return "", errNoCore }
	if _, err := l.Pack(&File{Name: "own", FQCN: "ansible.legacy.own", Path: filepath.Join(dir, "play/library/own.py")}); err != errNoCore {
		t.Errorf("%v, want %v", err, errNoCore)
	}
	if p, err := l.Pack(&File{Name: "rolled", FQCN: "ansible.legacy.rolled", Path: filepath.Join(dir, "role/library/rolled")}); err != nil || p.Kind != Old {
		t.Errorf("a script needs none: %v, %v", p, err)
	}
}
