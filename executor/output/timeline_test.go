package output

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/event"
)

// TestTimelineOfManyHosts: a row a host, bars inside the chart, nothing from elsewhere, nothing of results.
func TestTimelineOfManyHosts(t *testing.T) {
	for _, hosts := range []int{1, 100} {
		var events []event.Event
		at := time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC)
		stats := event.Stats{Hosts: map[string]event.Summary{}}
		for task := range 5 {
			shown := &event.Task{ID: task, Name: fmt.Sprintf("task %d <&>", task), Path: "/site.yml:3", NoLog: true}
			for h := range hosts {
				name := fmt.Sprintf("host%03d", h)
				took := time.Duration(task*h+1) * time.Millisecond
				events = append(events, event.Result{Outcome: event.Outcome{Task: shown, Host: name, Status: event.Status(task % 4), Took: took,
					Time: at.Add(time.Duration(task)*time.Second + took), Dict: res(t, "msg", "secret", "changed", h%2 == 0)}, Ignored: task == 1 && h == 0})
				stats.Hosts[name] = event.Summary{OK: 1, Failed: h % 2}
			}
		}
		page := play(t, "timeline", Options{}, append(events, stats))
		if n := strings.Count(page, `<div class="row">`); n != hosts {
			t.Errorf("%d rows for %d hosts", n, hosts)
		}
		if n := strings.Count(page, "<b class="); n != 5*hosts {
			t.Errorf("%d bars for %d results", n, 5*hosts)
		}
		places := regexp.MustCompile(`style="left:([0-9.]+)%;width:([0-9.]+)%"`).FindAllStringSubmatch(page, -1)
		for _, p := range places {
			var left, width float64
			fmt.Sscan(p[1], &left)
			fmt.Sscan(p[2], &width)
			if left < 0 || left+width > 100.01 {
				t.Fatalf("a bar at %s", p[0])
			}
		}
		if len(places) != 5*hosts {
			t.Errorf("%d of %d bars have a place", len(places), 5*hosts)
		}
		for _, alien := range []string{"secret", "http:", "https:", "src=", "href=", "@import", "url(", "ZgotmplZ", "<&>"} {
			if strings.Contains(page, alien) {
				t.Errorf("%q is in the page", alien)
			}
		}
	}
}

func TestTimelineTicksAreRound(t *testing.T) {
	for total, want := range map[time.Duration]string{
		time.Millisecond:                    "0 ms 1 ms",
		90 * time.Millisecond:               "0 ms 10 ms 20 ms 30 ms 40 ms 50 ms 60 ms 70 ms 80 ms 90 ms",
		3500 * time.Millisecond:             "0 ms 500 ms 1.0 s 1.5 s 2.0 s 2.5 s 3.0 s 3.5 s",
		4*time.Minute + 10*time.Second:      "0 ms 30.0 s 1 min 00 s 1 min 30 s 2 min 00 s 2 min 30 s 3 min 00 s 3 min 30 s 4 min 00 s",
		90*time.Minute + 2*time.Millisecond: "0 ms 10 min 00 s 20 min 00 s 30 min 00 s 40 min 00 s 50 min 00 s 1 h 00 min 1 h 10 min 1 h 20 min 1 h 30 min",
	} {
		var got []string
		for _, tick := range ticks(total) {
			got = append(got, tick.Label)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v: %v, want %s", total, got, want)
		}
	}
}
