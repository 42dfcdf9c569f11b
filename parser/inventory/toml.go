package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// tomlFile reads an inventory in TOML, as Ansible's inventory plugin toml does: a table a group, with the tables vars and
// hosts and the list children. Ansible tries such a file as INI first, which for some gives groups named "web.hosts"; that
// is not followed. Errors of syntax are *source.Error.
func (inv *Inventory) tomlFile(path string, text []byte) error {
	if !inv.enabled("toml") {
		return disabled(path, "toml")
	}
	raw := map[string]any{}
	meta, err := toml.Decode(string(text), &raw)
	if err != nil {
		return tomlError(path, err)
	}
	root := tomlOrder(meta).value(raw).(*value.Dict)
	switch {
	case root.Len() == 0:
		return fmt.Errorf("the inventory %s is empty", path)
	case has(root, "plugin"):
		return fmt.Errorf("the inventory %s configures a plugin, which is done in YAML", path)
	}
	for name, data := range root.All() {
		if err := inv.tomlGroup(string(name.(value.Str)), data); err != nil {
			return fmt.Errorf("the inventory %s: %w", path, err)
		}
	}
	return nil
}

func has(d *value.Dict, key string) bool {
	_, ok := d.GetStr(key)
	return ok
}

// tomlError gives an error of syntax its place.
func tomlError(path string, err error) error {
	var syntax toml.ParseError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("the inventory %s is no TOML: %w", path, err)
	}
	return &source.Error{Pos: source.Pos{File: path, Line: syntax.Position.Line, Column: max(syntax.Position.Col, 1)}, Why: "this is no TOML: " + syntax.Message}
}

func (inv *Inventory) tomlGroup(name string, data value.Value) error {
	entries, ok := data.(*value.Dict)
	if !ok {
		inv.warn("Skipping '%s' as this is not a valid group definition", name)
		return nil
	}
	g := inv.group(name)
	for key, v := range entries.All() {
		section := string(key.(value.Str))
		read := tomlSections[section]
		if read == nil {
			inv.warn(`Skipping unexpected key "%s" in group "%s", only "vars", "children" and "hosts" are valid`, section, name)
			continue
		}
		if err := read(inv, g, v); err != nil {
			return fmt.Errorf("%s of the group %s: %w", section, name, err)
		}
	}
	return nil
}

// tomlSections read what a group's table may hold.
var tomlSections = map[string]func(*Inventory, *Group, value.Value) error{
	"vars": func(inv *Inventory, g *Group, v value.Value) error {
		table, ok := v.(*value.Dict)
		if !ok {
			return errors.New(`this must be a table, such as { port = 80 }`)
		}
		for k, v := range table.All() {
			inv.setGroupVar(g, string(k.(value.Str)), v)
		}
		return nil
	},
	"children": func(inv *Inventory, g *Group, v value.Value) error {
		list, ok := v.(*value.List)
		if !ok {
			return errors.New(`this must be a list, such as [ "web", "db" ]`)
		}
		for _, item := range list.Items {
			child, ok := item.(value.Str)
			if !ok {
				return fmt.Errorf("a group must be named by text, not by a %s", item.TypeName())
			}
			if err := inv.child(g.Name, inv.group(string(child)).Name); err != nil {
				return err
			}
		}
		return nil
	},
	"hosts": func(inv *Inventory, g *Group, v value.Value) error {
		table, ok := v.(*value.Dict)
		if !ok {
			return errors.New(`this must be a table, such as { web1 = {} }`)
		}
		for k, own := range table.All() {
			if err := inv.tomlHost(g, string(k.(value.Str)), own); err != nil {
				return err
			}
		}
		return nil
	},
}

func (inv *Inventory) tomlHost(g *Group, pattern string, own value.Value) error {
	table, ok := own.(*value.Dict)
	if !ok {
		return fmt.Errorf("the variables of the host %s must be a table, such as %s = { ansible_port = 22 }", pattern, pattern)
	}
	names, port, err := expand(pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		h := inv.host(name, g.Name, port)
		for k, v := range table.All() {
			inv.setVar(h.Vars, k, v)
		}
	}
	return nil
}

// tomlKeys make values whose keys are in the order of the file, which the library's maps forget: a key's path, as text,
// gives its place.
type tomlKeys map[string]int

func tomlOrder(meta toml.MetaData) tomlKeys {
	keys := tomlKeys{}
	for i, key := range meta.Keys() {
		// A dotted header names tables that have no key of their own: they stand where they are first named.
		for n := range key {
			path := strings.Join(key[:n+1], "\x00")
			if _, ok := keys[path]; !ok {
				keys[path] = i
			}
		}
	}
	return keys
}

func (keys tomlKeys) value(v any, path ...string) value.Value {
	switch v := v.(type) {
	case map[string]any:
		return keys.dict(v, path)
	case []map[string]any:
		items := make([]value.Value, len(v))
		for i, item := range v {
			items[i] = keys.dict(item, path)
		}
		return value.NewList(items...)
	case []any:
		items := make([]value.Value, len(v))
		for i, item := range v {
			items[i] = keys.value(item, path...)
		}
		return value.NewList(items...)
	case string:
		if playbook.HasTemplate(v) {
			return value.Template{Text: v}
		}
		return value.Str(v)
	case bool:
		return value.Bool(v)
	case int64:
		return value.Int(v)
	case float64:
		return value.Float(v)
	case time.Time:
		return value.Str(tomlTime(v))
	}
	panic(fmt.Sprintf("TOML has no %T", v)) // toml.Decode makes no others of an untyped value
}

func (keys tomlKeys) dict(table map[string]any, path []string) *value.Dict {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	place := func(name string) int { return keys[strings.Join(append(slices.Clip(path), name), "\x00")] }
	slices.SortFunc(names, func(a, b string) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	d := value.NewDict()
	for _, name := range names {
		d.SetStr(name, keys.value(table[name], append(slices.Clip(path), name)...))
	}
	return d
}

// tomlTime writes a date, a time or both as Python's str() does; the library tells by the name of the zone which it is.
func tomlTime(t time.Time) string {
	layout := "2006-01-02 15:04:05"
	switch zone, _ := t.Zone(); zone {
	case "date-local":
		return t.Format("2006-01-02")
	case "time-local":
		layout = "15:04:05"
	case "datetime-local":
	default:
		layout += "-07:00"
	}
	if t.Nanosecond()/1000 != 0 {
		layout = strings.Replace(layout, ":05", ":05.000000", 1)
	}
	return t.Format(layout)
}
