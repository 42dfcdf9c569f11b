package verify

import (
	"embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
)

// Formats are the forms of a report, by name.
var Formats = map[string]func(io.Writer, *Report) error{"text": WriteText, "json": WriteJSON, "junit": WriteJUnit, "html": WriteHTML}

// WriteJSON writes all that is known.
func WriteJSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr,omitempty"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr,omitempty"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *junitSkipped `xml:"skipped,omitempty"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes a suite for each kind of trial, and a case for each trial. One that was not tried is a case that is skipped.
func WriteJUnit(w io.Writer, r *Report) error {
	doc := junitSuites{Name: "verify " + strings.Join(r.Playbooks, " "), Tests: r.Tried + len(r.Untried), Failures: r.Failed, Skipped: len(r.Untried),
		Time: fmt.Sprintf("%.3f", r.Seconds)}
	trials := r.All()
	tried := len(trials)
	for i := range r.Untried {
		trials = append(trials, &r.Untried[i])
	}
	for i, t := range trials {
		s := doc.suite(suiteOf[t.Kind])
		c := junitCase{Name: t.title(), Class: strings.Join(r.Playbooks, " ")}
		if t.Task != nil && t.Task.Path != "" {
			c.Class = t.Task.Path
		}
		switch {
		case i >= tried:
			s.Skipped++
			c.Skipped = &junitSkipped{Message: "not tried: verify was interrupted"}
		case !t.OK():
			s.Failures++
			var body strings.Builder
			text := &textReport{w: &body, r: r}
			text.details(t)
			c.Failure = &junitFailure{Message: summary(t), Text: body.String()}
		}
		s.Tests++
		s.Cases = append(s.Cases, c)
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report as JUnit: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, out)
	return err
}

// suite is the one of that name.
func (doc *junitSuites) suite(name string) *junitSuite {
	at := slices.IndexFunc(doc.Suites, func(s junitSuite) bool { return s.Name == name })
	if at < 0 {
		at, doc.Suites = len(doc.Suites), append(doc.Suites, junitSuite{Name: name})
	}
	return &doc.Suites[at]
}

var suiteOf = map[string]string{"rerun": "rerun", "stop": "prefixes", "cut": "prefixes", "walk": "prefixes", allPrefixes: "prefixes", "drift": "drift"}

// title names a trial.
func (t *Trial) title() string {
	switch t.Kind {
	case "rerun":
		return "the second run changes nothing"
	case "stop":
		return fmt.Sprintf("stopped after task %d, %s", t.K, t.Task.Name)
	case "cut":
		return fmt.Sprintf("cut within task %d, %s", t.K, t.Task.Name)
	case "walk":
		return "interrupted at every task in one go"
	}
	return t.Name
}

//go:embed page.html
var pageFiles embed.FS

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page.html").Funcs(template.FuncMap{
		"title": (*Trial).title, "ok": (*Trial).OK, "summary": summary, "told": Blame.told, "join": strings.Join,
		"cells": (*Trial).cells, "plus": func(a, b int) int { return a + b },
	}).ParseFS(pageFiles, "page.html"))
})

// WriteHTML writes one page with nothing outside it: the matrix of trials and tasks, and each failure with its reasons.
func WriteHTML(w io.Writer, r *Report) error { return page().Execute(w, r) }

// Cell is a square of the matrix.
type Cell struct {
	Class, Title string
}

// cells are a trial's row of the matrix: how each task ended, who is to blame, where the interruption was.
func (t *Trial) cells(tasks []Task) []Cell {
	out := make([]Cell, len(tasks))
	for i, task := range tasks {
		c := &out[i]
		status := ""
		if i < len(t.Row) {
			status = t.Row[i]
		}
		c.Class, c.Title = status, fmt.Sprintf("%d %s: %s", i+1, task.Name, orElse(status, "not reached"))
		if status == "" {
			c.Class = "none"
		}
		for _, b := range t.Blamed {
			if b.Task.Path == task.Path && b.Task.Name == task.Name {
				c.Class += " blamed"
				c.Title += ", " + b.told()
			}
		}
		if t.K == i+1 {
			c.Class += " here"
		}
	}
	return out
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
