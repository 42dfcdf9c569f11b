package jinja_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// corpusCase is one line of testdata/jinja/corpus_dev.jsonl.
type corpusCase struct {
	Name, Group, Kind, Source string
	Vars                      json.RawMessage
	Files                     map[string]string
	Opt                       map[string]any
	Expect                    json.RawMessage
	ExpectStr                 *string `json:"expect_str"`
	Error                     string
	ErrorText                 string `json:"error_text"`
}

// vars is a set of variables.
type vars struct{ d *value.Dict }

func (v vars) Lookup(name string) (value.Value, bool, error) {
	if v.d == nil {
		return nil, false, nil
	}
	got, ok := v.d.GetStr(name)
	return got, ok, nil
}

// fromJSON reads JSON and keeps the order of keys.
func fromJSON(data []byte) (value.Value, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return decode(d)
}

func decode(d *json.Decoder) (value.Value, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('['):
		list := value.NewList()
		for d.More() {
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, v)
		}
		_, err := d.Token()
		return list, err
	case json.Delim('{'):
		dict := value.NewDict()
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			dict.SetStr(k.(string), v)
		}
		_, err := d.Token()
		return dict, err
	}
	return value.FromGo(tok)
}

func mustVars(t testing.TB, data []byte) vars {
	t.Helper()
	v, err := fromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := v.(*value.Dict)
	return vars{d}
}

// root is the directory of go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func corpus(t testing.TB) []corpusCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "testdata", "jinja", "corpus_dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []corpusCase
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c corpusCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// ansibleGroups need Ansible's filters, tests or rules for arguments; they run in the tests of executor/template.
var ansibleGroups = map[string]bool{"filters_ansible": true, "lookups": true, "args": true, "regex": true}

// ansibleCases are those of other groups that test a rule of Ansible's.
var ansibleCases = map[string]string{
	"tests/041":      "Ansible refuses to look up a filter whose name is not a text",
	"tests/043":      "Ansible fails on unknown filters even where it is only asked whether they exist",
	"whitespace/011": "Ansible keeps all newlines at the end of a file",
	"whitespace/012": "Ansible keeps all newlines at the end of a file",
	"when/081":       "Ansible templates a condition that has delimiters before it is evaluated",
}

// ansiblePrinting does what Ansible does to values before they are printed: None is nothing, generators are lists.
func ansiblePrinting(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.NoneType:
		return value.Str(""), nil
	case *value.Generator, *value.DictView, *value.Range:
		return value.ToList(v)
	}
	return v, nil
}

// unrolled makes generators that filters give into lists.
func unrolled(f jinja.Filter) jinja.Filter {
	return func(c *jinja.Call) (value.Value, error) {
		v, err := f(c)
		if g, ok := v.(*value.Generator); ok && err == nil {
			return value.ToList(g)
		}
		return v, err
	}
}

type files map[string]string

func (f files) Load(name, _ string) (string, string, error) {
	if text, ok := f[name]; ok {
		return text, name, nil
	}
	return "", "", value.Errorf(value.TemplateNotFound, "%s", name)
}

func (c *corpusCase) environment(t testing.TB) *jinja.Environment {
	t.Helper()
	plain, err := jinja.New(jinja.Config{})
	if err != nil {
		t.Fatal(err)
	}
	config := jinja.Config{Loader: files(c.Files), Finalize: ansiblePrinting, Filters: map[string]jinja.Filter{}}
	for _, name := range []string{"map", "select", "reject", "selectattr", "rejectattr", "unique", "batch", "slice", "items", "reverse"} {
		config.Filters[name] = unrolled(plain.Filter(name))
	}
	if c.Kind == "template" {
		config.Options.TrimBlocks = true
	}
	if on, ok := c.Opt["lstrip_blocks"].(bool); ok {
		config.Options.LstripBlocks = on
	}
	e, err := jinja.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run gives the text of a case, or its error.
func (c *corpusCase) run(t testing.TB) (string, error) {
	e := c.environment(t)
	source := c.Source
	switch c.Kind {
	case "expr":
		source = "{{ " + source + " }}"
	case "when":
		source = "{% if " + source + " %}True{% else %}False{% endif %}"
	}
	options, body, err := jinja.Header(source, e.Options())
	if err != nil {
		return "", err
	}
	if e, err = e.With(options); err != nil {
		return "", err
	}
	tmpl, err := e.Parse("", body)
	if err != nil {
		return "", err
	}
	text, err := tmpl.Render(mustVars(t, c.Vars))
	if c.Kind == "template" && strings.HasSuffix(source, "\n") && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text, err
}

func (c *corpusCase) want() string {
	if c.ExpectStr != nil {
		return *c.ExpectStr
	}
	var s string
	if json.Unmarshal(c.Expect, &s) == nil {
		return s
	}
	return map[string]string{"true": "True", "false": "False"}[string(c.Expect)]
}

// needsAnsible tells whether a case of a mixed group fails only because a filter, test or function is Ansible's.
func needsAnsible(err error) bool {
	if err == nil {
		return false
	}
	msg := err.Error()
	for _, sign := range []string{"No filter named", "No test named", "'lookup' is undefined", "'query' is undefined", "'q' is undefined", "'now' is undefined", "'omit' is undefined", "'undef' is undefined"} {
		if strings.Contains(msg, sign) {
			return true
		}
	}
	return false
}

func TestCorpusWithoutAnsible(t *testing.T) {
	passed, left := 0, 0
	for _, c := range corpus(t) {
		if ansibleGroups[c.Group] {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if why := ansibleCases[c.Name]; why != "" {
				left++
				t.Skip(why + ": runs with executor/template")
			}
			got, err := c.run(t)
			switch {
			case needsAnsible(err):
				left++
				t.Skip("needs Ansible's filters: runs with executor/template")
			case c.Error != "":
				if err == nil {
					t.Fatalf("%s: got %q, want an error of class %s (%s)", c.Source, got, c.Error, c.ErrorText)
				}
			case err != nil:
				var placed *jinja.Error
				if !errors.As(err, &placed) {
					t.Errorf("%s: error without place: %v", c.Source, err)
				}
				t.Fatalf("%s: %v, want %q", c.Source, err, c.want())
			case got != c.want():
				t.Fatalf("%s:\n got %q\nwant %q", c.Source, got, c.want())
			}
			passed++
		})
	}
	t.Logf("%d cases as expected, %d left to executor/template", passed, left)
}
