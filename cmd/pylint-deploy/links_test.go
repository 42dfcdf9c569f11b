package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flag is what a help text says of an option: all its names, and whether it takes a value.
type flag struct {
	names []string
	value bool
}

// optionLine is the head of an option in the help of Python's argparse.
var optionLine = regexp.MustCompile(`^  (-[^ ].*?)(?:  .*)?$`)

// flagsOf reads the options of a help text.
func flagsOf(help string) (out []flag) {
	for line := range strings.SplitSeq(help, "\n") {
		m := optionLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		var f flag
		for _, form := range strings.Split(m[1], ", ") {
			name, metavar, _ := strings.Cut(form, " ")
			f.names = append(f.names, name)
			f.value = f.value || metavar != ""
		}
		out = append(out, f)
	}
	return out
}

// TestEveryFlagOfAnsiblesProgramsIsKnown goes through their help texts.
func TestEveryFlagOfAnsiblesProgramsIsKnown(t *testing.T) {
	vault := []string{"create", "decrypt", "edit", "view", "encrypt", "encrypt_string", "rekey"}
	for _, program := range slices.Sorted(maps.Keys(links)) {
		path := theirs(t, program)
		subcommands := [][]string{nil}
		if program == "ansible-vault" {
			for _, name := range vault {
				subcommands = append(subcommands, []string{name})
			}
		}
		for _, sub := range subcommands {
			help, err := exec.Command(path, append(slices.Clone(sub), "--help")...).Output()
			if err != nil {
				t.Fatal(err)
			}
			command, _, err := newRoot().Find(append(slices.Clone(links[program][:1]), sub...))
			if err != nil {
				t.Fatal(err)
			}
			found := flagsOf(string(help))
			if len(found) < 2 {
				t.Fatalf("the help of %s %v has %d options", program, sub, len(found))
			}
			for _, f := range found {
				sameFlag(t, program, command, f)
			}
		}
	}
}

// sameFlag wants a flag with all names that Ansible has for it, which takes a value where it does.
func sameFlag(t *testing.T, program string, command *cobra.Command, f flag) {
	t.Helper()
	if slices.Contains(f.names, "--help") || slices.Contains(f.names, "--version") { // cobra's, and throughLink's
		return
	}
	first := ""
	for _, name := range f.names {
		label := program + " " + name
		known := lookup(command, name)
		switch {
		case known == nil && !command.Runnable(): // the options of a program whose actions have them
		case known == nil:
			t.Errorf("%s (%s) is unknown", label, command.CommandPath())
		case f.value != (known.NoOptDefVal == ""):
			t.Errorf("%s takes a value: %v, Ansible's %v", label, known.NoOptDefVal == "", f.value)
		case first != "" && first != known.Name:
			t.Errorf("%s is another flag than %s", label, first)
		default:
			first = known.Name
		}
	}
}

func lookup(command *cobra.Command, name string) *pflag.Flag {
	if long, ok := strings.CutPrefix(name, "--"); ok {
		return command.Flags().Lookup(long)
	}
	return command.Flags().ShorthandLookup(strings.TrimPrefix(name, "-"))
}

// TestProgramsUnderAnsiblesNamesEndAsAnsiblesDo: the same exit code for what cannot begin, and for what can.
func TestProgramsUnderAnsiblesNamesEndAsAnsiblesDo(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "h", "web1 ansible_connection=local\n")
	put(t, dir, "pw", "secret\n")
	put(t, dir, "ok.yml", "- hosts: all\n  gather_facts: no\n  tasks:\n  - debug:\n")
	put(t, dir, "fails.yml", "- hosts: all\n  gather_facts: no\n  tasks:\n  - fail:\n")
	put(t, dir, "broken.yml", "- hosts: all\n  tasks:\n  - debug:\n bad\n")
	put(t, dir, "keyword.yml", "- hosts: all\n  tasks:\n  - debug:\n    nonsense: 1\n")
	put(t, dir, "lost.yml", "- hosts: all\n  gather_facts: no\n  tasks:\n  - ping:\n    vars: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}\n")
	for _, line := range []string{
		"ansible-playbook", "ansible-playbook --bogus ok.yml", "ansible-playbook nosuch.yml", "ansible-playbook .", "ansible-playbook -i h ok.yml",
		"ansible-playbook -i h fails.yml", "ansible-playbook -i h broken.yml", "ansible-playbook -i h keyword.yml", "ansible-playbook -i h lost.yml",
		"ansible-playbook -i h -l nope ok.yml", "ansible-playbook -i h --lim nope ok.yml", "ansible-playbook -i h ok.yml -f 0", "ansible-playbook -i h ok.yml -f x",
		"ansible-playbook -i h ok.yml -t", "ansible-playbook -i h ok.yml -k --connection-password-file pw", "ansible-playbook -i h ok.yml -e @nofile",
		"ansible-playbook -i h ok.yml -e ./vars.yml", "ansible-playbook -i h ok.yml --vault-password-file nope", "ansible-playbook -i h ok.yml --synt",
		"ansible-playbook -i h ok.yml --start-at-task nope", "ansible-playbook -i h --list-h ok.yml", "ansible-playbook -i h ok.yml --vault-id a;b@pw",
		"ansible web1 -i h", "ansible web1 -i h -m ping", "ansible nope -i h -m ping", "ansible web1 -i h -l nope -m ping", "ansible web1 -i h -m ping -o",
		"ansible localhost -m import_playbook -a ok.yml", "ansible web1 -i h -a false", "ansible web1 -i h --list-hosts", "ansible web1 -i h -a true --task-t 900",
		"ansible-inventory", "ansible-inventory -i h --list", "ansible-inventory -i h --list --graph", "ansible-inventory -i h --graph nogroup",
		"ansible-inventory -i h --host nope", "ansible-inventory -i h --host web1 -e a=1",
		"ansible-vault", "ansible-vault bogus", "ansible-vault view nope --vault-password-file pw", "ansible-vault encrypt a b --output c --vault-password-file pw",
		"ansible-vault decrypt ok.yml --vault-password-file pw", "ansible-vault encrypt_string --vault-password-file pw --encrypt-vault-id no x",
		"ansible-vault encrypt_string --vault-id a@pw --vault-id b@pw x", "ansible-vault encrypt_string --vault-password-file pw -p x -n y --stdin-name z",
		"ansible-vault create --vault-password-file pw", "ansible-vault rekey ok.yml --vault-password-file pw --new-vault-password-file pw --new-vault-id a@pw",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			words := strings.Fields(line)
			want := ended(t, dir, theirs(t, words[0]), words...)
			if got := ended(t, dir, ownPath(t), words...); got.code != want.code {
				t.Errorf("exit code %d, want %d\n--- Ansible\n%s\n--- ours\n%s", got.code, want.code, want.text, got.text)
			}
		})
	}
}

type end struct {
	code int
	text string
}

// ended runs a program under a name.
func ended(t *testing.T, dir, program string, argv ...string) end {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Args, cmd.Dir = argv, dir
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "EDITOR=true")
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return end{cmd.ProcessState.ExitCode(), said.String()}
}

// ownPath is this test's program, which is the command under the names of links.
func ownPath(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVersionsSayWhoseProgramItIs(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "ansible.cfg", "[defaults]\ncollections_path = ./mine\n")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(ownPath(t))
	cmd.Args, cmd.Dir = []string{"ansible-playbook", "--version"}, dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ansible-playbook [core 2.", "config file = " + filepath.Join(dir, "ansible.cfg"), "collection location = " + filepath.Join(dir, "mine"), "pylint-deploy version = "} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
