package verify

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// unguarded is a list of tasks of which one leaves a half behind that no later run repairs, wherever it is cut.
func unguarded(before, after int) []*toyTask {
	var out []*toyTask
	for i := range before {
		out = append(out, put("before"+string(rune('a'+i)), "file /before/"+string(rune('a'+i)), "1"))
	}
	build := put("build", "file /opt/app", "whole")
	build.half = func(s map[string]string) { s["file /opt/app"] = "half" }
	build.do = func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /opt/app"] != "" {
			return false, ""
		}
		s["file /opt/app"] = "whole"
		return true, ""
	}
	out = append(out, build)
	for i := range after {
		out = append(out, put("after"+string(rune('a'+i)), "file /after/"+string(rune('a'+i)), "1"))
	}
	return out
}

func hows(r *Report) map[string]int {
	out := map[string]int{}
	for _, p := range r.Prefixes {
		out[p.How]++
	}
	return out
}

// With snapshots no prefix costs a run from the beginning, and without them those in doubt do. Both come to the same.
func TestSnapshotsSaveTheBeginning(t *testing.T) {
	without := &toy{tasks: unguarded(5, 5)}
	plain := verified(t, without, Options{Cut: true})
	with := &toy{tasks: unguarded(5, 5)}
	kept := verified(t, with, Options{Cut: true, Keeper: with})
	if a, b := failed(plain), failed(kept); !slices.Equal(a, b) || !slices.Equal(a, []string{"cut within task 6, build"}) {
		t.Errorf("failed without snapshots %q, with them %q", a, b)
	}
	if want := map[string]int{"walk": 21, "snapshot": 1}; !maps.Equal(hows(kept), want) {
		t.Errorf("verdicts with snapshots %v, want %v", hows(kept), want)
	}
	if want := map[string]int{"walk": 21, "exact": 1}; !maps.Equal(hows(plain), want) {
		t.Errorf("verdicts without snapshots %v, want %v", hows(plain), want)
	}
	if with.resets != 3 || with.returns != 2 || without.resets != 5 {
		t.Errorf("%d resets and %d returns with snapshots, %d resets without; want 3, 2 and 5", with.resets, with.returns, without.resets)
	}
}

// A snapshot of which the target comes back otherwise is not used, and given up: what a run meets there is not what it met.
func TestASnapshotThatComesBackOtherwiseIsNotUsed(t *testing.T) {
	w := &toy{tasks: unguarded(5, 5)}
	w.anew = func(s map[string]string) { s["service timer"] = "started anew" }
	r := verified(t, w, Options{Cut: true, Keeper: w})
	if got := failed(r); !slices.Equal(got, []string{"cut within task 6, build"}) {
		t.Errorf("failed: %q", got)
	}
	if n := hows(r)["snapshot"]; n > 0 {
		t.Errorf("%d verdicts rest on snapshots that came back otherwise", n)
	}
}

// Where the snapshot behind the task that takes long cannot be used, for a service is stopped then and would be started, one is
// made later, where the walk finds the target as it was.
func TestSnapshotsAreMadeLater(t *testing.T) {
	stop, start := put("stop", "service app", "stopped"), put("start", "service app", "running")
	tasks := []*toyTask{put("install", "package app", "1"), stop, put("build", "file /built", "1"), start}
	stop.do = func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /built"] != "" {
			return false, ""
		}
		s["service app"] = "stopped"
		return true, ""
	}
	for _, task := range []*toyTask{tasks[0], stop, start} {
		task.quick = true
	}
	for _, task := range unguarded(0, 0) {
		task.quick = true
		for _, name := range []string{"one", "two", "three"} {
			half := *task
			item := "file /opt/" + name
			half.name = name
			half.do = func(s map[string]string, _ map[string]bool) (bool, string) {
				was := s[item]
				if was == "" {
					s[item] = "whole"
				}
				return was == "", ""
			}
			half.half = func(s map[string]string) { s[item] = "half" }
			tasks = append(tasks, &half)
		}
	}
	w := &toy{tasks: tasks}
	w.anew = func(s map[string]string) { s["service app"] = "running" }
	r := verified(t, w, Options{Cut: true, Keeper: w})
	if got := failed(r); !slices.Equal(got, []string{"cut within task 5, one", "cut within task 6, two", "cut within task 7, three"}) {
		t.Errorf("failed: %q", got)
	}
	if want := map[string]int{"walk": 11, "exact": 1, "snapshot": 2}; !maps.Equal(hows(r), want) {
		t.Errorf("verdicts %v, want %v", hows(r), want)
	}
	if w.resets != 3+2 {
		t.Errorf("%d resets, want 5: one after the first prefix in doubt, and one to try it", w.resets)
	}
}

// A run from a snapshot that does not arrive where an undisturbed run was proves nothing: another is taken, or the beginning. It is seen
// where the run is interrupted, by the state at a stop, and before a cut also by results that later tasks read.
func TestARunFromASnapshotHasToArrive(t *testing.T) {
	marked := func(slow ...string) []*toyTask {
		mark := put("mark", "file /mark", "1")
		mark.register = "marked"
		build := &toyTask{name: "build", reads: []string{"marked"}, do: func(s map[string]string, run map[string]bool) (bool, string) {
			if run["marked"] {
				s["file /opt/app"] = "whole"
			}
			return run["marked"], ""
		}, half: func(s map[string]string) { s["file /opt/app"] = "half" }}
		tasks := []*toyTask{put("a", "file /a", "1"), mark, put("b", "file /b", "2"), build, put("c", "file /c", "3"), put("d", "file /d", "4"), put("e", "file /e", "5"), put("f", "file /f", "6")}
		for _, task := range tasks {
			task.quick = !slices.Contains(slow, task.name)
		}
		return tasks
	}
	for _, c := range []struct {
		name            string
		slow            []string // there is a snapshot behind each
		how             string
		resets, returns int
	}{
		{"from before the mark", []string{"a"}, "snapshot", 3, 2},
		{"from the mark, in vain, then from before it", []string{"a", "mark"}, "snapshot", 3, 4},
		{"from the mark, in vain, then from the beginning", []string{"mark"}, "exact", 5, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &toy{tasks: marked(c.slow...)}
			r := verified(t, w, Options{Cut: true, Prefixes: 2, Keeper: w}) // behind and within build and f
			if got := failed(r); !slices.Equal(got, []string{"cut within task 4, build"}) {
				t.Errorf("failed: %q", got)
			}
			if want := map[string]int{"walk": 3, c.how: 1}; !maps.Equal(hows(r), want) {
				t.Errorf("verdicts %v, want %v", hows(r), want)
			}
			if w.resets != c.resets || w.returns != c.returns {
				t.Errorf("%d resets and %d returns, want %d and %d", w.resets, w.returns, c.resets, c.returns)
			}
		})
	}
}

// Prefixes side by side that end alike have one cause: they are tried on their own from both ends, until one ends as in the walk.
func TestNeighboursThatEndAlikeAreTriedAtTheEnds(t *testing.T) {
	configured := put("configure", "file /etc/app", "new")
	configured.notify = "reload"
	reload := &toyTask{name: "reload", do: func(s map[string]string, _ map[string]bool) (bool, string) {
		s["configuration app"] = "taken"
		return true, ""
	}}
	tasks := []*toyTask{put("a", "file /a", "1"), configured}
	for _, name := range strings.Split("bcdefgh", "") {
		tasks = append(tasks, put(name, "file /"+name, "1"))
	}
	w := &toy{tasks: tasks, handlers: map[string]*toyTask{"reload": reload}}
	r := verified(t, w, Options{})
	if n := len(failed(r)); n != 8 {
		t.Errorf("%d trials failed, want 8: from behind the task that notifies to before the handler", n)
	}
	if want := map[string]int{"walk": 8, "exact": 2}; !maps.Equal(hows(r), want) {
		t.Errorf("verdicts %v, want %v", hows(r), want)
	}
	for _, p := range r.Prefixes {
		if !p.OK() && (len(p.Blamed) != 1 || p.Blamed[0].Task.Name != "reload" || p.Blamed[0].Lost == nil || p.Blamed[0].Lost.Name != "configure") {
			t.Errorf("prefix %d: the lost handler and who notified it are not named: %+v", p.K, p.Blamed)
		}
	}

	// Something that is not seen makes the walk's runs end otherwise: on its own, each prefix is sound.
	haunted := &haunted{toy: &toy{tasks: tasks, handlers: map[string]*toyTask{"reload": reload}}}
	r, err := Run(context.Background(), haunted, Options{Progress: func(p Progress) { haunted.free = strings.Contains(p.Doing, "on its own") }})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"walk": 2, "exact": 8}; !maps.Equal(hows(r), want) || len(failed(r)) > 0 {
		t.Errorf("verdicts %v, want %v; failed: %q", hows(r), want, failed(r))
	}
}

// haunted is a world in which the handler is only lost where it is not free.
type haunted struct {
	*toy
	free bool
}

// Play implements World.
func (w *haunted) Play(ctx context.Context, watch Watch) (*Trace, error) {
	trace, err := w.toy.Play(ctx, watch)
	if w.free && !trace.Stopped {
		w.state["configuration app"] = "taken"
	}
	return trace, err
}

// A task that is cut in the walk and, on its own, ends before the cut: the walk's ending counts.
func TestATaskThatIsTooQuickOnItsOwn(t *testing.T) {
	broken := put("unpack", "file /srv/app", "whole")
	broken.do = func(s map[string]string, _ map[string]bool) (bool, string) {
		if s["file /srv/app"] != "" {
			return false, ""
		}
		s["file /srv/app"] = "whole"
		return true, ""
	}
	broken.half = func(s map[string]string) { s["file /srv/app"] = "half" }
	w := &hasty{toy: &toy{tasks: []*toyTask{put("a", "file /a", "1"), broken, put("b", "file /b", "1")}}}
	r, err := Run(context.Background(), w, Options{Cut: true, Progress: func(p Progress) { w.hurry = strings.Contains(p.Doing, "on its own") }})
	if err != nil {
		t.Fatal(err)
	}
	if got := failed(r); len(got) != 1 || !strings.Contains(got[0], "unpack") {
		t.Errorf("failed: %q, want the cut in unpack", got)
	}

	// Where each prefix is tried to the letter, there is no other word: the report says what happened.
	w.hurry = true
	if r, err = Run(context.Background(), w, Options{Cut: true, Exact: true}); err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"exact": 3, quicker: 3}; !maps.Equal(hows(r), want) {
		t.Errorf("verdicts %v, want %v", hows(r), want)
	}
}

// hasty is a world in which nothing is cut when it is in a hurry.
type hasty struct {
	*toy
	hurry bool
}

// Play implements World.
func (w *hasty) Play(ctx context.Context, watch Watch) (*Trace, error) {
	if w.hurry {
		watch.Cut = nil
	}
	return w.toy.Play(ctx, watch)
}

// full is a world that has no room for snapshots.
type full struct{ *toy }

// Keep implements Keeper.
func (w full) Keep(ctx context.Context, name string) error {
	if len(w.kept) > 0 {
		return errors.New("no space left")
	}
	return w.toy.Keep(ctx, name)
}

// A snapshot that cannot be made ends it all, with those that were.
func TestASnapshotThatCannotBeMade(t *testing.T) {
	w := full{&toy{tasks: unguarded(2, 2)}}
	_, err := Run(context.Background(), w, Options{Keeper: w})
	if err == nil || !strings.Contains(err.Error(), "keeping the target's state after task 2: no space left") {
		t.Errorf("error %v", err)
	}
	if len(w.kept) > 0 {
		t.Errorf("snapshots are left: %v", w.kept)
	}
}
