package verify

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// WriteText writes a report for people.
func WriteText(w io.Writer, r *Report) error {
	t := &textReport{w: w, r: r}
	t.head()
	t.rerun()
	t.prefixes()
	t.drifts()
	t.untried()
	t.end()
	return t.err
}

type textReport struct {
	w   io.Writer
	r   *Report
	err error
}

func (t *textReport) say(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

func (t *textReport) head() {
	t.say("%s on %s: %d tasks, %d items of the target's state made or changed\n", strings.Join(t.r.Playbooks, ", "), t.r.Target, len(t.r.Tasks), t.r.Managed)
	if t.r.Interrupted != "" {
		t.say("INTERRUPTED, while this was done: %s\n", t.r.Interrupted)
	}
	if n := len(t.r.Noise); n > 0 {
		t.say("%d item(s) differ between undisturbed runs and are compared for presence only: %s\n", n, shorten(t.r.Noise, 5))
	}
}

func (t *textReport) rerun() {
	trial := &t.r.Rerun
	if trial.Kind == "" {
		return
	}
	if trial.OK() {
		t.say("\nrun 2        ok: no task reports a change, and none is there\n")
		return
	}
	t.say("\nrun 2        FAILED: %s\n", summary(trial))
	t.details(trial)
}

func (t *textReport) prefixes() {
	if len(t.r.Prefixes) == 0 {
		return
	}
	stops, cuts, walked, kept, bad := 0, 0, 0, 0, 0
	for i := range t.r.Prefixes {
		p := &t.r.Prefixes[i]
		if p.Kind == "cut" {
			cuts++
		} else {
			stops++
		}
		switch p.How {
		case "walk":
			walked++
		case string(snapshot):
			kept++
		}
		if !p.OK() {
			bad++
		}
	}
	verdict := "ok"
	if t.r.Interrupted != "" {
		verdict = "ok so far"
	}
	if bad > 0 {
		verdict = fmt.Sprintf("FAILED: %d of %d do not converge", bad, stops+cuts)
	}
	t.say("\nprefixes     %s (stopped after %d tasks, cut within %d; %d by the walk, %d from a snapshot, %d from the beginning)\n",
		verdict, stops, cuts, walked, kept, stops+cuts-walked-kept)
	for i := range t.r.Prefixes {
		if p := &t.r.Prefixes[i]; !p.OK() {
			t.say("  %s %d, %s: %s\n", ended(p), p.K, p.Task.where(), summary(p))
			t.details(p)
		}
	}
	for _, line := range t.r.Unseen() {
		t.say("  the handler %s\n", line)
	}
	if w := t.r.Walk; w != nil && !w.OK() {
		t.say("  interrupted at every task in one go: %s\n", summary(w))
		t.details(w)
	}
}

func ended(p *Trial) string {
	if p.Kind == "cut" {
		return "cut within task"
	}
	return "stopped after task"
}

func (t *textReport) drifts() {
	if len(t.r.Drifts) == 0 {
		return
	}
	bad := 0
	for i := range t.r.Drifts {
		if !t.r.Drifts[i].OK() {
			bad++
		}
	}
	if bad == 0 {
		t.say("\ndrift        ok: %d changes by hand were mended\n", len(t.r.Drifts))
		return
	}
	t.say("\ndrift        FAILED: %d of %d changes by hand were not mended\n", bad, len(t.r.Drifts))
	for i := range t.r.Drifts {
		if d := &t.r.Drifts[i]; !d.OK() {
			t.say("  %s: %s\n", d.Name, summary(d))
			t.details(d)
		}
	}
}

func (t *textReport) end() {
	t.say("\n%d of %d trials failed, in %s", t.r.Failed, t.r.Tried, t.r.Took.Round(100*time.Millisecond))
	if t.r.Interrupted != "" {
		t.say("; interrupted, %d not tried", len(t.r.Untried))
	}
	t.say("\n")
}

// untried names the trials that an interrupted verification did not come to: of stops and cuts the numbers, but of those in doubt why.
func (t *textReport) untried() {
	label := "\nnot tried    "
	line := func(what string) {
		t.say("%s%s\n", label, what)
		label = "             "
	}
	numbers := map[string][]int{}
	var drifts []string
	for i := range t.r.Untried {
		u := &t.r.Untried[i]
		switch {
		case u.Kind == "drift":
			drifts = append(drifts, u.Name)
		case u.Task != nil && len(u.Doubts) == 0:
			numbers[u.Kind] = append(numbers[u.Kind], u.K)
		default:
			line(u.title())
			t.details(u)
		}
	}
	for _, kind := range sortedKeys(numbers) {
		line(ended(&Trial{Kind: kind}) + " " + ranges(numbers[kind]))
	}
	if len(drifts) > 0 {
		line("drift: " + shorten(drifts, 5))
	}
}

// ranges writes ascending numbers, those in a row as "3-7".
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		part := strconv.Itoa(numbers[i])
		if last > i {
			part += "-" + strconv.Itoa(numbers[last])
		}
		parts = append(parts, part)
		i = last + 1
	}
	return strings.Join(parts, ", ")
}

// summary is one line about a trial that failed.
func summary(t *Trial) string {
	var parts []string
	if t.Failure != "" {
		parts = append(parts, "the run fails at "+firstLine(t.Failure))
	}
	if n := len(t.Changed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d task(s) report a change", n))
	}
	if n := len(t.Differences); n > 0 {
		parts = append(parts, fmt.Sprintf("%d item(s) of the state differ", n))
	}
	return strings.Join(parts, "; ")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// shownDifferences bounds what the text report lists of a trial; the other formats have everything.
const shownDifferences = 8

func (t *textReport) details(trial *Trial) {
	for i, d := range trial.Differences {
		if i == shownDifferences {
			t.say("      and %d more\n", len(trial.Differences)-i)
			break
		}
		t.say("      %s\n", d)
	}
	for _, b := range trial.Blamed {
		what := ""
		switch {
		case b.Reported && len(b.Differences) > 0:
			what = fmt.Sprintf(", reports a change and makes %d", len(b.Differences))
		case b.Reported:
			what = ", reports a change"
		case len(b.Differences) > 0:
			what = fmt.Sprintf(", makes %d change(s)", len(b.Differences))
		}
		t.say("      task %s%s: %s\n", b.Task.where(), what, b.told())
	}
	for _, d := range trial.Doubts {
		t.say("      why it was in doubt: %s\n", firstLine(d))
	}
}

// told says which findings named the task. That a handler is lost is none: it is so of each that a run does not come to.
func (b Blame) told() string {
	var parts []string
	if b.Lost != nil {
		parts = append(parts, "lost: "+b.Lost.where()+" notified it, the run ended before its handlers, and the next one had nothing to notify")
	}
	switch {
	case len(b.Rules) > 0:
		parts = append(parts, "foretold by "+strings.Join(b.Rules, ", "))
	case b.Lost == nil:
		parts = append(parts, "not foretold")
	}
	return strings.Join(parts, "; ")
}

// Foretold tells that somebody who read the findings, and knows of handlers, had to expect it.
func (b Blame) Foretold() bool { return len(b.Rules) > 0 || b.Lost != nil }

func shorten(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}
