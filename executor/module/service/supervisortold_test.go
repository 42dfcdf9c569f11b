package service

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/executor/module"
)

// below is a target below a scratch root that has supervisorctl, whose starts are counted.
type below struct {
	*module.Real
	program string
	starts  *int
}

func (b below) LookPath(string) (string, error) { return b.program, nil }

func (b below) Run(context.Context, module.Cmd) (module.Output, error) {
	*b.starts++
	return module.Output{Stdout: []byte("web RUNNING pid 7\n")}, nil
}

// serves answers every request on a socket with text after the status line.
func serves(t *testing.T, socket, status, text string) {
	t.Helper()
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				body, _ := io.ReadAll(request.Body)
				if request.Method == "POST" && request.URL.Path == "/RPC2" && string(body) == question {
					fmt.Fprintf(conn, "HTTP/1.0 %s\r\nContent-Type: text/xml\r\n\r\n%s", status, text)
				}
			}
			conn.Close()
		}
	}()
}

// answer is what supervisor 4 says of processes, each a group, a name and a state.
func answer(processes ...[3]string) string {
	text := "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n"
	for _, p := range processes {
		text += "<value><struct>\n"
		for _, m := range [][2]string{{"name", p[1]}, {"group", p[0]}, {"statename", p[2]}, {"spawnerr", ""}} {
			text += "<member>\n<name>" + m[0] + "</name>\n<value><string>" + m[1] + "</string></value>\n</member>\n"
		}
		text += "<member>\n<name>pid</name>\n<value><int>7</int></value>\n</member>\n</struct></value>\n"
	}
	return text + "</data></array></value>\n</param>\n</params>\n</methodResponse>\n"
}

// Processes are asked for at the socket where it is plain that supervisorctl would ask there; else it is run.
func TestProcessesAreAskedForAtTheSocket(t *testing.T) {
	const ctl = "[supervisorctl]\nserverurl=unix:///s ; the socket\n;username=chris\nprompt=x\n"
	web := answer([3]string{"web", "web", "STOPPED"}, [3]string{"pair", "one", "FATAL"})
	for name, c := range map[string]struct {
		file, config, program, status, answer string
		argv                                  []string
		want                                  []process
	}{
		"a system's supervisor":       {answer: web, want: []process{{"web", "STOPPED"}, {"pair:one", "FATAL"}}},
		"no processes":                {answer: answer(), want: nil},
		"another program":             {program: "/opt/venv/bin/supervisorctl", answer: web},
		"another configuration":       {argv: []string{"supervisorctl", "-c", "/c"}, answer: web},
		"a configuration before it":   {file: "/etc/supervisord.conf", config: "[supervisorctl]\nserverurl=http://localhost:9001\n", answer: web},
		"one without supervisorctl":   {file: "/etc/supervisord.conf", config: "[supervisord]\n", answer: web},
		"a login":                     {config: ctl + "username=chris\n", answer: web},
		"a socket that is worked out": {config: "[supervisorctl]\nserverurl=unix:///%(here)s/s\n", answer: web},
		"nobody there":                {config: "[supervisorctl]\nserverurl=unix:///none\n", answer: web},
		"a plugin":                    {config: ctl + "[ctlplugin:x]\n", answer: web},
		"a refusal":                   {status: "401 Unauthorized", answer: web},
		"half an answer":              {answer: web[:len(web)/2]},
		"a fault":                     {answer: "<methodResponse><fault><value><struct></struct></value></fault></methodResponse>"},
		"a name that is escaped":      {answer: answer([3]string{"a&amp;b", "a&amp;b", "STOPPED"})},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := os.MkdirTemp("", "") // a socket's path is short
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(root) })
			files := map[string]string{"/etc/supervisor/supervisord.conf": ctl}
			if c.file == "" {
				c.file = "/etc/supervisor/supervisord.conf"
			}
			if c.config != "" {
				files[c.file] = c.config
			}
			for file, text := range files {
				if err := os.MkdirAll(filepath.Dir(root+file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(root+file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if c.status == "" {
				c.status = "200 OK"
			}
			serves(t, root+"/s", c.status, c.answer)
			real, err := module.NewReal(root, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.program == "" {
				c.program = ofSystem
			}
			if c.argv == nil {
				c.argv = []string{"supervisorctl"}
			}
			starts := 0
			s := &supervisor{Call: &module.Call{Sys: below{real, c.program, &starts}}, argv: c.argv}
			got, err := s.all(t.Context())
			wantStarts := 0
			if c.want == nil && !strings.HasPrefix(name, "no ") {
				c.want, wantStarts = []process{{"web", "RUNNING"}}, 1
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(process{})); diff != "" || err != nil || starts != wantStarts {
				t.Errorf("%d starts of supervisorctl, want %d; %v; processes (-want +got)\n%s", starts, wantStarts, err, diff)
			}
		})
	}
}
