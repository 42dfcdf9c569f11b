package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
)

// overSSH runs a playbook given as text against an OpenSSH server.
func overSSH(t *testing.T, server *sshdtest.Server, book string, edit func(*Options)) (screen string, code int) {
	t.Helper()
	dir := t.TempDir()
	hosts := fmt.Sprintf("target ansible_host=127.0.0.1 ansible_port=%d ansible_user=%s\n", server.Port, server.User)
	for name, text := range map[string]string{"hosts": hosts, "book.yml": book} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	o := Options{Inventory: []string{filepath.Join(dir, "hosts")}, Stdout: &out, Stderr: &out, Dir: dir, KeyFiles: []string{server.KeyFile}, Ephemeral: true,
		SSHCommon: "-o UserKnownHostsFile=" + server.KnownHosts, Getenv: environment()}
	if edit != nil {
		edit(&o)
	}
	s, err := New(context.Background(), []string{"book.yml"}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if code, err = s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return out.String(), code
}

func TestTheSecondRunOverSSHChangesNothing(t *testing.T) {
	server := sshdtest.Start(t)
	where := t.TempDir()
	book := fmt.Sprintf(`- hosts: target
  vars: {dir: %s}
  tasks:
    - file: {path: "{{ dir }}/site", state: directory, mode: "0755"}
    - copy: {content: "for {{ ansible_facts.distribution }}\n", dest: "{{ dir }}/site/conf", mode: "0640"}
      notify: reload
    - lineinfile: {path: "{{ dir }}/site/conf", line: more}
      notify: reload
  handlers:
    - name: reload
      command: echo reloaded
`, where)
	first, code := overSSH(t, server, book, nil)
	if code != 0 || !strings.Contains(first, "RUNNING HANDLER [reload]") {
		t.Fatalf("the first run: exit code %d\n%s", code, first)
	}
	book = strings.Replace(book, `    - copy: {content: "for {{ ansible_facts.distribution }}\n"`, `    - copy: {content: "for {{ ansible_facts.distribution }}\nmore\n"`, 1)
	second, code := overSSH(t, server, book, nil)
	if code != 0 || !strings.Contains(second, "changed=0") || strings.Contains(second, "HANDLER") {
		t.Errorf("the second run: exit code %d\n%s", code, second)
	}
}

// Each failure to reach a host is one message, and exit code 4.
func TestHostsThatCannotBeReached(t *testing.T) {
	server := sshdtest.Start(t)
	book := "- hosts: target\n  gather_facts: false\n  tasks:\n    - ping:\n"
	empty := filepath.Join(t.TempDir(), "known_hosts")
	stranger := filepath.Join(t.TempDir(), "key")
	sshdtest.NewKey(t, stranger)
	for _, c := range []struct {
		name string
		edit func(*Options)
	}{
		{"nobody listens", func(o *Options) { o.ExtraVars = []string{"ansible_port=1"} }},
		{"the host key is not known", func(o *Options) { o.SSHCommon = "-o StrictHostKeyChecking=yes -o UserKnownHostsFile=" + empty }},
		{"the login is refused", func(o *Options) {
			o.KeyFiles, o.SSHCommon = []string{stranger}, o.SSHCommon+" -o IdentitiesOnly=yes -o IdentityAgent=none"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			screen, code := overSSH(t, server, book, c.edit)
			if code != 4 || strings.Count(screen, "UNREACHABLE!") != 1 || !strings.Contains(screen, "unreachable=1") {
				t.Errorf("exit code %d\n%s", code, screen)
			}
		})
	}
}

// Behind a raw command the agent is started ahead; one that did not survive the command is started anew.
func TestModulesFollowARawCommand(t *testing.T) {
	const killsTheOthers = "for i in 1 2 3 4 5 6 7 8 9; do for p in $(ps -o pid= --ppid $PPID); do [ $p = $$ ] || { kill $p && exit 0; }; done; sleep 0.2; done"
	const more = "    - command: echo more\n    - raw: echo again\n"
	for name, c := range map[string]struct{ sessions, raw, more, want string }{
		"as it should be":                   {"MaxSessions 10", "echo said", more, "ok=3 "},
		"that kills what was started":       {"MaxSessions 10", killsTheOthers, more, "ok=3 "},
		"where one command may run at once": {"MaxSessions 1", "echo said", "", "ok=1 "},
	} {
		t.Run(name, func(t *testing.T) {
			book := "- hosts: target\n  gather_facts: false\n  tasks:\n    - raw: " + c.raw + "\n" + c.more
			if screen, code := overSSH(t, sshdtest.Start(t, c.sessions), book, nil); code != 0 || !strings.Contains(screen, c.want) {
				t.Errorf("exit code %d\n%s", code, screen)
			}
		})
	}
}

func TestTheKeywordRemoteUserSaysWhoLogsIn(t *testing.T) {
	server := sshdtest.Start(t)
	for user, want := range map[string]int{server.User: 0, "nobody-of-that-name": 4} {
		book := fmt.Sprintf("- hosts: all\n  gather_facts: false\n  remote_user: %s\n  vars: {ansible_port: %d}\n  tasks: [command: id]\n", user, server.Port)
		out, code := overSSH(t, server, book, func(o *Options) { o.Inventory = []string{"127.0.0.1,"} })
		if code != want {
			t.Errorf("as %s: exit code %d, want %d\n%s", user, code, want, out)
		}
	}
}
