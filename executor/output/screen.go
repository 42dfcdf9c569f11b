package output

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// screen is what ansible-playbook shows: the default callback, to the byte.
type screen struct {
	*display
	play   event.PlayStart
	banner int // ID of the task whose banner is on the screen
	write  func(*display, *value.Dict) string
}

// newScreen makes a screen that writes results as dump does; nil is in the format of the options.
func newScreen(o Options, dump func(*display, *value.Dict) string) *screen {
	if dump == nil {
		dump = (*display).dump
	}
	return &screen{display: newDisplay(o), banner: -1, write: dump}
}

// dump is a result as this screen writes it.
func (s *screen) dump(res *value.Dict) string { return s.write(s.display, res) }

// Emit implements event.Sink.
func (s *screen) Emit(e event.Event) {
	if s.messages(e) {
		return
	}
	switch e := e.(type) {
	case event.PlaybookStart:
		if s.Verbosity > 1 {
			s.display.banner("PLAYBOOK: " + filepath.Base(e.Path))
		}
		if e.Check && s.CheckModeMarkers {
			s.display.banner("DRY RUN")
		}
	case event.PlayStart:
		s.startPlay(e)
	case event.NoHostsMatched:
		s.line("skipping: no hosts matched", colorSkip)
	case event.NoHostsRemaining:
		s.display.banner("NO MORE HOSTS LEFT")
	case event.TaskStart:
		if s.play.Lockstep && !s.HideOK && !s.HideSkipped {
			s.taskBanner(e.Task)
		}
	case event.HostStart:
		if s.ShowPerHostStart {
			s.line(fmt.Sprintf(" [started TASK: %s on %s]", e.Task.Name, e.Host), colorOK)
		}
	case event.Item:
		s.item(&e.Outcome)
	case event.Result:
		s.result(&e)
	case event.Retry:
		s.retry(e)
	case event.AsyncPoll:
		s.poll(e)
	case event.Include:
		s.include(e)
	case event.Notified:
		if s.Verbosity > 1 {
			s.line(fmt.Sprintf("NOTIFIED HANDLER %s for %s", e.Handler, e.Host), colorVerbose)
		}
	case event.RetryFile:
		s.line(fmt.Sprintf("\tto retry, use: --limit @%s\n", e.Path), plain)
	case event.Stats:
		s.recap(e)
	}
}

func (s *screen) mark(check bool) string {
	if check && s.CheckModeMarkers {
		return " [CHECK MODE]"
	}
	return ""
}

func (s *screen) startPlay(e event.PlayStart) {
	s.play, s.banner = e, -1
	title := "PLAY"
	if name := strings.TrimSpace(e.Name); name != "" {
		title += " [" + name + "]"
	}
	s.display.banner(title + s.mark(e.Check))
}

func (s *screen) taskBanner(t *event.Task) {
	prefix, args := "TASK", ""
	if t.Handler {
		prefix = "RUNNING HANDLER"
	}
	if s.ShowArgs && !t.NoLog && t.Args != nil {
		var list []string
		for k, v := range t.Args.All() {
			list = append(list, toText(k)+"="+toText(v))
		}
		args = " " + strings.Join(list, ", ")
	}
	by := ""
	if t.By != "" {
		by = " [" + t.By + "]"
	}
	s.display.banner(fmt.Sprintf("%s [%s%s]%s%s", prefix, strings.TrimSpace(t.Name), args, s.mark(t.Check), by))
	if s.Verbosity >= 2 {
		s.taskPath(t)
	}
	s.banner = t.ID
}

func (s *screen) taskPath(t *event.Task) {
	if t.Path != "" {
		s.line("task path: "+t.Path, colorDebug)
	}
}

// under makes sure that what follows stands below its task's banner.
func (s *screen) under(t *event.Task) {
	if s.banner != t.ID {
		s.taskBanner(t)
	}
}

// verbose tells whether a result is shown in full.
func (s *screen) verbose(d *value.Dict, beyond int) bool {
	return (s.Verbosity > beyond || event.Flag(d, "_ansible_verbose_always")) && !event.Flag(d, "_ansible_verbose_override")
}

func (s *screen) result(e *event.Result) {
	if e.ShowDiff && e.Status == event.OK && !e.Task.Loop {
		s.diff(e.Task, e.Dict)
	}
	switch e.Status {
	case event.Failed:
		s.failed(e)
	case event.OK:
		s.ok(e)
	case event.Skipped:
		s.skipped(e)
	case event.Unreachable:
		s.under(e.Task)
		s.failure(fmt.Sprintf("fatal: [%s]: UNREACHABLE! => %s", hostLabel(&e.Outcome), s.dump(e.Dict)), colorUnreach)
		if e.Task.IgnoreUnreachable {
			s.line("...ignoring", colorSkip)
		}
	}
}

func (s *screen) failed(e *event.Result) {
	s.under(e.Task)
	res := forDebug(e.Task.Action, e.Dict)
	s.exception(res)
	res = s.warnings(res)
	if !loops(e.Task, res) { // what debug hides is hidden by now, its results too
		if s.Verbosity < 2 && s.ShowPathOnFailure {
			s.taskPath(e.Task)
		}
		s.failure(fmt.Sprintf("fatal: [%s]: FAILED! => %s", hostLabel(&e.Outcome), s.dump(res)), colorError)
	}
	if e.Ignored {
		s.line("...ignoring", colorSkip)
	}
}

// loops tells whether a result stands for items that were shown already.
func loops(t *event.Task, res *value.Dict) bool {
	_, has := res.GetStr("results")
	return t.Loop && has
}

func (s *screen) ok(e *event.Result) {
	if e.Task.Include {
		s.under(e.Task)
		return
	}
	word, c := "ok", colorOK
	if e.Changed() {
		word, c = "changed", colorChanged
	} else if s.HideOK {
		return
	}
	s.under(e.Task)
	res := s.warnings(e.Dict)
	if loops(e.Task, e.Dict) {
		return
	}
	text := fmt.Sprintf("%s: [%s]", word, hostLabel(&e.Outcome))
	if res = forDebug(e.Task.Action, res); s.verbose(res, 0) {
		text += " => " + s.dump(res)
	}
	s.line(text, c)
}

func (s *screen) skipped(e *event.Result) {
	if s.HideSkipped {
		return
	}
	s.under(e.Task)
	res := forDebug(e.Task.Action, e.Dict)
	if loops(e.Task, res) {
		res = without(res, "results")
	}
	text := fmt.Sprintf("skipping: [%s]", e.Host)
	if s.verbose(res, 0) {
		text += " => " + s.dump(res)
	}
	s.line(text, colorSkip)
}

func (s *screen) item(o *event.Outcome) {
	label := itemLabel(o.Dict)
	switch o.Status {
	case event.Skipped:
		if s.HideSkipped {
			return
		}
		s.under(o.Task)
		res := forDebug(o.Task.Action, o.Dict)
		text := fmt.Sprintf("skipping: [%s] => (item=%s) ", o.Host, label)
		if s.verbose(res, 0) {
			text += " => " + s.dump(res)
		}
		s.line(text, colorSkip)
	case event.Failed, event.Unreachable:
		s.under(o.Task)
		res := forDebug(o.Task.Action, o.Dict)
		s.exception(res)
		res = s.warnings(res)
		s.failure(fmt.Sprintf("failed: [%s] (item=%s) => %s", hostLabel(o), label, s.dump(res)), colorError)
	default:
		s.itemOK(o, label)
	}
}

func (s *screen) itemOK(o *event.Outcome, label string) {
	if o.ShowDiff {
		s.diff(o.Task, o.Dict)
	}
	if o.Task.Include {
		return
	}
	word, c := "ok", colorOK
	if o.Changed() {
		word, c = "changed", colorChanged
	} else if s.HideOK {
		return
	}
	s.under(o.Task)
	text := fmt.Sprintf("%s: [%s] => (item=%s)", word, hostLabel(o), label)
	if res := forDebug(o.Task.Action, o.Dict); s.verbose(res, 0) {
		text += " => " + s.dump(res)
	}
	s.line(text, c)
}

func (s *screen) retry(e event.Retry) {
	name := cmp.Or(e.Task.Own, e.Task.Name)
	text := fmt.Sprintf("FAILED - RETRYING: [%s]: %s (%d retries left).", hostLabel(&e.Outcome), name, e.Retries-e.Attempts)
	if s.verbose(e.Dict, 2) {
		text += "Result was: " + s.dump(e.Dict)
	}
	s.line(text, colorDebug)
}

func (s *screen) poll(e event.AsyncPoll) {
	jid := text(e.Dict, "ansible_job_id")
	switch e.Phase {
	case "poll":
		s.line(fmt.Sprintf("ASYNC POLL on %s: jid=%s started=%s finished=%s", e.Host, jid, text(e.Dict, "started"), text(e.Dict, "finished")), colorDebug)
	case "ok":
		s.line(fmt.Sprintf("ASYNC OK on %s: jid=%s", e.Host, jid), colorDebug)
	case "failed":
		if inner, ok := e.Dict.GetStr("async_result"); ok && jid == "" {
			if d, ok := inner.(*value.Dict); ok {
				jid = text(d, "ansible_job_id")
			}
		}
		if jid == "" { // no_log hides it
			jid = "None"
		}
		s.line(fmt.Sprintf("ASYNC FAILED on %s: jid=%s", e.Host, jid), colorDebug)
	}
}

func (s *screen) include(e event.Include) {
	text := fmt.Sprintf("included: %s for %s", e.Path, strings.Join(e.Hosts, ", "))
	if e.Label != nil {
		if label := toText(e.Label); label != "" {
			text += " => (item=" + label + ")"
		}
	}
	s.line(text, colorSkip)
}

// warnings shows what a module warned of, and gives the result without it.
func (s *screen) warnings(d *value.Dict) *value.Dict {
	if s.HideWarnings || d == nil {
		return d
	}
	for _, w := range list(d, "warnings") {
		s.messages(event.Warning{Text: toText(w)})
	}
	for _, w := range list(d, "deprecations") {
		if w, ok := w.(*value.Dict); ok {
			s.messages(event.Deprecation{Text: text(w, "msg"), Version: text(w, "version"), Date: text(w, "date"), Collection: text(w, "collection_name")})
		}
	}
	return without(d, "warnings", "deprecations")
}

// exception shows the last line of a traceback, or all of it with -vvv.
func (s *screen) exception(d *value.Dict) {
	trace := text(d, "exception")
	if trace == "" {
		return
	}
	if s.Verbosity < 3 {
		lines := strings.Split(strings.TrimSpace(trace), "\n")
		s.failure("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: "+lines[len(lines)-1], colorError)
		return
	}
	s.failure("The full traceback is:\n"+trace, colorError)
}

func (s *screen) recap(e event.Stats) {
	s.display.banner("PLAY RECAP")
	for _, host := range slices.Sorted(maps.Keys(e.Hosts)) {
		s.line(s.recapLine(host, e.Hosts[host]), plain)
	}
	s.line("", plain)
	if s.ShowCustomStats && len(e.Custom) > 0 {
		s.customStats(e.Custom)
	}
	if e.Check && s.CheckModeMarkers {
		s.display.banner("DRY RUN")
	}
}

func (s *screen) recapLine(host string, n event.Summary) string {
	line := s.recapHost(host, n) + " :"
	for _, f := range []struct {
		name string
		n    int
		c    color
	}{{"ok", n.OK, colorOK}, {"changed", n.Changed, colorChanged}, {"unreachable", n.Unreachable, colorUnreach}, {"failed", n.Failed, colorError},
		{"skipped", n.Skipped, colorSkip}, {"rescued", n.Rescued, colorOK}, {"ignored", n.Ignored, colorWarn}} {
		field := fmt.Sprintf("%s=%-4d", f.name, f.n)
		if f.n != 0 {
			field = s.paint(field, f.c)
		}
		line += " " + field
	}
	return line
}

func (s *screen) recapHost(host string, n event.Summary) string {
	if !s.Color {
		return fmt.Sprintf("%-26s", host)
	}
	c := colorOK
	switch {
	case n.Failed != 0 || n.Unreachable != 0:
		c = colorError
	case n.Changed != 0:
		c = colorChanged
	}
	return fmt.Sprintf("%-37s", s.paint(host, c))
}

func (s *screen) customStats(custom map[string]*value.Dict) {
	s.display.banner("CUSTOM STATS: ")
	flat := func(d *value.Dict) string {
		return strings.ReplaceAll(toJSONIndent(shown(d), 1), "\n", "")
	}
	for _, host := range slices.Sorted(maps.Keys(custom)) {
		if host != "_run" {
			s.line(fmt.Sprintf("\t%s: %s", host, flat(custom[host])), plain)
		}
	}
	if run, ok := custom["_run"]; ok {
		s.line("", plain)
		s.line("\tRUN: "+flat(run), plain)
	}
	s.line("", plain)
}

// list reads a list of a result.
func list(d *value.Dict, key string) []value.Value {
	v, _ := d.GetStr(key)
	if l, ok := v.(*value.List); ok {
		return l.Items
	}
	return nil
}

// without is a shallow copy that lacks some keys.
func without(d *value.Dict, drop ...string) *value.Dict {
	out := value.NewDict()
	for k, v := range d.All() {
		if key := toText(k); !contains(drop, key) {
			out.SetStr(key, v)
		}
	}
	return out
}
