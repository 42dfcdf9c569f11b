package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// books are playbooks of testdata that Ansible's program and this one run alike: every byte of the screen, the warnings and
// the exit code. They have one host where the order of several would be chance.
var books = []struct {
	name, inventory string
	args            []string
	edit            func(*Options)
	env             []string // NAME=VALUE
}{
	{name: "language", inventory: "hosts"},
	{name: "language", inventory: "hosts", args: []string{"-v"}, edit: func(o *Options) { o.Verbosity = 1 }},
	{name: "language", inventory: "hosts", args: []string{"--tags", "never"}, edit: func(o *Options) { o.Tags = []string{"never"} }},
	{name: "roles", inventory: "hosts"},
	{name: "roles", inventory: "hosts", args: []string{"--skip-tags", "base"}, edit: func(o *Options) { o.SkipTags = []string{"base"} }},
	{name: "files", inventory: "hosts"},
	{name: "modules", inventory: "hosts"},
	{name: "messages", inventory: "hosts"},
	{name: "trouble", inventory: "hosts"},
	{name: "raised", inventory: "hosts"},
	{name: "messages", inventory: "hosts", env: []string{"ANSIBLE_STDOUT_CALLBACK=oneline"}},
	{name: "language", inventory: "hosts", env: []string{"ANSIBLE_CALLBACK_RESULT_FORMAT=yaml", "ANSIBLE_VERBOSITY=1"}},
	{name: "language", inventory: "hosts", env: []string{"ANSIBLE_STDOUT_CALLBACK=community.general.yaml", "ANSIBLE_VERBOSITY=1"}},
	{name: "language", inventory: "hosts", env: []string{"ANSIBLE_STDOUT_CALLBACK=ansible.posix.debug", "ANSIBLE_VERBOSITY=1"}},
	{name: "language", inventory: "hosts", env: []string{"ANSIBLE_CALLBACK_FORMAT_PRETTY=false", "ANSIBLE_VERBOSITY=1"}},
	{name: "language", inventory: "hosts", env: []string{"ANSIBLE_STDOUT_CALLBACK=minimal", "ANSIBLE_VERBOSITY=1"}},
	{name: "files", inventory: "hosts", env: []string{"ANSIBLE_FORCE_COLOR=1", "ANSIBLE_COLOR_CHANGED=bright blue", "ANSIBLE_DIFF_ALWAYS=1", "ANSIBLE_NOCOLOR="}},
	{name: "messages", inventory: "hosts", env: []string{"ANSIBLE_STDOUT_CALLBACK=yaml"}},
	{name: "modules", inventory: "hosts", env: []string{"ANSIBLE_FORCE_COLOR=1", "ANSIBLE_NOCOLOR="}},
	{name: "language", inventory: "hosts", args: []string{"--check", "-vv"}, edit: func(o *Options) { o.Check, o.Verbosity = true, 2 }, env: []string{"ANSIBLE_CHECK_MODE_MARKERS=1"}},
	{name: "registers", inventory: "hosts"},
	{name: "magic", inventory: "many", env: []string{"ANSIBLE_SHOW_CUSTOM_STATS=1"}},
	{name: "batches", inventory: "many"},
	{name: "fates", inventory: "many"},
	{name: "fates", inventory: "many", args: []string{"-l", "s2:s3", "-v"}, edit: func(o *Options) { o.Limit, o.Verbosity = "s2:s3", 1 }},
	{name: "items", inventory: "hosts"},
	{name: "items", inventory: "hosts", args: []string{"--start-at-task", "nosuch"}, edit: func(o *Options) { o.StartAt = "nosuch" }},
	{name: "batches", inventory: "many", args: []string{"-l", "s2:s3"}, edit: func(o *Options) { o.Limit = "s2:s3" }},
}

func TestScreensAreThoseOfAnsible(t *testing.T) {
	program := installed(t, "ansible-playbook")
	dir, err := filepath.Abs("testdata/books")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range books {
		t.Run(strings.Join(append(append([]string{b.name}, b.args...), b.env...), " "), func(t *testing.T) {
			t.Parallel()
			want := ansible(t, program, dir, b.name, b.inventory, b.args, b.env...)
			got := ours(t, dir, b.name, b.inventory, b.edit, b.env...)
			compareScreens(t, want, got)
		})
	}
}

// installed is the path of one of Ansible's programs. CI must have it: a comparison that is skipped there is none.
func installed(t *testing.T, name string) string {
	t.Helper()
	program, err := exec.LookPath(name)
	if err == nil {
		return program
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed, and CI has to compare with it", name)
	}
	t.Skipf("%s is not installed: nothing to compare with", name)
	return ""
}

type screen struct {
	out, err string
	code     int
}

func compareScreens(t *testing.T, want, got screen) {
	t.Helper()
	if got.out != want.out {
		t.Errorf("screen:\n--- ansible-playbook\n%s\n--- pylint-deploy\n%s", want.out, got.out)
	}
	if got.err != want.err {
		t.Errorf("warnings:\n--- ansible-playbook\n%s\n--- pylint-deploy\n%s", want.err, got.err)
	}
	if got.code != want.code {
		t.Errorf("exit code %d, ansible-playbook's is %d", got.code, want.code)
	}
}

func ansible(t *testing.T, program, dir, book, inventory string, args []string, env ...string) screen {
	t.Helper()
	scratch := t.TempDir()
	cmd := exec.Command(program, append([]string{"-i", inventory, "-e", "dir=" + scratch, book + ".yml"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ANSIBLE_FORKS=1", "ANSIBLE_NOCOLOR=1", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3")
	cmd.Env = append(cmd.Env, env...)
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	cmd.Run() // the code says what came of it
	return screen{settled(out.String(), scratch), settled(warnings.String(), scratch), cmd.ProcessState.ExitCode()}
}

func ours(t *testing.T, dir, book, inventory string, edit func(*Options), env ...string) screen {
	t.Helper()
	scratch := t.TempDir()
	var out, warnings bytes.Buffer
	o := Options{Inventory: []string{filepath.Join(dir, inventory)}, ExtraVars: []string{"dir=" + scratch}, Stdout: &out, Stderr: &warnings, Dir: dir,
		Compat: "classic", Forks: 1, Getenv: settings(env)}
	if edit != nil {
		edit(&o)
	}
	s, err := New(context.Background(), []string{book + ".yml"}, o)
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.Run(context.Background())
	if err != nil {
		fmt.Fprintf(&warnings, "ERROR! %v\n", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return screen{settled(out.String(), scratch), settled(warnings.String(), scratch), code}
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// settings is an environment of NAME=VALUE.
func settings(env []string) func(string) string {
	var pairs []string
	for _, pair := range env {
		name, text, _ := strings.Cut(pair, "=")
		pairs = append(pairs, name, text)
	}
	return environment(pairs...)
}

var (
	volatile = regexp.MustCompile(`"?(delta|start|end)"?: ["'][^"']*["']`)
	handed   = regexp.MustCompile(`(?m)^(.*after: ).*(/t\.j2|tmp\w+|/c\.txt)(\x1b\[0m)?$`) // where Ansible puts what it sends
	omitted  = regexp.MustCompile(`__omit_place_holder__\w+`)
)

// reasons are messages of templates, which this program begins with the place.
var reasons = regexp.MustCompile(`"msg": "(The task includes an option|The conditional check|[Tt]he field)[^\n]*`)

// insides is what -vv says of the program itself.
var insides = regexp.MustCompile(`(?s)\Aansible-playbook \[core.*?libyaml = \w+\n|(?-s)Skipping callback .*\n`)

// noTraceback is what Ansible says before an action's own error that is no exception, plain or coloured.
var noTraceback = regexp.MustCompile("(\x1b\\[0;31m)?An exception occurred during task execution. To see the full traceback, use -vvv. The error was: NoneType: None(\x1b\\[0m)?\n")

// settled leaves out what no two runs have in common: scratch directories and, with -v, times.
func settled(text, scratch string) string {
	text = strings.ReplaceAll(noTraceback.ReplaceAllString(text, ""), scratch, "SCRATCH")
	text = insides.ReplaceAllString(text, "")
	text = omitted.ReplaceAllString(handed.ReplaceAllString(text, "${1}FILE$3"), "OMIT")
	text = reasons.ReplaceAllString(text, `"msg": "$1 ..."}`)
	return volatile.ReplaceAllString(text, `"$1": "..."`)
}
