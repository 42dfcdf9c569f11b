package output

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"pylint-deploy/executor/event"
)

// junit is a test report: a suite a playbook, a case a task and host, as the callback ansible.builtin.junit has it.
type junit struct {
	*display
	suites []*junitSuite
	play   string
}

type junitSuite struct {
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Cases    []*junitCase `xml:"testcase"`
	took     time.Duration
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
	Output  string     `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Body    string `xml:",chardata"`
}

func newJUnit(o Options) *junit { return &junit{display: newDisplay(o)} }

// Emit implements event.Sink.
func (j *junit) Emit(e event.Event) {
	switch e := e.(type) {
	case event.PlaybookStart:
		name := strings.TrimSuffix(filepath.Base(e.Path), filepath.Ext(e.Path))
		j.suites = append(j.suites, &junitSuite{Name: name})
	case event.PlayStart:
		j.play = e.Name
	case event.Result:
		j.result(&e)
	}
}

func (j *junit) result(e *event.Result) {
	if len(j.suites) == 0 {
		j.suites = append(j.suites, &junitSuite{Name: "run"})
	}
	s := j.suites[len(j.suites)-1]
	c := &junitCase{Name: fmt.Sprintf("[%s] %s: %s", e.Host, j.play, e.Task.Name), Class: e.Task.Path, Time: seconds(e.Took)}
	message := text(e.Dict, "msg")
	switch {
	case e.Status == event.Skipped:
		s.Skipped++
		c.Skipped = &junitText{Message: text(e.Dict, "skip_reason")}
	case e.Status == event.Failed && !e.Ignored:
		s.Failures++
		c.Failure = &junitText{Message: message, Type: "failed", Body: toJSON(result(e.Dict, "exception", "invocation", "diff"), true)}
	case e.Status == event.Unreachable && !e.Ignored:
		s.Errors++
		c.Error = &junitText{Message: message, Type: "unreachable", Body: message}
	default:
		c.Output = toJSON(result(e.Dict, "exception", "invocation", "diff"), true)
	}
	s.Tests++
	s.took += e.Took
	s.Cases = append(s.Cases, c)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }

// Close implements Output: it writes the report.
func (j *junit) Close() error {
	doc := struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}{Suites: j.suites}
	for _, s := range j.suites {
		doc.Tests += s.Tests
		doc.Failures += s.Failures
		doc.Errors += s.Errors
		s.Time = seconds(s.took)
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the run as JUnit: %w", err)
	}
	j.out.text(xml.Header + string(out) + "\n")
	return j.display.Close()
}
