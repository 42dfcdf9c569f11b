package output

import (
	_ "embed"
	"fmt"
	"html/template"
	"time"

	"pylint-deploy/executor/event"
)

// timeline is a page that needs nothing else: hosts as rows, tasks as bars over time.
type timeline struct {
	*display
	hosts      []string
	bars       map[string][]bar
	start, end time.Time
	stats      map[string]event.Summary
}

type bar struct {
	task        *event.Task
	start, took time.Duration
	class       string
}

//go:embed timeline.html
var timelineHTML string

var timelinePage = template.Must(template.New("timeline").Parse(timelineHTML))

func newTimeline(o Options) *timeline {
	return &timeline{display: newDisplay(o), bars: map[string][]bar{}, start: o.Now()}
}

// Emit implements event.Sink.
func (t *timeline) Emit(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		t.result(&e)
	case event.Stats:
		t.stats = e.Hosts
	}
}

func (t *timeline) result(e *event.Result) {
	if _, seen := t.bars[e.Host]; !seen {
		t.hosts = append(t.hosts, e.Host)
	}
	class := e.Status.String()
	if e.Status == event.OK && e.Changed() {
		class = "changed"
	}
	began := e.Time.Add(-e.Took)
	t.bars[e.Host] = append(t.bars[e.Host], bar{e.Task, max(began.Sub(t.start), 0), e.Took, class})
	if e.Time.After(t.end) {
		t.end = e.Time
	}
}

// Geometry of the page, in its own units.
const (
	rowHeight  = 22
	nameWidth  = 180
	chartWidth = 1000
)

type timelineRow struct {
	Host string
	Y    int
	Bars []timelineBar
}

type timelineBar struct {
	X, Width     float64
	Class, Title string
}

// Close implements Output: it writes the page.
func (t *timeline) Close() error {
	total := max(t.end.Sub(t.start), time.Millisecond)
	scale := chartWidth / total.Seconds()
	page := struct {
		Total              string
		Width, Height      int
		NameWidth, BarsTop int
		Rows               []timelineRow
		Ticks              []timelineTick
	}{Total: total.Round(time.Millisecond).String(), Width: nameWidth + chartWidth + 20, NameWidth: nameWidth, BarsTop: rowHeight}
	for i, host := range t.hosts {
		row := timelineRow{Host: host, Y: (i + 1) * rowHeight}
		for _, b := range t.bars[host] {
			row.Bars = append(row.Bars, timelineBar{X: nameWidth + b.start.Seconds()*scale, Width: max(b.took.Seconds()*scale, 1), Class: b.class,
				Title: fmt.Sprintf("%s\n%s, %.3f s\n%s", b.task.Name, b.class, b.took.Seconds(), b.task.Path)})
		}
		page.Rows = append(page.Rows, row)
	}
	page.Height = (len(t.hosts) + 2) * rowHeight
	for i := range 11 {
		at := total.Seconds() * float64(i) / 10
		page.Ticks = append(page.Ticks, timelineTick{X: nameWidth + at*scale, Label: fmt.Sprintf("%.2f s", at)})
	}
	if err := timelinePage.Execute(t.Out, page); err != nil {
		return fmt.Errorf("writing the timeline: %w", err)
	}
	return t.display.Close()
}

type timelineTick struct {
	X     float64
	Label string
}
