package output

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"sync"
	"time"

	"pylint-deploy/executor/event"
)

// timeline is a page that needs nothing else: hosts as rows, tasks as bars over time. It shows names, places and times, and
// nothing of results.
type timeline struct {
	*display
	hosts []string
	bars  map[string][]bar
	start time.Time // of the first task, or of the run where none began
	made  time.Time
	end   time.Time
	stats map[string]event.Summary
}

type bar struct {
	task        *event.Task
	began, took time.Duration // since made
	class       string
}

//go:embed timeline.html
var timelineHTML string

var timelinePage = sync.OnceValue(func() *template.Template { return template.Must(template.New("timeline").Parse(timelineHTML)) })

func newTimeline(o Options) *timeline {
	now := o.Now()
	return &timeline{display: newDisplay(o), bars: map[string][]bar{}, made: now}
}

// Emit implements event.Sink.
func (t *timeline) Emit(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		t.result(&e)
	case event.PlayStart: // rows are in the order of the inventory
		for _, host := range e.Hosts {
			if _, known := t.bars[host]; !known {
				t.hosts, t.bars[host] = append(t.hosts, host), nil
			}
		}
	case event.Stats:
		t.stats = e.Hosts
	}
}

// classes are the colours of bars, in the order of the legend.
var classes = []string{"ok", "changed", "skipped", "failed", "ignored", "unreachable"}

func classOf(e *event.Result) string {
	switch {
	case e.Ignored:
		return "ignored"
	case e.Status == event.OK && e.Changed():
		return "changed"
	}
	return e.Status.String()
}

func (t *timeline) result(e *event.Result) {
	if _, seen := t.bars[e.Host]; !seen {
		t.hosts = append(t.hosts, e.Host)
	}
	began := e.Time.Add(-e.Took)
	if t.start.IsZero() || began.Before(t.start) {
		t.start = began
	}
	t.bars[e.Host] = append(t.bars[e.Host], bar{e.Task, began.Sub(t.made), e.Took, classOf(e)})
	if e.Time.After(t.end) {
		t.end = e.Time
	}
}

// timelineData is what the page is made of. Places are percentages of the chart's width.
type timelineData struct {
	Total, HostCount, TaskCount, Began string
	Legend                             []timelineKey
	Ticks                              []timelineTick
	Rows                               []timelineRow
	Slowest                            []timelineTask
}

type timelineKey struct {
	Class string
	Count int
}

type timelineTick struct{ At, Label string }

type timelineRow struct {
	Host, Recap string
	Bad         bool
	Bars        []timelineBar
}

type timelineBar struct{ At, Width, Class, Title string }

type timelineTask struct {
	Name, Path, Longest, Sum, Slowest string
	Hosts                             int
	longest                           time.Duration
}

// Close implements Output: it writes the page.
func (t *timeline) Close() error {
	if t.start.IsZero() {
		t.start, t.end = t.made, t.made
	}
	total := max(t.end.Sub(t.start), time.Millisecond)
	page := timelineData{Total: shortTime(total), HostCount: counted(len(t.hosts), "host"), Ticks: ticks(total), Legend: t.legend(), Slowest: t.slowest(),
		Began: t.start.Format("2006-01-02 15:04:05 MST")}
	tasks := map[int]bool{}
	for _, host := range t.hosts {
		page.Rows = append(page.Rows, t.row(host, total))
		for _, b := range t.bars[host] {
			tasks[b.task.ID] = true
		}
	}
	page.TaskCount = counted(len(tasks), "task")
	if err := timelinePage().Execute(t.Out, page); err != nil {
		return fmt.Errorf("writing the timeline: %w", err)
	}
	return t.display.Close()
}

func (t *timeline) row(host string, total time.Duration) timelineRow {
	n, known := t.stats[host]
	row := timelineRow{Host: host, Bad: n.Failed+n.Unreachable > 0}
	if known {
		row.Recap = fmt.Sprintf("ok=%d changed=%d unreachable=%d failed=%d skipped=%d rescued=%d ignored=%d", n.OK, n.Changed, n.Unreachable, n.Failed, n.Skipped, n.Rescued, n.Ignored)
	}
	offset := t.start.Sub(t.made)
	for _, b := range t.bars[host] {
		row.Bars = append(row.Bars, timelineBar{At: percent(b.began-offset, total), Width: percent(b.took, total), Class: b.class,
			Title: fmt.Sprintf("%s\n%s on %s, %s, at %s\n%s", b.task.Name, b.class, host, shortTime(b.took), shortTime(b.began-offset), b.task.Path)})
	}
	return row
}

// legend counts the bars of each colour that is on the page.
func (t *timeline) legend() []timelineKey {
	count := map[string]int{}
	for _, bars := range t.bars {
		for _, b := range bars {
			count[b.class]++
		}
	}
	var out []timelineKey
	for _, class := range classes {
		if count[class] > 0 {
			out = append(out, timelineKey{class, count[class]})
		}
	}
	return out
}

// slowest are the tasks that took longest on one host.
func (t *timeline) slowest() []timelineTask {
	at := map[int]int{}
	var out []timelineTask
	sums := map[int]time.Duration{}
	for _, host := range t.hosts {
		for _, b := range t.bars[host] {
			i, seen := at[b.task.ID]
			if !seen {
				i = len(out)
				at[b.task.ID] = i
				out = append(out, timelineTask{Name: b.task.Name, Path: b.task.Path})
			}
			sums[i] += b.took
			out[i].Hosts++
			out[i].Sum = shortTime(sums[i])
			if b.took >= out[i].longest {
				out[i].longest, out[i].Longest, out[i].Slowest = b.took, shortTime(b.took), host
			}
		}
	}
	slices.SortStableFunc(out, func(a, b timelineTask) int { return cmp.Compare(b.longest, a.longest) })
	return out[:min(len(out), slowest)]
}

// ticks are ten times between the beginning and the end, at round seconds, minutes or parts of them.
func ticks(total time.Duration) []timelineTick {
	step := time.Millisecond
	for _, factor := range []time.Duration{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000} {
		if step = factor * time.Millisecond; total/step < 10 {
			break
		}
	}
	var out []timelineTick
	for at := time.Duration(0); at <= total; at += step {
		out = append(out, timelineTick{percent(at, total), shortTime(at)})
	}
	return out
}

func percent(part, whole time.Duration) string {
	return fmt.Sprintf("%.3f", 100*max(part, 0).Seconds()/whole.Seconds())
}

// shortTime is a time with as many digits as help.
func shortTime(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
