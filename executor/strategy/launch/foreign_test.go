package launch

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
)

// by is what a banner says of a foreign module, and the stars after it; noticed is the notice of all of them. Ansible has neither.
var (
	by      = regexp.MustCompile(`(?m)^((?:TASK|RUNNING HANDLER) \[.*?\])(?: \[(?:python|sh|binary)\])? \*+$`)
	noticed = regexp.MustCompile(`\[WARNING\]: these modules are run by interpreters[^[]*`)
	jobIDs  = regexp.MustCompile(`jid=j[0-9.]+`)
)

func withoutMarks(s screen) screen {
	s.out = jobIDs.ReplaceAllString(by.ReplaceAllString(s.out, "$1 ***"), "jid=JOB")
	s.err = noticed.ReplaceAllString(s.err, "")
	return s
}

// Every kind of foreign module, with what it can do wrong, on the screen as Ansible has it.
func TestForeignModulesAreRunAsAnsibleRunsThem(t *testing.T) {
	program := installed(t, "ansible-playbook")
	dir, err := filepath.Abs("testdata/foreign")
	if err != nil {
		t.Fatal(err)
	}
	want := withoutMarks(ansible(t, program, dir, "foreign", "hosts", nil))
	got := ours(t, dir, "foreign", "hosts", func(o *Options) {
		o.PythonModules = true
		o.Getenv = environment("HOME", t.TempDir(), "ANSIBLE_PYTHON_INTERPRETER", "/usr/bin/python3")
	})
	if !strings.Contains(got.out, "TASK [A script of old] [sh] *") || !strings.Contains(got.out, "TASK [Again] [python] *") {
		t.Errorf("the banners do not say who runs the modules:\n%s", got.out)
	}
	compareScreens(t, want, withoutMarks(got))
}

// What is said of foreign modules before any host is touched.
func TestForeignModulesBeforeTheRun(t *testing.T) {
	const module = "#!/usr/bin/python\nfrom ansible.module_utils.basic import AnsibleModule\n"
	for _, c := range []struct {
		name, task, file, text string
		on                     bool
		refused, noticed       string
	}{
		{name: "off", task: "acme: {x: 1}", file: "library/acme.py", text: module, refused: "run it with --python-modules"},
		{name: "on", task: "acme: {x: 1}", file: "library/acme.py", text: module, on: true, noticed: "not natively: acme (python)"},
		{name: "a script", task: "acme: {x: 1}", file: "library/acme", text: "#!/usr/bin/env bash\n", on: true, noticed: "not natively: acme (bash)"},
		{name: "nowhere", task: "acme: {x: 1}", on: true, refused: "couldn't resolve module/action 'acme'"},
		{name: "not installed", task: "kubernetes.core.helmfile: {x: 1}", on: true, refused: "couldn't resolve module/action"},
		{name: "an action plugin", task: "acme: {x: 1}", file: "action_plugins/acme.py", text: module, on: true, refused: "couldn't resolve module/action 'acme'"},
		{name: "a module with an action plugin", task: "community.general.shutdown:", on: true, refused: "Ansible runs an action plugin on the controller for it"},
		{name: "what it imports is not there", task: "acme: {x: 1}", file: "library/acme.py", text: module + "from ansible.module_utils.of_acme import x\n", on: true,
			refused: "Could not find imported module support code for acme. Looked for ansible.module_utils.of_acme.x or ansible.module_utils.of_acme"},
		{name: "no first line", task: "acme: {x: 1}", file: "library/acme", text: "echo", on: true, refused: "has no first line"},
		{name: "for Windows", task: "acme: {x: 1}", file: "library/acme.ps1", text: "#Requires -Module Ansible.ModuleUtils.Legacy\n", on: true, refused: "is a module for Windows"},
		{name: "in the place of a native one", task: "ping:", file: "library/ping.py", text: module, on: true, noticed: "not natively: ping (python)"},
		{name: "in the place of a native one, off", task: "ping:", file: "library/ping.py", text: module, noticed: "the native module ansible.builtin.ping is run, not "},
		{name: "a native one that is named in full", task: "ansible.builtin.ping:", file: "library/ping.py", text: module, on: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - "+c.task+"\n")
			if c.file != "" {
				write(t, filepath.Join(dir, c.file), c.text)
			}
			var out bytes.Buffer
			s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir,
				Getenv: environment(), PythonModules: c.on})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			refused := ""
			if err := s.Refuse(false); err != nil {
				refused = err.Error()
			}
			if c.refused == "" && refused != "" || !strings.Contains(refused, c.refused) {
				t.Errorf("refused with %q, want %q", refused, c.refused)
			}
			if said := strings.ReplaceAll(out.String(), "\n", " "); c.noticed == "" && said != "" || !strings.Contains(said, c.noticed) {
				t.Errorf("says %q, want %q", said, c.noticed)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Over SSH the module goes to the target, and nothing of its arguments is in a command line.
func TestForeignModulesOverSSH(t *testing.T) {
	server := sshdtest.Start(t)
	library := t.TempDir()
	write(t, filepath.Join(library, "acme.py"), `#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(word=dict()))
with open('/proc/self/cmdline') as f:
    module.exit_json(changed=False, told=module.params['word'] in f.read(), word=module.params['word'])
`)
	book := "- hosts: target\n  gather_facts: false\n  tasks:\n    - acme: {word: quite secret}\n      register: r\n    - assert: {that: [not r.told, r.word == 'quite secret']}\n"
	screen, code := overSSH(t, server, book, func(o *Options) {
		o.PythonModules, o.Getenv = true, environment("ANSIBLE_LIBRARY", library)
	})
	if code != 0 || !strings.Contains(screen, "TASK [acme] [python] *") {
		t.Errorf("exit code %d\n%s", code, screen)
	}
}
