package inventory

import (
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"pylint-deploy/parser/jinja/value"
)

// TOML is the inventory as one in TOML: `ansible-inventory --list --toml`.
func (inv *Inventory) TOML(export bool) (string, error) {
	groups := value.NewDict()
	if err := inv.tomlTables(groups, "all", export, map[string]bool{}); err != nil {
		return "", err
	}
	return WriteTOML(groups)
}

// tomlTables adds a group and those below it, all on one level. A host's variables are written once.
func (inv *Inventory) tomlTables(out *value.Dict, name string, export bool, seen map[string]bool) error {
	g, table := inv.Groups[name], value.NewDict()
	if name != "all" {
		setNames(table, "children", g.Children)
		hosts, err := inv.hostsOnce(g, export, seen)
		if err != nil {
			return err
		}
		if hosts.Len() > 0 {
			table.SetStr("hosts", hosts)
		}
	}
	if export {
		own, err := inv.GroupVars(name)
		if err != nil {
			return err
		}
		if own.Len() > 0 {
			table.SetStr("vars", own)
		}
	}
	if table.Len() > 0 {
		out.SetStr(name, table)
	}
	for _, child := range g.Children {
		if err := inv.tomlTables(out, child, export, seen); err != nil {
			return err
		}
	}
	return nil
}

// WriteTOML writes a table as TOML, keys in their order, which no library for it keeps. A template is its text and a secret
// stays closed. A key whose value is null is left out, as Ansible does; in a list null is an error.
func WriteTOML(table *value.Dict) (string, error) {
	w := &tomlWriter{}
	if err := w.table(nil, Plain(table, false).(*value.Dict)); err != nil {
		return "", fmt.Errorf("cannot write TOML: %w", err)
	}
	return strings.TrimPrefix(w.String(), "\n"), nil
}

type tomlWriter struct{ strings.Builder }

// table writes what belongs to a table itself, then the tables below it: TOML has no way back.
func (w *tomlWriter) table(path toml.Key, d *value.Dict) error {
	var below []string
	headed := len(path) == 0
	head := func() {
		if !headed {
			headed = true
			fmt.Fprintf(w, "\n[%s]\n", path)
		}
	}
	for k, v := range d.All() {
		name, err := value.ToStr(k)
		if err != nil {
			return err
		}
		if _, is := v.(*value.Dict); is {
			below = append(below, name)
			continue
		}
		if v == value.None {
			continue
		}
		text, err := tomlValue(v)
		if err != nil {
			return fmt.Errorf("%s: %w", append(path, name), err)
		}
		head()
		fmt.Fprintf(w, "%s = %s\n", toml.Key{name}, text)
	}
	if len(below) == 0 {
		head()
	}
	for _, name := range below {
		v, _ := d.GetStr(name)
		if err := w.table(append(path[:len(path):len(path)], name), v.(*value.Dict)); err != nil {
			return err
		}
	}
	return nil
}

// tomlValue writes a value into one line.
func tomlValue(v value.Value) (string, error) {
	switch v := v.(type) {
	case *value.List:
		return tomlItems(v.Items)
	case value.Tuple:
		return tomlItems(v)
	case *value.Dict:
		var parts []string
		for k, item := range v.All() {
			name, err := value.ToStr(k)
			if err != nil {
				return "", err
			}
			if item == value.None {
				continue
			}
			text, err := tomlValue(item)
			if err != nil {
				return "", err
			}
			parts = append(parts, toml.Key{name}.String()+" = "+text)
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	}
	return tomlScalar(v)
}

func tomlItems(items []value.Value) (string, error) {
	parts := make([]string, len(items))
	for i, item := range items {
		var err error
		if parts[i], err = tomlValue(item); err != nil {
			return "", err
		}
	}
	return "[" + strings.Join(parts, ", ") + "]", nil
}

// tomlScalar has the library write what is neither list nor table.
func tomlScalar(v value.Value) (string, error) {
	var native any
	switch v := v.(type) {
	case value.Bool:
		native = bool(v)
	case value.Int:
		native = int64(v)
	case value.Float:
		native = float64(v)
	case value.Str:
		native = string(v)
	default:
		return "", fmt.Errorf("TOML has no form for a %s; --yaml has", v.TypeName())
	}
	line, err := toml.Marshal(map[string]any{"v": native})
	return strings.TrimSuffix(strings.TrimPrefix(string(line), "v = "), "\n"), err
}
