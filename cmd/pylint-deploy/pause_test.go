package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/sshdtest"
)

// typing is what somebody does at a terminal: when a text is on it, keys are pressed.
type typing []struct{ text, keys string }

// terminal is both ends of a new one. A machine may have none, but CI has to.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, slave, err := connection.OpenTerminal()
	if err != nil {
		sshdtest.Skip(t, "there are no terminals: "+err.Error())
	}
	return master, slave
}

// typeInto runs a program on a terminal of its own, at which somebody types, and returns its exit code and all that was shown.
func typeInto(t *testing.T, dir string, script typing, path string, argv ...string) (int, string) {
	t.Helper()
	master, slave := terminal(t)
	defer master.Close()
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Args, cmd.Dir = argv, dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	shown, from := []byte{}, 0
	chunk := make([]byte, 4096)
	for {
		n, err := master.Read(chunk) // ends with an error when the program has closed its side
		if err != nil {
			break
		}
		shown = append(shown, chunk[:n]...)
		for len(script) > 0 {
			i := bytes.Index(shown[from:], []byte(script[0].text))
			if i < 0 {
				break
			}
			from += i + len(script[0].text)
			untilKeysAreRead(master)
			master.WriteString(script[0].keys)
			script = script[1:]
		}
	}
	cmd.Wait()
	if len(script) > 0 {
		t.Errorf("%v never showed %q:\n%s", argv, script[0].text, shown)
	}
	return cmd.ProcessState.ExitCode(), string(shown)
}

// untilKeysAreRead waits until a program takes single keys from a terminal, and a little: Ansible throws away then what was
// typed before.
func untilKeysAreRead(terminal *os.File) {
	for range 600 {
		settings, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
		if err == nil && settings.Lflag&unix.ICANON == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(time.Second)
}

// TestWhoeverWaitsInAPauseMayGoOnOrAbort types the same keys into Ansible and into this program.
func TestWhoeverWaitsInAPauseMayGoOnOrAbort(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("ANSIBLE_NOCOLOR", "1")
	dir := t.TempDir()
	task := func(name, args string) {
		put(t, dir, name, "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - name: Wait\n      pause: {"+args+"}\n      register: p\n    - debug: msg=\"got {{ p.user_input }}.\"\n")
	}
	task("timed.yml", "seconds: 600")
	task("asked.yml", "prompt: Who")
	task("hidden.yml", "prompt: Secret, echo: false")
	const menu = "Press 'C' to continue the play or 'A' to abort"
	for _, c := range []struct {
		name, playbook string
		script         typing
		code           int
		says           string
	}{
		{"go on early", "timed.yml", typing{{"= abort)", "\x03"}, {menu, "xc"}}, 0, `"msg": "got ."`},
		{"abort early", "timed.yml", typing{{"= abort)", "\x03"}, {menu, "A"}}, 2, "user requested abort!"},
		{"other keys have no effect", "timed.yml", typing{{"= abort)", "q\r\n\x03"}, {menu, "C"}}, 0, `"msg": "got ."`},
		{"a line with a mistake", "asked.yml", typing{{"Who:", "mex\x7f\r"}}, 0, `"msg": "got me."`},
		{"go on without a line", "asked.yml", typing{{"Who:", "ab\x03"}, {menu, "c"}}, 0, `"msg": "got ab."`},
		{"abort a question", "asked.yml", typing{{"Who:", "\x03"}, {menu, "a"}}, 2, "user requested abort!"},
		{"what is hidden is not shown", "hidden.yml", typing{{"(output is hidden):", "w0rd\r"}}, 0, `"msg": "got w0rd."`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for name, path := range map[string]string{"Ansible's": theirs(t, "ansible-playbook"), "ours": ownPath(t)} {
				code, shown := typeInto(t, dir, c.script, path, "ansible-playbook", c.playbook)
				if code != c.code || !strings.Contains(shown, c.says) {
					t.Errorf("%s: exit code %d, want %d with %q\n%s", name, code, c.code, c.says, shown)
				}
				if strings.Count(shown, "w0rd") > 1 {
					t.Errorf("%s shows what was hidden:\n%s", name, shown)
				}
			}
		})
	}
}
