package verify

import (
	"bytes"
	"context"
	"html"
	"slices"
	"strings"
	"testing"
)

// halted is a toy in which somebody wants an end at the nth thing that is done, and nothing works from then on.
type halted struct {
	*toy
	at, done int
	end      context.CancelFunc
	after    []string // what was asked of it later
}

func (h *halted) step(what string) (works bool) {
	if h.done++; h.done == h.at {
		h.end()
	}
	if h.at > 0 && h.done > h.at {
		h.after = append(h.after, what)
	}
	return h.at == 0 || h.done < h.at
}

func (h *halted) Reset(ctx context.Context) error {
	if h.step("reset") {
		return h.toy.Reset(ctx)
	}
	return nil
}

func (h *halted) Capture(ctx context.Context, m Moment) (State, error) {
	if h.step("capture") {
		return h.toy.Capture(ctx, m)
	}
	return State{"web": {}}, nil
}

// Play ends as a run does whose connection breaks: at the task that runs, and without an error.
func (h *halted) Play(ctx context.Context, watch Watch) (*Trace, error) {
	broken := func(t *toyTask) *toyTask {
		c := *t
		c.do = func(s map[string]string, run map[string]bool) (bool, string) {
			if h.step("task") {
				return t.do(s, run)
			}
			return false, "the connection is gone"
		}
		return &c
	}
	w := *h.toy
	w.tasks, w.handlers = nil, map[string]*toyTask{}
	for _, t := range h.toy.tasks {
		w.tasks = append(w.tasks, broken(t))
	}
	for name, t := range h.toy.handlers {
		w.handlers[name] = broken(t)
	}
	trace, err := w.Play(ctx, watch)
	h.toy.state, h.toy.kept = w.state, w.kept
	return trace, err
}

func (h *halted) Command(ctx context.Context, host, command string) error {
	h.step("command")
	return h.toy.Command(ctx, host, command)
}

// flawed is a world with a defect of each kind, so that a verification has something to tell at each moment.
func flawed() *toy {
	configured := put("configure", "file /etc/app", "new")
	configured.notify = "reload"
	reload := &toyTask{name: "reload", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["configuration app"] = "taken"
		return true, ""
	}}
	appending := &toyTask{name: "append", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["file /etc/fstab"] += "line\n"
		return true, ""
	}}
	tasks := append(unguarded(1, 1), configured, put("b", "file /b", "2"), appending)
	return &toy{tasks: tasks, handlers: map[string]*toyTask{"reload": reload}}
}

// verdicts are how the trials of a report ended, by title.
func verdicts(r *Report) map[string]bool {
	out := map[string]bool{}
	for _, t := range r.All() {
		out[t.title()] = t.OK()
	}
	return out
}

// Whenever an end is wanted, the report has the verdicts that a whole verification comes to, and names each trial that has none yet; the
// target is left alone, and no snapshot stays.
func TestAnInterruptLeavesAReport(t *testing.T) {
	for name, o := range map[string]Options{"walk": {Cut: true, Drift: true}, "exact": {Exact: true}, "run 2 alone": {Prefixes: -1}} {
		t.Run(name, func(t *testing.T) {
			all := &halted{toy: flawed()}
			o.Keeper = all.toy
			whole, err := Run(context.Background(), all, o)
			if err != nil || whole.Interrupted != "" || len(whole.Untried) > 0 {
				t.Fatalf("a whole verification: %v, %+v", err, whole)
			}
			want := verdicts(whole)
			if name == "walk" && len(want) < 15 || whole.Failed == 0 {
				t.Fatalf("there is little to tell: %v", want)
			}
			for at := 1; at <= all.done; at++ {
				ctx, end := context.WithCancel(context.Background())
				w := &halted{toy: flawed(), at: at, end: end}
				o.Keeper = w.toy
				r, err := Run(ctx, w, o)
				end()
				if err != nil || r.Interrupted == "" {
					t.Fatalf("ended at step %d: %v, %+v", at, err, r)
				}
				seen := map[string]int{}
				for title, ok := range verdicts(r) {
					if seen[title]++; want[title] != ok {
						t.Errorf("ended at step %d (%s): %q has the verdict %v", at, r.Interrupted, title, ok)
					}
				}
				general := false
				for i := range r.Untried {
					seen[r.Untried[i].title()]++
					general = general || strings.HasPrefix(r.Untried[i].title(), "all ")
				}
				for title := range want {
					if seen[title] != 1 && !general {
						t.Errorf("ended at step %d (%s): %q is told %d times", at, r.Interrupted, title, seen[title])
					}
				}
				if r.Tried != len(r.All()) || general && len(r.Prefixes)+len(r.Drifts) > 0 {
					t.Errorf("ended at step %d: %d trials tried, %+v", at, r.Tried, r)
				}
				if slices.ContainsFunc(w.after, func(s string) bool { return s != "task" && s != "capture" }) || len(w.after) > 1 {
					t.Errorf("ended at step %d (%s), and then %q", at, r.Interrupted, w.after)
				}
				if len(w.toy.kept) > 0 {
					t.Errorf("ended at step %d: snapshots stay: %v", at, w.toy.kept)
				}
			}
		})
	}
}

// What differs in each run is known only when two have been made: until then run 2 is not judged by what has changed.
func TestAnInterruptBeforeTheNoiseIsKnown(t *testing.T) {
	runs := 0
	random := func(reports bool) *toy {
		return &toy{tasks: []*toyTask{{name: "serial", do: func(s map[string]string, _ map[string]bool) (bool, string) {
			runs++
			s["file /etc/serial"] = strings.Repeat("1", runs)
			return reports, ""
		}}}}
	}
	for _, c := range []struct {
		name    string
		reports bool
		want    map[string]bool
	}{{"nothing is reported", false, map[string]bool{}}, {"a change is reported", true, map[string]bool{"the second run changes nothing": false}}} {
		ctx, end := context.WithCancel(context.Background())
		w := &halted{toy: random(c.reports), at: 7, end: end} // reset, look, run, look, run, look; the second reset
		r, err := Run(ctx, w, Options{Prefixes: -1})
		if err != nil {
			t.Fatal(err)
		}
		if got := verdicts(r); len(got) != len(c.want) || got["the second run changes nothing"] {
			t.Errorf("%s: verdicts %v, want %v", c.name, got, c.want)
		}
		if untried := len(c.want) == 0; untried != (len(r.Untried) == 1 && len(r.Untried[0].Doubts) == 1) || len(r.Rerun.Differences) > 0 {
			t.Errorf("%s: not tried %+v, run 2 %+v", c.name, r.Untried, r.Rerun)
		}
	}
}

// Every format says that the verification was interrupted, and names what was not tried.
func TestReportsOfAnInterruptedVerification(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	stop := func(p Progress) {
		if strings.HasPrefix(p.Doing, "prefix 4") {
			end()
		}
	}
	r, err := Run(ctx, flawed(), Options{Cut: true, Drift: true, Progress: stop})
	if err != nil {
		t.Fatal(err)
	}
	r.Playbooks, r.Target = []string{"site.yml"}, "a toy"
	for name, want := range map[string][]string{
		"text":  {"INTERRUPTED, while this was done: prefix 4 of 7", "ok so far (stopped after 2 tasks, cut within 2;", "cut within task 2, build\n      why it was in doubt: file /opt/app", "cut within task 4-7", "stopped after task 3-7", "drift: /after/a is removed, ", "; interrupted, 29 not tried"},
		"json":  {`"interrupted": "prefix 4 of 7"`, `"untried": [`, `"name": "/etc/app is removed"`},
		"junit": {`skipped="`, `<testcase name="stopped after task 5, b" classname="site.yml:b">`, `<skipped message="not tried: verify was interrupted">`},
		"html":  {`<b>Interrupted</b> at "prefix 4 of 7"`, "<h2 id=\"untried\">Not tried</h2>", "<li>stopped after task 5, b</li>"},
	} {
		var out bytes.Buffer
		if err := Formats[name](&out, r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, text := range want {
			if !strings.Contains(html.UnescapeString(out.String()), text) {
				t.Errorf("%s has no %q:\n%s", name, text, out.String())
			}
		}
	}
}

// Where not even the first run has ended, the report says so in every format.
func TestReportsOfAVerificationThatHardlyBegan(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	end()
	r, err := Run(ctx, flawed(), Options{Cut: true, Drift: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, format := range Formats {
		var out bytes.Buffer
		if err := format(&out, r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range []string{"resetting the target", "all interrupted runs", "all changes by hand"} {
			if !strings.Contains(out.String(), want) && !(name == "junit" && want == "resetting the target") {
				t.Errorf("%s has no %q:\n%s", name, want, out.String())
			}
		}
	}
}
