//go:build target

package target

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"
)

// step is a task that both sides run three times: in check mode, for real, and again.
type step struct {
	module string // FQCN
	args   map[string]any
	// fails tells that Ansible's module is expected to fail.
	fails bool
	// shell runs in both copies before the task.
	shell string
	// plainCheck leaves diff mode out of the check run: Ansible's git module fetches for the sake of the diff.
	plainCheck bool
	// noCheck leaves the check run out: the module is skipped in check mode by whoever calls it.
	noCheck bool
	// apart is the time that lies between two passes, for programs that refuse to do a thing twice in it.
	apart time.Duration
	// differs are keys that are known to differ, and why.
	differs map[string]string
}

// python is the import path of Ansible's module.
func (s step) python() string {
	p := strings.Split(s.module, ".")
	if p[0] == "ansible" && p[1] == "builtin" {
		return "ansible.modules." + strings.TrimSuffix(p[2], "_service")
	}
	return "ansible_collections." + p[0] + "." + p[1] + ".plugins.modules." + p[2]
}

// never are keys that hold times, or the arguments in another form.
var never = []string{"invocation", "start", "end", "delta", "cache_update_time", "exception", "ssh_fingerprint", "ssh_public_key", "deprecations", "forced_environment"}

// loose are keys whose text comes from programs and may differ in wording or order.
var loose = []string{"stdout", "stderr", "stdout_lines", "stderr_lines", "msg", "warnings", "cmd", "commands", "diff"}

func compare(t *testing.T, s step, what string, want, got map[string]any) {
	t.Helper()
	for _, k := range never {
		delete(want, k)
		delete(got, k)
	}
	if got["failed"] == nil {
		delete(got, "failed")
	}
	if want["failed"] == false {
		delete(want, "failed")
	}
	if _, said := want["changed"]; !said { // the executor takes it for false
		want["changed"] = false
	}
	if want["crash"] != nil {
		t.Fatalf("%s %s: Ansible's module crashed: %v", s.module, what, want["crash"])
	}
	keys := map[string]bool{}
	for k := range want {
		keys[k] = true
	}
	for k := range got {
		keys[k] = true
	}
	var list []string
	for k := range keys {
		list = append(list, k)
	}
	sort.Strings(list)
	for _, k := range list {
		if s.differs[k] != "" || k == "warnings" {
			continue
		}
		w, inW := want[k]
		g, inG := got[k]
		if inW != inG || !strings.Contains(","+strings.Join(loose, ",")+",", ","+k+",") && !reflect.DeepEqual(w, g) {
			t.Errorf("%s %v (%s): %s\n  ansible: %s\n  ours:    %s\n  ours msg: %v | ansible msg: %v", s.module, brief(s.args), what, k, show(w, inW), show(g, inG), got["msg"], want["msg"])
		}
	}
}

func brief(v any) string { b, _ := json.Marshal(v); return string(b) }

func show(v any, in bool) string {
	if !in {
		return "(absent)"
	}
	s := brief(v)
	if len(s) > 600 {
		s = s[:600] + "..."
	}
	return s
}

// needModrun builds the program that runs our modules, unless MODRUN names one.
func needModrun(t *testing.T) {
	t.Helper()
	if os.Getenv("MODRUN") == "" {
		bin := filepath.Join(t.TempDir(), "modrun")
		cmd := exec.Command("go", "build", "-o", bin, "./testdata/modrun")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		t.Setenv("MODRUN", bin)
	}
}

// play runs steps on both sides and compares results and trees.
func play(t *testing.T, steps []step) {
	t.Helper()
	needModrun(t)
	theirs := newSide(t, "theirs", "python3", "/run/runner/ansible_runner.py")
	ours := newSide(t, "ours", "/run/runner/modrun")
	told := map[string]bool{}
	for _, s := range steps {
		if s.shell != "" {
			for _, side := range []*side{theirs, ours} {
				run(t, "chroot", side.root, "/bin/sh", "-ec", s.shell)
			}
		}
		compareStep(t, s, theirs, ours)
		compareTrees(t, s, theirs.tree(t), ours.tree(t), told)
	}
}

// compareStep runs a step in check mode, for real and again on both sides, and compares what they return.
func compareStep(t *testing.T, s step, theirs, ours *side) {
	t.Helper()
	for _, pass := range []struct {
		what        string
		check, diff bool
	}{{"check", true, true}, {"run", false, true}, {"again", false, true}} {
		if pass.check && s.noCheck {
			continue
		}
		time.Sleep(s.apart)
		req := map[string]any{"module": s.module, "python": s.python(), "args": s.args, "check": pass.check, "diff": pass.diff && !(pass.check && s.plainCheck)}
		want, got := theirs.do(t, req), ours.do(t, req)
		if failed := want["failed"] == true; failed != s.fails && pass.what == "run" {
			t.Errorf("%s %v: Ansible's failed=%v: %v", s.module, brief(s.args), failed, want["msg"])
		}
		compare(t, s, pass.what, want, got)
	}
}

// compareTrees compares what the sides have changed so far; a difference is told once.
func compareTrees(t *testing.T, s step, want, got map[string]string, told map[string]bool) {
	t.Helper()
	for p := range told {
		delete(want, p)
		delete(got, p)
	}
	for p, w := range want {
		if g, ok := got[p]; !ok || g != w {
			told[p] = true
			t.Errorf("%s %v: after it %s\n  ansible: %s\n  ours:    %s", s.module, brief(s.args), p, w, g)
		}
	}
	for p, g := range got {
		if _, ok := want[p]; !ok {
			told[p] = true
			t.Errorf("%s %v: after it %s\n  ansible: (absent)\n  ours:    %s", s.module, brief(s.args), p, g)
		}
	}
}
