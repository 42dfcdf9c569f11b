// Package conformance runs templates with known results: files of cases as JSON lines, made by running Ansible itself.
//
// A case is a template file, an expression, a condition or a module argument, with its variables and what comes out, or
// the class of the error. So anybody can measure this program against a corpus of their own.
package conformance

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/executor/template/pytime"
	"pylint-deploy/parser/jinja/value"
)

// Case is one line of a file of cases.
type Case struct {
	Name, Group string
	// Kind is template (a file: text comes out), expr (an expression), when (a condition) or arg (a module argument).
	Kind    string
	Source  string
	Vars    *value.Dict // strings in it are templates
	Files   map[string]string
	Options *value.Dict // of the environment, by Jinja's names

	Expect, ExpectModern value.Value // nil where the case says nothing
	ExpectText           string
	HasText              bool
	Error, ModernError   string
}

// Read reads cases, one JSON object a line.
func Read(r io.Reader) ([]Case, error) {
	var out []Case
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		v, err := pyjson.Loads(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			return nil, fmt.Errorf("line %d: a case is an object, not a %s", n, v.TypeName())
		}
		c, err := newCase(d)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, c)
	}
	return out, lines.Err()
}

// ReadFile reads a file of cases; "-" is standard input.
func ReadFile(path string) ([]Case, error) {
	if path == "-" {
		return Read(os.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cases, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cases, nil
}

func newCase(d *value.Dict) (Case, error) {
	c := Case{Vars: value.NewDict(), Files: map[string]string{}, Options: value.NewDict()}
	for key, target := range map[string]*string{
		"name": &c.Name, "group": &c.Group, "kind": &c.Kind, "source": &c.Source, "error": &c.Error, "modern_error": &c.ModernError,
	} {
		if v, ok := d.GetStr(key); ok {
			s, isText := v.(value.Str)
			if !isText {
				return c, fmt.Errorf("%s is a %s, not a string", key, v.TypeName())
			}
			*target = string(s)
		}
	}
	if v, ok := d.GetStr("vars"); ok {
		if vars, isDict := trusted(v).(*value.Dict); isDict {
			c.Vars = vars
		}
	}
	if v, ok := d.GetStr("opt"); ok {
		if opts, isDict := v.(*value.Dict); isDict {
			c.Options = opts
		}
	}
	if v, ok := d.GetStr("files"); ok {
		if files, isDict := v.(*value.Dict); isDict {
			for k, text := range files.All() {
				name, _ := value.ToStr(k)
				c.Files[name], _ = value.ToStr(text)
			}
		}
	}
	return c, c.expectations(d)
}

func (c *Case) expectations(d *value.Dict) (err error) {
	if v, ok := d.GetStr("expect_str"); ok {
		c.HasText = true
		if c.ExpectText, err = value.ToStr(v); err != nil {
			return err
		}
	}
	for key, target := range map[string]*value.Value{"expect": &c.Expect, "expect_modern": &c.ExpectModern} {
		if v, ok := d.GetStr(key); ok {
			if *target, err = decoded(v); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	if c.Expect == nil && c.ExpectModern == nil && c.Error == "" && c.ModernError == "" {
		return fmt.Errorf("the case %s expects nothing", c.Name)
	}
	return nil
}

// trusted makes templates of all strings, as those of a vars file are.
func trusted(v value.Value) value.Value {
	switch x := v.(type) {
	case value.Str:
		return value.Template{Text: string(x)}
	case *value.List:
		out := make([]value.Value, len(x.Items))
		for i, item := range x.Items {
			out[i] = trusted(item)
		}
		return value.NewList(out...)
	case *value.Dict:
		out := value.NewDict()
		for k, item := range x.All() {
			_ = out.Set(k, trusted(item)) // a key of a dict is hashable
		}
		return out
	}
	return v
}

// decoders read the objects that stand for types which JSON lacks.
var decoders map[string]func(value.Value) (value.Value, error)

func init() {
	decoders = map[string]func(value.Value) (value.Value, error){
		"__tuple__": func(v value.Value) (value.Value, error) {
			items, err := decodedAll(v)
			return value.Tuple(items), err
		},
		"__set__": func(v value.Value) (value.Value, error) {
			items, err := decodedAll(v)
			if err != nil {
				return nil, err
			}
			return value.NewSet(items...)
		},
		"__dict__": func(v value.Value) (value.Value, error) {
			pairs, err := decodedAll(v)
			if err != nil {
				return nil, err
			}
			d := value.NewDict()
			for _, p := range pairs {
				pair, err := value.ToSlice(p)
				if err != nil || len(pair) != 2 {
					return nil, fmt.Errorf("__dict__ has an entry that is no pair")
				}
				if err := d.Set(pair[0], pair[1]); err != nil {
					return nil, err
				}
			}
			return d, nil
		},
		"__float__": func(v value.Value) (value.Value, error) {
			s, err := value.ToStr(v)
			if err != nil {
				return nil, err
			}
			f, err := value.ParseFloat(s)
			return value.Float(f), err
		},
		"__datetime__": func(v value.Value) (value.Value, error) {
			s, err := value.ToStr(v)
			if err != nil {
				return nil, err
			}
			for _, layout := range []string{"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d"} {
				if t, err := pytime.Parse(s, layout); err == nil {
					return t, nil
				}
			}
			return nil, fmt.Errorf("%q is no date and time", s)
		},
	}
}

func decodedAll(v value.Value) ([]value.Value, error) {
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	out := make([]value.Value, len(items))
	for i, item := range items {
		if out[i], err = decoded(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decoded(v value.Value) (value.Value, error) {
	switch x := v.(type) {
	case *value.List:
		items, err := decodedAll(x)
		return value.NewList(items...), err
	case *value.Dict:
		out := value.NewDict()
		for k, item := range x.All() {
			if s, ok := k.(value.Str); ok && x.Len() == 1 && decoders[string(s)] != nil {
				return decoders[string(s)](item)
			}
			item, err := decoded(item)
			if err != nil {
				return nil, err
			}
			if err := out.Set(k, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
