package output

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// res makes a result of alternating keys and values, as Go has them.
func res(t *testing.T, pairs ...any) *value.Dict {
	t.Helper()
	d := value.NewDict()
	for i := 0; i+1 < len(pairs); i += 2 {
		v, err := value.FromGo(pairs[i+1])
		if err != nil {
			t.Fatal(err)
		}
		d.SetStr(pairs[i].(string), v)
	}
	return d
}

// story is a run with one of everything that a screen shows. Its golden file for the default output was compared with the
// screen of ansible-playbook 2.14 for a playbook that does the same.
func story(t *testing.T) []event.Event {
	task := func(id int, name, action string) *event.Task {
		return &event.Task{ID: id, Name: name, Action: action, Path: "/site/site.yml:7"}
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	end := func(tk *event.Task, host string, s event.Status, d *value.Dict) event.Outcome {
		return event.Outcome{Task: tk, Host: host, Status: s, Dict: d, Time: at.Add(time.Duration(tk.ID) * time.Second), Took: 250 * time.Millisecond}
	}
	loop, include, handler := task(2, "copy", "copy"), task(6, "include_tasks", "include_tasks"), task(7, "restart nginx", "service")
	loop.Loop, include.Include, handler.Handler = true, true, true
	item := func(name string) *value.Dict {
		return res(t, "changed", true, "item", name, "_ansible_item_label", name, "ansible_loop_var", "item",
			"diff", map[string]any{"before": "", "after": name + "\n", "after_header": "/tmp/" + name})
	}
	shownDiff := end(loop, "web1", event.OK, item("a"))
	shownDiff.ShowDiff = true
	debug := res(t, "msg", map[string]any{"a": "b", "list": []any{1, "zwölf"}}, "changed", false, "_ansible_verbose_always", true)
	shell, file, gone := task(1, "ask", "command"), task(4, "mode", "file"), task(5, "gone", "ping")
	retried := end(shell, "web2", event.Failed, res(t, "rc", 1, "attempts", 1, "retries", 3))
	delegated := end(file, "web2", event.OK, res(t, "changed", false))
	delegated.Delegated, delegated.DelegatedAddress = "db", "192.0.2.9"
	return []event.Event{
		event.Warning{Text: "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'"},
		event.PlaybookStart{Path: "/site/site.yml"},
		event.PlayStart{Name: "deploy", Lockstep: true, Hosts: []string{"web1", "web2"}},
		event.TaskStart{Task: shell},
		event.Result{Outcome: end(shell, "web1", event.OK, res(t, "changed", true, "rc", 0, "stdout", "hi", "_ansible_no_log", false))},
		event.Retry{Outcome: retried, Attempts: 1, Retries: 3},
		event.Result{Outcome: end(shell, "web2", event.Failed, res(t, "changed", true, "cmd", []any{"false"}, "rc", 1, "msg", "non-zero return code", "diff", map[string]any{})), Ignored: true},
		event.TaskStart{Task: loop},
		event.Item{Outcome: shownDiff},
		event.Item{Outcome: end(loop, "web1", event.Skipped, res(t, "item", 2, "_ansible_item_label", 2, "changed", false))},
		event.Item{Outcome: end(loop, "web1", event.Failed, res(t, "item", map[string]any{"k": "v"}, "_ansible_item_label", map[string]any{"k": "v"}, "msg", "no", "failed", true, "changed", false))},
		event.Result{Outcome: end(loop, "web1", event.Failed, res(t, "results", []any{}, "failed", true, "changed", true, "msg", "One or more items failed"))},
		event.Result{Outcome: end(loop, "web2", event.Skipped, res(t, "results", []any{}, "changed", false, "skipped", true))},
		event.TaskStart{Task: task(3, "say", "debug")},
		event.Result{Outcome: end(task(3, "say", "debug"), "web2", event.OK, debug)},
		event.TaskStart{Task: file},
		event.Result{Outcome: delegated},
		event.Include{Path: "/site/more.yml", Hosts: []string{"web1", "web2"}, Label: value.Str("x")},
		event.Result{Outcome: end(include, "web2", event.OK, res(t, "include", "more.yml"))},
		event.TaskStart{Task: gone},
		event.Result{Outcome: end(gone, "web1", event.Unreachable, res(t, "unreachable", true, "changed", false, "msg", "Connection refused"))},
		event.TaskStart{Task: handler},
		event.Result{Outcome: end(handler, "web2", event.OK, res(t, "changed", true, "warnings", []any{"a module's warning"}))},
		event.NoHostsRemaining{},
		event.Stats{Hosts: map[string]event.Summary{"web1": {OK: 1, Changed: 1, Unreachable: 1, Failed: 1}, "web2": {OK: 4, Changed: 1, Skipped: 1, Ignored: 1}},
			Custom: map[string]*value.Dict{"_run": res(t, "n", 1), "web1": res(t, "a", "b")}},
	}
}

func play(t *testing.T, name string, o Options, events []event.Event) string {
	t.Helper()
	var b bytes.Buffer
	o.Out = &b
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { now = now.Add(100 * time.Millisecond); return now }
	out, err := New(name, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		out.Emit(e)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOutputsAreAsTheGoldenFiles(t *testing.T) {
	for name, o := range map[string]Options{
		"default": {}, "default-vv": {Verbosity: 2}, "default-color": {Color: true, ShowCustomStats: true}, "default-quiet": {HideOK: true, HideSkipped: true},
		"default-yaml": {ResultFormat: "yaml", Colors: map[string]string{"ok": "rgb255"}, Color: true}, "yaml": {}, "debug": {}, "timer": {},
		"minimal": {}, "oneline": {}, "json": {}, "jsonl": {}, "junit": {}, "timing": {}, "timeline": {},
	} {
		t.Run(name, func(t *testing.T) {
			base, _, _ := bytes.Cut([]byte(name), []byte("-"))
			got := play(t, string(base), o, story(t))
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
		})
	}
}

func TestResultIsNotChangedByShowingIt(t *testing.T) {
	d := res(t, "msg", "m", "warnings", []any{"w"}, "_ansible_no_log", false)
	play(t, "default", Options{}, []event.Event{event.Result{Outcome: event.Outcome{Task: &event.Task{Action: "debug"}, Host: "h", Dict: d}}})
	if d.Len() != 3 {
		t.Errorf("the result has %d keys left", d.Len())
	}
}

// TestWrap holds lines that Python's textwrap.wrap(text, 40) gave.
func TestWrap(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"short", "short"},
		{"", ""},
		{"one two three four five six seven eight nine", "one two three four five six seven eight\nnine"},
		{"a word-with-hyphens that-does break-at-the hyphen-ated", "a word-with-hyphens that-does break-at-\nthe hyphen-ated"},
		{"see https://docs.example.org/a/very/long/path/that/exceeds for more", "see https://docs.example.org/a/very/long\n/path/that/exceeds for more"},
		{"two  blanks   stay inside but not at the  end", "two  blanks   stay inside but not at the\nend"},
	} {
		if got := wrap(tc.in, 40); got != tc.want {
			t.Errorf("%q:\n%q, want\n%q", tc.in, got, tc.want)
		}
	}
}

func TestUnknownOutputNamesTheKnownOnes(t *testing.T) {
	if _, err := New("dense", Options{}); err == nil {
		t.Error("no error")
	}
	for _, name := range []string{"", "ansible.builtin.default", "ansible.posix.json"} {
		if _, err := New(name, Options{Out: &bytes.Buffer{}}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
