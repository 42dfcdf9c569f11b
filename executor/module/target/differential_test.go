//go:build target

package target

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// step is a task that both sides run three times: in check mode, for real, and again.
type step struct {
	module string // FQCN
	// as is the module of Ansible's that does the work, where it is one of another name.
	as   string
	args map[string]any
	// fails tells that Ansible's module is expected to fail.
	fails bool
	// shell runs in both copies before the task.
	shell string
	// plainCheck leaves diff mode out of the check run: Ansible's git module fetches for the sake of the diff.
	plainCheck bool
	// noDiff leaves diff mode out of every run, for the same reason.
	noDiff bool
	// noCheck leaves the check run out: the module is skipped in check mode by whoever calls it.
	noCheck bool
	// apart is the time that lies between two passes, for programs that refuse to do a thing twice in it.
	apart time.Duration
	// exact compares texts (messages, what programs print), too, not only that there are such.
	exact bool
	// differs are keys that are known to differ, and why; "tree" is what is on disk.
	differs map[string]string
}

// python is the import path of Ansible's module.
func (s step) python() string {
	p := strings.Split(cmp.Or(s.as, s.module), ".")
	if p[0] == "ansible" && p[1] == "builtin" {
		return "ansible.modules." + strings.TrimSuffix(p[2], "_service")
	}
	return "ansible_collections." + p[0] + "." + p[1] + ".plugins.modules." + p[2]
}

// never are keys that hold times, or the arguments in another form.
var never = []string{"invocation", "start", "end", "delta", "cache_update_time", "exception", "ssh_fingerprint", "ssh_public_key", "deprecations", "forced_environment"}

// loose are keys whose text comes from programs and may differ in wording or order.
var loose = []string{"stdout", "stderr", "stdout_lines", "stderr_lines", "msg", "warnings", "cmd", "commands", "diff"}

// more are keys that need not be the same in failures.
var more = []string{"msg", "rc", "stdout", "stderr", "stdout_lines", "stderr_lines", "cmd"}

func compare(t *testing.T, s step, what string, want, got map[string]any) {
	t.Helper()
	for _, k := range never {
		delete(want, k)
		delete(got, k)
	}
	for _, res := range []map[string]any{want, got} {
		if res["failed"] != true {
			delete(res, "failed")
		}
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
	if want["failed"] == true && got["failed"] == true && s.exact {
		for _, k := range more { // of what failed ours tells more, and in its own words
			delete(keys, k)
		}
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
		if k == "results" { // packages, in the order of a set
			sorted(w)
			sorted(g)
		}
		if inW != inG || (s.exact || !slices.Contains(loose, k)) && !reflect.DeepEqual(w, g) {
			t.Errorf("%s %v (%s): %s\n  ansible: %s\n  ours:    %s\n  ours msg: %v | ansible msg: %v", s.module, brief(s.args), what, k, show(w, inW), show(g, inG), got["msg"], want["msg"])
		}
	}
}

func sorted(v any) {
	if list, ok := v.([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(brief(a), brief(b)) })
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

// builtModrun builds the program that runs our modules, unless MODRUN names one.
var builtModrun = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("MODRUN"); bin != "" {
		return bin, nil
	}
	dir, err := os.MkdirTemp("", "modrun")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "modrun")
	cmd := exec.Command("go", "build", "-o", bin, "./testdata/modrun")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

func modrun(t *testing.T) string {
	t.Helper()
	bin, err := builtModrun()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// exactly makes steps compare texts, too.
func exactly(steps []step) []step {
	for i := range steps {
		steps[i].exact = true
	}
	return steps
}

// play runs steps on both sides and compares results and trees.
func play(t *testing.T, steps []step) { t.Helper(); playIn(t, false, steps) }

// playBare does so in roots without a kernel: files and programs of the test stand in for it.
func playBare(t *testing.T, steps []step) { t.Helper(); playIn(t, true, steps) }

func playIn(t *testing.T, bare bool, steps []step) {
	t.Helper()
	t.Parallel() // most of it is to wait for programs
	theirs := newSide(t, "theirs", bare, "python3", "/run/runner/ansible_runner.py")
	ours := newSide(t, "ours", bare, "/run/runner/modrun")
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
		req := map[string]any{"module": s.module, "python": s.python(), "args": s.args, "check": pass.check, "diff": pass.diff && !s.noDiff && !(pass.check && s.plainCheck)}
		want, got := both(t, theirs, ours, req)
		if failed := want["failed"] == true || want["crash"] != nil; failed != s.fails && pass.what == "run" {
			t.Errorf("%s %v: Ansible's failed=%v: %v", s.module, brief(s.args), failed, want["msg"])
		}
		if want["crash"] != nil && s.fails {
			if got["failed"] != true {
				t.Errorf("%s %v (%s): Ansible's module crashes, ours returns %v", s.module, brief(s.args), pass.what, got)
			}
			continue
		}
		compare(t, s, pass.what, want, got)
	}
}

// both runs a module on both sides at once.
func both(t *testing.T, theirs, ours *side, req map[string]any) (want, got map[string]any) {
	t.Helper()
	var first sync.WaitGroup
	var err error
	first.Go(func() { want, err = theirs.do(req) })
	got, own := ours.do(req)
	first.Wait()
	if err := errors.Join(err, own); err != nil {
		t.Fatal(err)
	}
	return want, got
}

// compareTrees compares what the sides have changed so far; a difference is told once.
func compareTrees(t *testing.T, s step, want, got map[string]string, told map[string]bool) {
	t.Helper()
	for p := range told {
		delete(want, p)
		delete(got, p)
	}
	onPurpose := s.differs["tree"] != ""
	for p, w := range want {
		if g, ok := got[p]; !ok || g != w {
			told[p] = true
			if !onPurpose {
				t.Errorf("%s %v: after it %s\n  ansible: %s\n  ours:    %s", s.module, brief(s.args), p, w, g)
			}
		}
	}
	for p, g := range got {
		if _, ok := want[p]; !ok {
			told[p] = true
			if onPurpose {
				continue
			}
			t.Errorf("%s %v: after it %s\n  ansible: (absent)\n  ours:    %s", s.module, brief(s.args), p, g)
		}
	}
}
