package verify

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// toy is a World in memory: one host whose state is a table, and tasks that are functions.
type toy struct {
	tasks    []*toyTask
	handlers map[string]*toyTask
	state    map[string]string
	resets   int
	plays    int

	kept    map[string]map[string]string
	returns int
	anew    func(state map[string]string) // what a restart changes; nil is nothing
}

// took is how long it takes: as long as a snapshot is worth, or just long enough to be cut.
func (t *toyTask) took() time.Duration {
	if t.quick {
		return shortestCut
	}
	return worthKeeping
}

// Keep implements Keeper.
func (w *toy) Keep(_ context.Context, name string) error {
	if w.kept == nil {
		w.kept = map[string]map[string]string{}
	}
	w.kept[name] = maps.Clone(w.state)
	return nil
}

// Return implements Keeper.
func (w *toy) Return(_ context.Context, name string) error {
	w.state = maps.Clone(w.kept[name])
	if w.anew != nil {
		w.anew(w.state)
	}
	w.returns++
	return nil
}

// Forget implements Keeper.
func (w *toy) Forget(_ context.Context, name string) error {
	delete(w.kept, name)
	return nil
}

// toyTask does its work on the state, and gets what the run has registered so far. It reports whether it changed something; a failure is
// anything else that it returns.
type toyTask struct {
	name     string
	do       func(state map[string]string, run map[string]bool) (changed bool, failure string)
	half     func(state map[string]string) // what is left of it where it is cut; nil is nothing
	register string
	reads    []string
	notify   string
	quick    bool // no snapshot behind it is worth while
}

func (w *toy) Reset(context.Context) error {
	w.state = map[string]string{"file /etc/hosts": "fresh"}
	w.resets++
	return nil
}

func (w *toy) Capture(context.Context, Moment) (State, error) {
	return State{"web": maps.Clone(w.state)}, nil
}

func (w *toy) Command(_ context.Context, _, command string) error {
	for item := range w.state {
		if _, name := split(item); strings.Contains(command, "'"+name+"'") {
			delete(w.state, item)
		}
	}
	return nil
}

func (w *toy) Play(ctx context.Context, watch Watch) (*Trace, error) {
	w.plays++
	trace := &Trace{}
	registered := map[string]bool{}
	notified := []string{}
	var broken error
	one := func(t *toyTask, handler bool) (goOn bool) {
		task := Task{Path: "site.yml:" + t.name, Name: t.name, Handler: handler, Register: t.register}
		if watch.Before != nil {
			if err := watch.Before(ctx, task, trace); err != nil {
				if trace.Stopped = errors.Is(err, ErrStop); !trace.Stopped {
					broken = err
				}
				return false
			}
		}
		step := &Step{Task: task, Took: t.took(), Sets: map[string]string{}, Reads: map[string]bool{}, Paths: map[string]bool{}}
		trace.Steps = append(trace.Steps, step)
		if watch.Cut != nil && watch.Cut(task) > 0 {
			if t.half != nil {
				t.half(w.state)
			}
			step.Status, trace.Cut, trace.Code = "unreachable", true, 4
			return false
		}
		changed, failure := t.do(w.state, registered)
		for item := range w.state {
			_, name := split(item)
			step.Paths[name] = true
		}
		for _, name := range t.reads {
			step.Reads[name] = true
		}
		switch {
		case failure == "skipped":
			step.Status = failure
		case failure != "":
			step.Status, step.Message, trace.Code = "failed", failure, 2
			return false
		case changed:
			step.Status = "changed"
		default:
			step.Status = "ok"
		}
		if t.register != "" {
			registered[t.register] = changed
			step.Sets[t.register] = step.Status
		}
		if changed && t.notify != "" {
			notified = append(notified, t.notify)
			step.Notified = []string{t.notify}
		}
		return true
	}
	for _, t := range w.tasks {
		if !one(t, false) {
			return trace, broken
		}
	}
	for _, name := range notified {
		if !one(w.handlers[name], true) {
			return trace, broken
		}
	}
	return trace, nil
}

// put is a task that makes an item what it should be.
func put(name, item, value string) *toyTask {
	return &toyTask{name: name, do: func(s map[string]string, _ map[string]bool) (bool, string) {
		was := s[item]
		s[item] = value
		return was != value, ""
	}}
}

func verified(t *testing.T, w *toy, o Options) *Report {
	t.Helper()
	r, err := Run(context.Background(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// failed are the titles of the trials that failed.
func failed(r *Report) []string {
	out := []string{}
	for _, t := range r.All() {
		if !t.OK() {
			out = append(out, t.title())
		}
	}
	return out
}

// Each defect shows in the trials that it should show in, by the walk with snapshots and without as by the letter, and in no others.
func TestDefectsAreFound(t *testing.T) {
	appending := &toyTask{name: "append", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["file /etc/fstab"] += "line\n"
		return true, ""
	}}
	silent := &toyTask{name: "silent", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["file /etc/fstab"] += "line\n"
		return false, ""
	}}
	crying := &toyTask{name: "cry", do: func(map[string]string, map[string]bool) (bool, string) { return true, "" }}
	halved := &toyTask{name: "build", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		if _, ok := s["file /opt/app"]; ok {
			return false, "" // creates: /opt/app
		}
		s["file /opt/app"] = "whole"
		return true, ""
	}, half: func(s map[string]string) { s["file /opt/app"] = "half" }}
	configured := put("configure", "file /etc/app", "new")
	configured.notify = "reload"
	reload := &toyTask{name: "reload", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["configuration app"] = "taken"
		return true, ""
	}}
	changed := put("unpack", "file /opt/release", "1")
	changed.register = "unpacked"
	conditional := &toyTask{name: "migrate", reads: []string{"unpacked"}, do: func(s map[string]string, run map[string]bool) (bool, string) {
		if run["unpacked"] {
			s["file /var/lib/db"] = "migrated"
		}
		return run["unpacked"], ""
	}}
	strict := &toyTask{name: "mkdir", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["dir /srv"] != "" {
			return false, "mkdir: cannot create directory: File exists"
		}
		s["dir /srv"] = "made"
		return true, ""
	}}
	certificate := put("cert", "file /cert", "1")
	certificate.register = "certified"
	parameters := &toyTask{name: "dh", reads: []string{"certified"}, do: func(s map[string]string, run map[string]bool) (bool, string) {
		if !run["certified"] {
			return false, "skipped"
		}
		s["file /dh"] = "made"
		return true, ""
	}}
	server := &toyTask{name: "serve", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /dh"] == "" {
			return false, "no such file: /dh"
		}
		return false, ""
	}}
	for _, c := range []struct {
		name  string
		tasks []*toyTask
		want  []string
		blame string // a task that is blamed, with what
	}{
		{"sound", []*toyTask{put("a", "file /a", "1"), put("b", "file /b", "2"), put("c", "file /c", "3")}, []string{}, ""},
		{"appends", []*toyTask{put("a", "file /a", "1"), appending, put("c", "file /c", "3")},
			[]string{"the second run changes nothing", "cut within task 3, c", "stopped after task 2, append", "stopped after task 3, c"}, "append reports file /etc/fstab"},
		{"changes without a word", []*toyTask{silent},
			[]string{"the second run changes nothing", "stopped after task 1, silent"}, "silent file /etc/fstab"},
		{"cries wolf", []*toyTask{crying, put("b", "file /b", "2")}, []string{"the second run changes nothing"}, "cry reports"},
		{"leaves half of it when cut", []*toyTask{put("a", "file /a", "1"), halved, put("c", "file /c", "3")}, []string{"cut within task 2, build"}, "build"},
		{"loses a handler", []*toyTask{configured, put("b", "file /b", "2")},
			[]string{"stopped after task 1, configure", "cut within task 2, b", "stopped after task 2, b", "cut within task 3, reload"}, "reload"},
		{"depends on a result", []*toyTask{changed, put("b", "file /b", "2"), conditional},
			[]string{"stopped after task 1, unpack", "cut within task 2, b", "stopped after task 2, b", "cut within task 3, migrate"}, "migrate"},
		{"leaves out what a later task needs", []*toyTask{certificate, parameters, server},
			[]string{"stopped after task 1, cert", "cut within task 2, dh"}, "dh"},
		{"fails the second time", []*toyTask{put("a", "file /a", "1"), strict, put("c", "file /c", "3")},
			[]string{"the second run changes nothing", "stopped after task 2, mkdir", "cut within task 3, c", "stopped after task 3, c"}, "mkdir"},
	} {
		for _, mode := range []string{"walked", "walked with snapshots", "to the letter"} {
			t.Run(c.name+", "+mode, func(t *testing.T) {
				w := &toy{tasks: c.tasks, handlers: map[string]*toyTask{"reload": reload}}
				o := Options{Cut: true, Exact: mode == "to the letter"}
				if mode == "walked with snapshots" {
					o.Keeper = w
					w.anew = func(s map[string]string) {
						if s["file /etc/app"] != "" {
							s["configuration app"] = "taken" // a service that is started reads what is there
						}
					}
				}
				r := verified(t, w, o)
				if len(w.kept) > 0 {
					t.Errorf("snapshots are left: %v", w.kept)
				}
				got := failed(r)
				want := slices.Clone(c.want)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("failed trials:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				if r.Rerun.Failure != "" && len(r.Rerun.Blamed) == 0 {
					t.Errorf("nobody is blamed for run 2, which fails: %s", r.Rerun.Failure)
				}
				if c.blame != "" && !blames(r, c.blame) {
					t.Errorf("nobody blames %q", c.blame)
				}
			})
		}
	}
}

// blames tells that some trial blames a task: "NAME", "NAME reports", "NAME ITEM", "NAME reports ITEM".
func blames(r *Report, want string) bool {
	for _, t := range r.All() {
		for _, b := range t.Blamed {
			text := b.Task.Name
			if b.Reported {
				text += " reports"
			}
			for _, d := range b.Differences {
				text += " " + d.Item
			}
			if strings.HasPrefix(text, want) {
				return true
			}
		}
	}
	return false
}

// The walk resets the target once for a sound playbook, whatever the number of tasks, and takes one run for an interruption.
func TestTheWalkResetsOnce(t *testing.T) {
	var tasks []*toyTask
	for _, name := range strings.Split("abcdefghijklmnopqrst", "") {
		tasks = append(tasks, put(name, "file /"+name, "1"))
	}
	w := &toy{tasks: tasks}
	r := verified(t, w, Options{Cut: true})
	if r.Failed != 0 || len(r.Prefixes) != 40 || w.resets != 3 {
		t.Errorf("%d of %d prefixes failed, %d resets; want 0 of 40, and 3 (two undisturbed runs and the walk)", r.Failed, len(r.Prefixes), w.resets)
	}
	if want := 3 + 40 + 1; w.plays != want {
		t.Errorf("%d runs, want %d: two and one undisturbed, one for each interruption, and one to the end", w.plays, want)
	}
}

// A run that is ahead of an undisturbed one for a while, or has another result that makes no difference, ends as that does: this
// shows in the walk, without a deployment to the letter.
func TestTheWalkFollowsDetours(t *testing.T) {
	apply := func(name string) *toyTask {
		return &toyTask{name: name, do: func(s map[string]string, _ map[string]bool) (bool, string) {
			was := s["configuration app"]
			s["configuration app"] = s["file /etc/one"] + s["file /etc/two"]
			return was != s["configuration app"], ""
		}}
	}
	checkout := put("check out", "dir /srv/code", "v1")
	checkout.register = "checkout"
	name := &toyTask{name: "name", reads: []string{"checkout"}, do: func(map[string]string, map[string]bool) (bool, string) { return false, "" }}
	for _, c := range []struct {
		name   string
		tasks  []*toyTask
		cut    bool
		resets int // beyond the three that always are
	}{
		{"ahead for one task", []*toyTask{put("one", "file /etc/one", "1"), apply("apply one"), put("two", "file /etc/two", "2"), apply("apply two"), put("c", "file /c", "3")}, false, 0},
		{"ahead for one task that is to be cut, too", []*toyTask{put("one", "file /etc/one", "1"), apply("apply one"), put("two", "file /etc/two", "2"), apply("apply two"), put("c", "file /c", "3")}, true, 1},
		{"another result, read at once", []*toyTask{checkout, name, put("c", "file /c", "3")}, false, 0},
		{"another result, read later", []*toyTask{checkout, put("b", "file /b", "2"), name, put("c", "file /c", "3")}, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &toy{tasks: c.tasks}
			r := verified(t, w, Options{Cut: c.cut})
			if bad := failed(r); len(bad) > 0 {
				t.Errorf("failed: %q", bad)
			}
			for _, p := range r.Prefixes {
				if p.How != "walk" {
					t.Errorf("prefix %d was run to the letter", p.K)
				}
			}
			if want := len(r.Tasks); len(r.Prefixes) != want && !c.cut || len(r.Prefixes) != 2*want && c.cut {
				t.Errorf("%d prefixes have a verdict", len(r.Prefixes))
			}
			if w.resets != 3+c.resets {
				t.Errorf("%d resets, want %d", w.resets, 3+c.resets)
			}
		})
	}
}

// What differs between undisturbed runs is no evidence; that it is missing is.
func TestNoiseIsLeftOut(t *testing.T) {
	serial := 0
	random := &toyTask{name: "key", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /etc/key"] != "" {
			return false, ""
		}
		serial++
		s["file /etc/key"] = strings.Repeat("k", serial)
		s["file /var/accounts/"+strings.Repeat("a", serial)] = "an account"
		return true, ""
	}}
	w := &toy{tasks: []*toyTask{random, put("b", "file /b", "1")}}
	r := verified(t, w, Options{Cut: true, Exact: true})
	if got := failed(r); len(got) > 0 {
		t.Errorf("failed: %v", got)
	}
	if want := []string{"file /etc/key", "what else is in /var/accounts/"}; !slices.Equal(r.Noise, want) {
		t.Errorf("noise %q, want %q", r.Noise, want)
	}
	n := noiseOf(State{"web": {"file /etc/key": "a", "file /etc/conf": "x", "file /etc/conf.1~": "y"}}, State{"web": {"file /etc/key": "b", "file /etc/conf": "x", "file /etc/conf.2~": "y"}})
	if !n.is(Difference{Host: "web", Item: "file /etc/conf.3~", After: "y"}) || n.is(Difference{Host: "web", Item: "file /etc/conf", Before: "x", After: "z"}) {
		t.Error("another name beside those that differ should be noise, another content of a file that both runs have should not")
	}
	if !n.is(Difference{Host: "web", Item: "file /etc/key", Before: "a", After: "c"}) || n.is(Difference{Host: "web", Item: "file /etc/key", Before: "a"}) {
		t.Error("another content should be noise, a missing file should not")
	}
}

func TestDriftIsMendedOrNot(t *testing.T) {
	once := &toyTask{name: "once", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /etc/flag"] != "" {
			return false, ""
		}
		s["file /etc/flag"], s["file /etc/forgotten"] = "set", "made once"
		return true, ""
	}}
	r := verified(t, &toy{tasks: []*toyTask{put("a", "file /a", "1"), once}}, Options{Prefixes: -1, Drift: true})
	var got []string
	for _, d := range r.Drifts {
		verdict := "mended"
		if !d.OK() {
			verdict = "not mended"
		}
		got = append(got, d.Name+": "+verdict)
	}
	for _, want := range []string{"/a is removed: mended", "/etc/flag is removed: mended", "/etc/forgotten is removed: not mended"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		last, n int
		want    []int
	}{{4, 0, []int{1, 2, 3, 4}}, {10, 3, []int{3, 6, 10}}, {3, 9, []int{1, 2, 3}}, {5, -1, nil}, {0, 0, nil}} {
		if got := sample(c.last, c.n); !slices.Equal(got, c.want) {
			t.Errorf("sample(%d, %d) = %v, want %v", c.last, c.n, got, c.want)
		}
	}
}

// A handler that is lost may leave nothing that is compared: a daemon that goes on with what it had read. The prefixes pass, and the
// reports say what they cannot show.
func TestALostHandlerThatDoesNotShow(t *testing.T) {
	configured := put("configure", "file /etc/app", "new")
	configured.notify = "reload"
	works := true
	reload := &toyTask{name: "reload", do: func(map[string]string, map[string]bool) (bool, string) { return works, "" }}
	for _, exact := range []bool{false, true} {
		w := &toy{tasks: []*toyTask{put("a", "file /a", "1"), configured, put("b", "file /b", "2"), put("c", "file /c", "3")}, handlers: map[string]*toyTask{"reload": reload}}
		r := verified(t, w, Options{Exact: exact})
		if got := failed(r); len(got) > 0 {
			t.Errorf("failed: %q", got)
		}
		want := `"reload" never ran after 3 of these interruptions, and nothing that is compared shows it`
		if got := r.Unseen(); !slices.Equal(got, []string{want}) {
			t.Errorf("unseen (exact %v): %q", exact, got)
		}
		for name, format := range map[string]func(io.Writer, *Report) error{"text": WriteText, "html": WriteHTML} {
			var out bytes.Buffer
			if err := format(&out, r); err != nil || !strings.Contains(html.UnescapeString(out.String()), want) {
				t.Errorf("%s does not tell of it (%v):\n%s", name, err, out.String())
			}
		}
	}
	works = false // it is for another system, say
	w := &toy{tasks: []*toyTask{configured, put("b", "file /b", "2")}, handlers: map[string]*toyTask{"reload": reload}}
	if got := verified(t, w, Options{}).Unseen(); len(got) > 0 {
		t.Errorf("a handler that does nothing is missed: %q", got)
	}
}

// Every format tells of the failure, its task and what check had foretold.
func TestReportsTellWhatFailed(t *testing.T) {
	appending := &toyTask{name: "append", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["file /etc/fstab"] += "<line>"
		return true, ""
	}}
	r := verified(t, &toy{tasks: []*toyTask{put("a", "file /a", "1"), appending}}, Options{Cut: true, Foretold: func(path string) []string {
		if path == "site.yml:append" {
			return []string{"shell/append"}
		}
		return nil
	}})
	r.Playbooks, r.Target = []string{"site.yml"}, "a toy"
	for name, format := range Formats {
		var out bytes.Buffer
		if err := format(&out, r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range []string{"append", "shell/append", "/etc/fstab"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s has no %q:\n%s", name, want, out.String())
			}
		}
		if name == "html" && (strings.Contains(out.String(), "<line>") || strings.Contains(out.String(), "http")) {
			t.Errorf("the page has unescaped text, or needs something outside it")
		}
	}
}
