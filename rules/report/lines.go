package report

import (
	"fmt"
	"io"
	"strings"

	"pylint-deploy/rules"
)

// writePEP8 is one line a finding, as linters for editors have it: file:line:column: rule: message.
func writePEP8(w io.Writer, r *Report, o Options) error {
	out := &printer{w: w}
	for i := range r.Problems {
		out.printf("%s: load-failure: %s\n", o.place(r.Problems[i].Pos), oneLine(r.Problems[i].Message))
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		out.printf("%s: %s: %s\n", o.place(f.Pos), f.Rule, oneLine(sentence(f)))
	}
	return out.err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// githubCommand is the workflow command of a level (GitHub Actions, "Workflow commands", setting messages).
var githubCommand = map[rules.Level]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "notice"}

// writeGitHub annotates a pull request.
func writeGitHub(w io.Writer, r *Report, o Options) error {
	out := &printer{w: w}
	for i := range r.Problems {
		p := &r.Problems[i]
		out.printf("::error file=%s,line=%d,col=%d,title=cannot be analysed::%s\n", githubProperty(o.path(p.Pos.File)), p.Pos.Line, p.Pos.Column, githubData(p.Message))
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		message := f.Message
		for _, more := range []struct{ label, text string }{{"Run 2: ", f.Run2}, {"Instead: ", f.Instead}} {
			if more.text != "" {
				message += "\n" + more.label + more.text
			}
		}
		region := fmt.Sprintf("line=%d,endLine=%d", f.Pos.Line, endLine(f))
		if endLine(f) == f.Pos.Line { // the runner refuses a column of a region of several lines
			region = fmt.Sprintf("line=%d,col=%d", f.Pos.Line, f.Pos.Column)
		}
		out.printf("::%s file=%s,%s,title=%s::%s\n", githubCommand[f.Level], githubProperty(o.path(f.Pos.File)), region,
			githubProperty(f.Rule), githubData(message))
	}
	return out.err
}

// githubData and githubProperty escape as the Actions toolkit does; a bare newline would end the command.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func githubData(s string) string     { return dataEscapes.Replace(s) }
func githubProperty(s string) string { return propertyEscapes.Replace(s) }
