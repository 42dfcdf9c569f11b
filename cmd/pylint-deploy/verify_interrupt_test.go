package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interruptible is verify on a directory of this machine, which Ctrl-C can be pressed for. The playbook's second task takes long in the
// fifth run.
type interruptible struct {
	t        *testing.T
	dir      string
	cmd      *exec.Cmd
	out, err bytes.Buffer
}

func verifyHere(t *testing.T, secondReset string) *interruptible {
	t.Helper()
	v := &interruptible{t: t, dir: t.TempDir()}
	put(t, v.dir, "hosts", "web ansible_connection=local\n")
	put(t, v.dir, "reset.sh", "echo reset >>resets\n[ $(wc -l <resets) != 2 ] || { "+secondReset+"; }\nrm -rf target\nmkdir target\n")
	put(t, v.dir, "site.yml", `- hosts: web
  gather_facts: false
  vars: {here: "{{ playbook_dir }}"}
  tasks:
    - name: write a file
      ansible.builtin.copy: {content: "text\n", dest: "{{ here }}/target/file", mode: "0640"}
    - name: take long in the fifth run
      ansible.builtin.shell: |
        echo run >>{{ here }}/runs
        [ $(wc -l <{{ here }}/runs) != 5 ] || { echo $$ >{{ here }}/pid; mv {{ here }}/pid {{ here }}/running; sleep 20; }
      changed_when: false
    - name: write another
      ansible.builtin.copy: {content: "more\n", dest: "{{ here }}/target/other", mode: "0640"}
`)
	args := []string{"pylint-deploy", "verify", "site.yml", "-i", "hosts", "--disposable", "--this-machine", "--no-cut", "--reset-command", "sh reset.sh",
		"--files-below", filepath.Join(v.dir, "target"), "--output-file", "json=report.json", "--output-file", "junit=junit.xml", "--output-file", "html=page.html"}
	for _, kind := range []string{"user", "group", "package", "listen", "service", "firewall", "mount"} {
		args = append(args, "--ignore", kind+" **")
	}
	v.cmd = exec.Command(ownPath(t))
	v.cmd.Args, v.cmd.Dir, v.cmd.Stdout, v.cmd.Stderr = args, v.dir, &v.out, &v.err
	v.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return v
}

// ctrlC presses it as a terminal does, for all programs in the foreground, once a file is there.
func (v *interruptible) ctrlC(once string) {
	v.t.Helper()
	for range 600 {
		if _, err := os.Stat(filepath.Join(v.dir, once)); err == nil {
			if err := syscall.Kill(-v.cmd.Process.Pid, syscall.SIGINT); err != nil {
				v.t.Fatal(err)
			}
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.cmd.Process.Kill()
	v.t.Fatalf("there is no %s\n%s%s", once, v.out.String(), v.err.String())
}

func (v *interruptible) file(name string) string {
	text, _ := os.ReadFile(filepath.Join(v.dir, name))
	return string(text)
}

// TestCtrlCEndsVerifyWithAReport: of what was tried, in all forms, and without a further reset or run.
func TestCtrlCEndsVerifyWithAReport(t *testing.T) {
	t.Parallel()
	v := verifyHere(t, "true")
	v.ctrlC("running")
	began := time.Now()
	v.cmd.Wait()
	if code := v.cmd.ProcessState.ExitCode(); code != 99 || time.Since(began) > 15*time.Second {
		t.Errorf("exit code %d after %s, want 99", code, time.Since(began))
	}
	if !strings.Contains(v.err.String(), "Interrupt once more to end at once") {
		t.Errorf("what happens is not said: %s", v.err.String())
	}
	for where, text := range map[string][2]string{
		"screen":      {v.out.String(), "\nnot tried    interrupted at every task in one go\n             stopped after task 2-3\n"},
		"screen too":  {v.out.String(), "run 2        ok"},
		"report.json": {v.file("report.json"), `"interrupted": "prefix 3 of 3"`},
		"junit.xml":   {v.file("junit.xml"), "<skipped"},
		"page.html":   {v.file("page.html"), "Not tried"},
	} {
		if !strings.Contains(text[0], text[1]) {
			t.Errorf("%s has no %q:\n%s", where, text[1], text[0])
		}
	}
	if resets, runs := strings.Count(v.file("resets"), "reset"), strings.Count(v.file("runs"), "run"); resets != 3 || runs != 5 {
		t.Errorf("%d resets and %d runs, want 3 and 5", resets, runs)
	}
	task, err := strconv.Atoi(strings.TrimSpace(v.file("running")))
	if err != nil || syscall.Kill(task, 0) == nil {
		t.Errorf("the task that ran goes on (process %d, %v)", task, err)
	}
}

// TestASecondCtrlCEndsVerifyAtOnce: while the first waits for something, here a reset command that does not heed it.
func TestASecondCtrlCEndsVerifyAtOnce(t *testing.T) {
	t.Parallel()
	v := verifyHere(t, "trap 'touch heard' INT TERM; touch resetting; for i in 1 2 3 4 5 6 7 8; do setsid sleep 1; done")
	v.ctrlC("resetting")
	v.ctrlC("heard")
	began := time.Now()
	v.cmd.Wait()
	if status, _ := v.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || time.Since(began) > 3*time.Second {
		t.Errorf("ended by a signal: %v, after %s\n%s", status.Signaled(), time.Since(began), v.out.String())
	}
}
