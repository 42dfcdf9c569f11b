package report

import (
	"encoding/xml"
	"fmt"
	"io"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:",chardata"`
}

// writeJUnit makes a suite of each file with findings, a failed case of each finding. A clean report is one passed case,
// because CI servers take an empty report for a broken one.
func writeJUnit(w io.Writer, r *Report, o Options) error {
	doc := junitSuites{Name: "pylint-deploy check"}
	byFile := map[string]int{}
	add := func(file string, c junitCase) {
		i, ok := byFile[file]
		if !ok {
			i = len(doc.Suites)
			byFile[file] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: file})
		}
		s := &doc.Suites[i]
		s.Cases = append(s.Cases, c)
		s.Tests++
		doc.Tests++
		if c.Failure != nil {
			s.Failures++
			doc.Failures++
		}
		if c.Error != nil {
			s.Errors++
			doc.Errors++
		}
	}
	for _, p := range r.Problems {
		file := o.path(p.Pos.File)
		add(file, junitCase{Name: "can be analysed", Class: file, File: file, Line: p.Pos.Line,
			Error: &junitMessage{Message: p.Message, Type: "load-failure", Body: p.Hint}})
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		file := o.path(f.Pos.File)
		body := fmt.Sprintf("%s\nRun 2: %s\nInstead: %s\n", o.place(f.Pos), f.Run2, f.Instead)
		add(file, junitCase{Name: fmt.Sprintf("%s [line %d]", f.Rule, f.Pos.Line), Class: file, File: file, Line: f.Pos.Line,
			Failure: &junitMessage{Message: f.Message, Type: string(f.Level), Body: body}})
	}
	if doc.Tests == 0 {
		add("all files", junitCase{Name: "safe to run again", Class: "pylint-deploy"})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
