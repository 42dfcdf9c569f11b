//go:build target

package course

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// run is one run of a playbook: its words, and what must come of it.
type run struct {
	playbook string
	args     []string
	// recap is what the line at the end says, changed what reported a change, by task.
	recap   string
	changed []string // nil: not compared with a list, but with Ansible
}

// course is what a student does: the server is made ready once, and the same again; the application is deployed, and again.
var course = []run{
	{playbook: "init_config.yml", args: []string{"-u", "root"}, recap: "ok=9 changed=8 unreachable=0 failed=0"},
	{playbook: "init_config.yml", args: []string{"-u", "root"}, recap: "ok=0 changed=0 unreachable=1 failed=0"},
	{playbook: "init_config.yml", args: []string{"-e", "ansible_user=deployer", "--become"}, recap: "ok=9 changed=1 unreachable=0 failed=0",
		changed: []string{"init_config : restart SSH service"}},
	{playbook: "deploy.yml", args: []string{"-u", "deployer"}, recap: "ok=30 changed=24 unreachable=0 failed=0"},
	{playbook: "deploy.yml", args: []string{"-u", "deployer"}, recap: "ok=25 changed=4 unreachable=0 failed=0",
		changed: []string{"common : use pip3 to install project dependencies", "common : stop supervisor", "common : start Supervisor back up", "common : restart nginx"}},
}

// TestCourse runs all of it with Ansible and with pylint-deploy on twins.
func TestCourse(t *testing.T) {
	program, err := filepath.Abs("../../../bin/pylint-deploy")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v (make build makes it)", err)
	}
	sides := map[string]*side{"theirs": {command: []string{"ansible-playbook"}}, "ours": {command: []string{program, "run", "--noncompliant=run"}}}
	var both sync.WaitGroup
	for name, s := range sides {
		s.server = boot(t, name)
	}
	for _, s := range sides {
		both.Go(s.runAll)
	}
	both.Wait()
	theirs, ours := sides["theirs"], sides["ours"]
	for i, r := range course {
		compareRuns(t, r, theirs.outputs[i], ours.outputs[i])
	}
	for name, s := range sides {
		visit(t, name, s.server)
	}
	if d := differences(theirs.state(), ours.state()); len(d) > 0 {
		t.Errorf("%d items differ after all runs:\n%s", len(d), strings.Join(d, "\n"))
	}
}

// side is one server and the program that works on it.
type side struct {
	*server
	command []string
	outputs []string
}

func (s *side) runAll() {
	for _, r := range course {
		if s.command[0] == "ansible-playbook" {
			// Ansible keeps connections: root's would outlive the login's end and hide it.
			_, _ = s.controller("sh", "-c", "for s in cp/*; do ssh -o ControlPath=$s -O exit any; done")
		}
		out, _ := s.controller(append(append(s.command, r.args...), r.playbook)...) // its exit code shows in the recap
		s.outputs = append(s.outputs, out)
	}
}

func compareRuns(t *testing.T, r run, theirs, ours string) {
	t.Helper()
	label := r.playbook + " " + strings.Join(r.args, " ")
	want, got := reports(theirs), reports(ours)
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s: tasks report\n    ansible: %q\n    ours:    %q\n%s", label, want, got, ours)
	}
	for who, out := range map[string]string{"ansible": theirs, "ours": ours} {
		recap := strings.Join(strings.Fields(out[max(strings.LastIndex(out, "PLAY RECAP"), 0):]), " ")
		if !strings.Contains(recap, r.recap) {
			t.Errorf("%s: %s: recap %q, want %q\n%s", label, who, recap, r.recap, out)
		}
	}
	var changed []string
	for _, line := range got {
		if name, is := strings.CutSuffix(line, ": changed"); is {
			changed = append(changed, name)
		}
	}
	if r.changed != nil && !reflect.DeepEqual(changed, r.changed) {
		t.Errorf("%s: changed %q, want %q", label, changed, r.changed)
	}
}

var (
	heading = regexp.MustCompile(`^(?:TASK|RUNNING HANDLER) \[(.*)\] \*`)
	outcome = regexp.MustCompile(`^(changed|ok|skipping|failed|fatal): \[[^\]]*\](?:: (UNREACHABLE)!)?(?: => \((item=[^)]*)\))?`)
)

// reports lists what each task said: "TASK: changed", or "TASK item=x: ok".
func reports(screen string) []string {
	var out []string
	task := ""
	for line := range strings.Lines(screen) {
		if m := heading.FindStringSubmatch(line); m != nil {
			task = m[1]
		} else if m := outcome.FindStringSubmatch(line); m != nil {
			out = append(out, strings.TrimSpace(task+" "+m[3])+": "+m[1]+m[2])
		}
	}
	return out
}

// visit asks the site for its page, over HTTPS, as a browser that trusts the authority does; and looks that one SMS was sent a deployment.
func visit(t *testing.T, who string, s *server) {
	t.Helper()
	page, err := s.controller("curl", "-sS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", "--fail", "--cacert", s.env["acme_root"], "https://www.pythondeploymentexample.com/")
	if err != nil || !strings.Contains(page, "Version 1.0") {
		t.Errorf("%s: the site answers %q, %v", who, page, err)
	}
	sent, err := os.ReadFile(s.env["sms"])
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(sent)), "\n")
	var message struct{ Body string }
	if err := json.Unmarshal([]byte(lines[0]), &message); err != nil || len(lines) != 2 || message.Body != "App deployment complete!" {
		t.Errorf("%s: %d messages were sent, the first %q: want one a deployment", who, len(lines), message.Body)
	}
}
