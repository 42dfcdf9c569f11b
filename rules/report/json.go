package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"

	"pylint-deploy/rules"
)

// document is the json format; its version changes when a key changes its meaning or goes.
type document struct {
	Version  int           `json:"version"`
	Program  string        `json:"program"`
	Summary  summary       `json:"summary"`
	Findings []jsonFinding `json:"findings"`
	Problems []jsonProblem `json:"problems"`
}

type summary struct {
	Files      int `json:"files"`
	Tasks      int `json:"tasks"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Problems   int `json:"problems"`
	Suppressed int `json:"suppressed"`
}

type jsonFinding struct {
	Rule    string        `json:"rule"`
	Level   rules.Level   `json:"level"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Column  int           `json:"column"`
	EndLine int           `json:"end_line"`
	Task    string        `json:"task"`
	Message string        `json:"message"`
	Run2    string        `json:"run2"`
	Instead string        `json:"instead,omitempty"`
	Docs    string        `json:"docs"`
	Fixable bool          `json:"fixable"`
	Related []jsonRelated `json:"related,omitempty"`
}

type jsonRelated struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Note string `json:"note"`
}

type jsonProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func writeJSON(w io.Writer, r *Report, o Options) error {
	n := r.count()
	doc := document{
		Version: 1, Program: "pylint-deploy " + r.Version,
		Summary: summary{Files: r.Files, Tasks: r.Tasks, Errors: n[rules.Error], Warnings: n[rules.Warning], Infos: n[rules.Info],
			Problems: len(r.Problems), Suppressed: r.Suppressed},
		Findings: []jsonFinding{}, Problems: []jsonProblem{},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		jf := jsonFinding{Rule: f.Rule, Level: f.Level, File: o.path(f.Pos.File), Line: f.Pos.Line, Column: f.Pos.Column, EndLine: endLine(f),
			Task: f.Task, Message: f.Message, Run2: f.Run2, Instead: f.Instead, Docs: f.Docs, Fixable: f.Fixable}
		for _, rel := range f.Related {
			jf.Related = append(jf.Related, jsonRelated{o.path(rel.Pos.File), rel.Pos.Line, rel.Note})
		}
		doc.Findings = append(doc.Findings, jf)
	}
	for _, p := range r.Problems {
		doc.Problems = append(doc.Problems, jsonProblem{o.path(p.Pos.File), p.Pos.Line, p.Pos.Column, p.Message, p.Hint})
	}
	return encode(w, doc)
}

func encode(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// issue is an entry of GitLab's Code Quality report, a subset of the Code Climate format.
type issue struct {
	Type        string   `json:"type"`
	CheckName   string   `json:"check_name"`
	Description string   `json:"description"`
	Content     *content `json:"content,omitempty"`
	Categories  []string `json:"categories"`
	Severity    string   `json:"severity"`
	Fingerprint string   `json:"fingerprint"`
	Location    location `json:"location"`
}

type content struct {
	Body string `json:"body"`
}

type location struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	} `json:"lines"`
}

var climateSeverity = map[rules.Level]string{rules.Error: "major", rules.Warning: "minor", rules.Info: "info"}

func writeCodeClimate(w io.Writer, r *Report, o Options) error {
	issues := []issue{}
	var texts []string
	add := func(name, severity, description, body, path, text string, line, end int) {
		texts = append(texts, text)
		is := issue{Type: "issue", CheckName: name, Description: description, Categories: []string{"Bug Risk"}, Severity: severity}
		if body != "" {
			is.Content = &content{body}
		}
		is.Location.Path, is.Location.Lines.Begin, is.Location.Lines.End = path, line, end
		issues = append(issues, is)
	}
	for _, p := range r.Problems {
		add("load-failure", "blocker", p.Message, p.Hint, o.path(p.Pos.File), p.Message, max(p.Pos.Line, 1), max(p.Pos.Line, 1))
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		add(f.Rule, climateSeverity[f.Level], sentence(f), f.Instead, o.path(f.Pos.File), cmp.Or(f.Fingerprint, f.Message), f.Pos.Line, endLine(f))
	}
	fingerprint(issues, texts)
	return encode(w, issues)
}

// fingerprint tells findings apart without line numbers, which move: by rule, file and the text of the task, or the message where there
// is no task. Equal ones are numbered in order.
func fingerprint(issues []issue, texts []string) {
	seen := map[string]int{}
	for i := range issues {
		key := issues[i].CheckName + "\x00" + issues[i].Location.Path + "\x00" + texts[i]
		seen[key]++
		sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(seen[key])))
		issues[i].Fingerprint = hex.EncodeToString(sum[:16])
	}
}
