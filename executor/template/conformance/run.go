package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
)

// Outcome is what became of a case.
type Outcome struct {
	Case   string `json:"case"`
	Group  string `json:"group"`
	Passed bool   `json:"passed"`
	// Got and Want are set where the case failed.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`
}

// Tally counts the cases of a group.
type Tally struct {
	Group  string `json:"group"`
	Passed int    `json:"passed"`
	Total  int    `json:"total"`
}

// Report is the outcome of a run.
type Report struct {
	Passed   int       `json:"passed"`
	Total    int       `json:"total"`
	Groups   []Tally   `json:"groups"`
	Failures []Outcome `json:"failures"`
}

// environment holds the variables that cases of the lookup env read. They are set unless they are already.
var environment = map[string]string{"JCORPUS_ENV": "envval", "JCORPUS_ENV2": "envval2"}

// Run runs the cases under the rules of compat.
func Run(ctx context.Context, cases []Case, compat template.Compat) (Report, error) {
	for k, v := range environment {
		if _, set := os.LookupEnv(k); !set {
			if err := os.Setenv(k, v); err != nil {
				return Report{}, err
			}
		}
	}
	dir, err := os.MkdirTemp("", "cases-")
	if err != nil {
		return Report{}, err
	}
	defer os.RemoveAll(dir)
	report := Report{Failures: []Outcome{}}
	tallies := map[string]*Tally{}
	for i, c := range cases {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		o, err := runOne(ctx, c, compat, filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return report, fmt.Errorf("case %s: %w", c.Name, err)
		}
		t := tallies[c.Group]
		if t == nil {
			t = &Tally{Group: c.Group}
			tallies[c.Group] = t
		}
		t.Total++
		report.Total++
		if o.Passed {
			t.Passed++
			report.Passed++
		} else {
			report.Failures = append(report.Failures, o)
		}
	}
	for _, t := range tallies {
		report.Groups = append(report.Groups, *t)
	}
	slices.SortFunc(report.Groups, func(a, b Tally) int { return cmp.Compare(a.Group, b.Group) })
	return report, nil
}

// kinds evaluate a case's source. Text is what it prints.
var kinds = map[string]func(ctx context.Context, t *template.Templar, c Case, dir string) (v value.Value, text string, err error){
	"template": func(ctx context.Context, t *template.Templar, c Case, dir string) (value.Value, string, error) {
		syntax, err := template.NewSyntax(c.Options)
		if err != nil {
			return nil, "", err
		}
		text, err := t.File(ctx, template.Vars{Dict: c.Vars}, template.Document{Path: filepath.Join(dir, "case.j2"), Text: c.Source, Syntax: syntax})
		return value.Str(text), text, err
	},
	"expr": func(ctx context.Context, t *template.Templar, c Case, _ string) (value.Value, string, error) {
		return t.Print(ctx, template.Vars{Dict: c.Vars}, value.Template{Text: c.Source})
	},
	"when": func(ctx context.Context, t *template.Templar, c Case, _ string) (value.Value, string, error) {
		verdict, err := t.Bool(ctx, template.Vars{Dict: c.Vars}, value.Template{Text: c.Source})
		return value.Bool(verdict.True), "", err
	},
	"arg": func(ctx context.Context, t *template.Templar, c Case, _ string) (value.Value, string, error) {
		v, err := t.Value(ctx, template.Vars{Dict: c.Vars}, value.Template{Text: c.Source})
		return v, "", err
	},
}

func runOne(ctx context.Context, c Case, compat template.Compat, dir string) (Outcome, error) {
	run := kinds[c.Kind]
	if run == nil {
		return Outcome{}, fmt.Errorf("the kind %q is not known (template, expr, when, arg)", c.Kind)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Outcome{}, err
	}
	for name, text := range c.Files {
		path := filepath.Join(dir, filepath.Clean("/"+name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return Outcome{}, err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return Outcome{}, err
		}
	}
	t := template.New(template.Config{Compat: compat, BaseDir: dir})
	v, text, err := run(ctx, t, c, dir)
	o := Outcome{Case: c.Name, Group: c.Group}
	o.Passed, o.Got, o.Want = c.judge(v, text, err, compat)
	if o.Passed {
		o.Got, o.Want = "", ""
	}
	return o, nil
}

// judge compares what came out with what the case expects under these rules.
func (c Case) judge(v value.Value, text string, err error, compat template.Compat) (passed bool, got, want string) {
	expect, class := c.Expect, c.Error
	if compat == template.Modern && c.Kind != "when" { // a condition that is no bool is accepted under both rules
		if c.ExpectModern != nil {
			expect = c.ExpectModern
		}
		if c.ModernError != "" {
			class = c.ModernError
		}
	}
	if class != "" {
		if err != nil {
			return fitsClass(err, class), "error " + value.KindOf(err).String() + ": " + err.Error(), "error " + class
		}
		return false, shown(v), "error " + class
	}
	if err != nil {
		return false, "error: " + err.Error(), shown(expect)
	}
	if s, isText := expect.(value.Str); c.HasText && (!isText || string(s) == c.ExpectText) {
		if text != c.ExpectText {
			return false, fmt.Sprintf("text %q", text), fmt.Sprintf("text %q", c.ExpectText)
		}
		if isText { // printed by ansible, which tells no types
			return true, "", ""
		}
	}
	got, want = shown(v), shown(expect)
	return got == want, got, want
}

// classes of errors; any error fits a class that is not listed.
var classes = map[string][]value.Kind{
	"undefined":    {value.UndefinedError},
	"syntax":       {value.SyntaxError, value.TemplateRuntimeError},
	"type":         {value.TypeError},
	"zerodivision": {value.ZeroDivisionError},
	"recursion":    {value.RecursionError},
	"notfound":     {value.TemplateNotFound},
}

func fitsClass(err error, class string) bool {
	kinds, listed := classes[class]
	if !listed {
		return true
	}
	var py interface{ ExceptionKind() value.Kind }
	return errors.As(err, &py) && slices.Contains(kinds, py.ExceptionKind())
}

// shown is repr(v) with the items of sets in order.
func shown(v value.Value) string {
	if s, ok := v.(*value.Set); ok {
		var items []string
		for _, item := range s.Items() {
			items = append(items, shown(item))
		}
		slices.Sort(items)
		return "{" + strings.Join(items, ", ") + "}"
	}
	if v == nil {
		return "nothing"
	}
	text, err := value.Repr(v)
	if err != nil {
		return err.Error()
	}
	return text
}
