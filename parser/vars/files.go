package vars

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
)

// Read parses the YAML of a file, opened first where it is vaulted. An empty file gives nil.
func Read(path string, decrypt Decrypt) (*source.Node, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read variables: %w", err)
	}
	if IsVault(text) {
		if decrypt == nil {
			return nil, fmt.Errorf("cannot open the vault %s: %w", path, ErrNoPassword)
		}
		if text, err = decrypt(text); err != nil {
			return nil, fmt.Errorf("cannot open the vault %s: %w", path, err)
		}
	}
	f, err := source.Parse(path, text)
	if err != nil {
		return nil, err
	}
	switch {
	case len(f.Docs) > 1:
		return nil, &source.Error{Pos: f.Docs[1].Pos, Why: "the file has more than one YAML document"}
	case len(f.Docs) == 0 || f.Docs[0].Kind == source.Null:
		return nil, nil
	}
	return f.Docs[0], nil
}

// File reads a file of variables. An empty file gives an empty dict.
func File(path string, decrypt Decrypt) (*value.Dict, error) {
	n, err := Read(path, decrypt)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return value.NewDict(), nil
	}
	if n.Kind != source.Mapping {
		return nil, &source.Error{Pos: n.Pos, Why: "a file of variables must hold a mapping", Hint: `write "name: value"`}
	}
	return Dict(n, decrypt), nil
}

// extensions are those of vars files, in the order in which they are tried.
var extensions = []string{"", ".yml", ".yaml", ".json"}

// Find lists the files of variables of a name in a directory such as group_vars, in the order in which they apply: the
// files of a directory of that name, or else the first of name, name.yml, name.yaml, name.json.
func Find(dir, name string) []string {
	if strings.HasPrefix(name, "/") { // hosts of connection chroot are paths
		return nil
	}
	for _, ext := range extensions {
		path := filepath.Join(dir, name+ext)
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if info.IsDir() {
			return under(path)
		}
		return []string{path}
	}
	return nil
}

// under lists the files of variables in a directory and in those below it whose name has no extension.
func under(dir string) []string {
	entries, err := os.ReadDir(dir) // in order of name
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(dir, name)
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir() && filepath.Ext(name) == "":
			out = append(out, under(path)...)
		case !info.IsDir() && slices.Contains(extensions, filepath.Ext(name)):
			out = append(out, path)
		}
	}
	return out
}

// Named reads all variables of a name in a directory such as group_vars. merge is hash_behaviour=merge.
func Named(dir, name string, decrypt Decrypt, merge bool) (*value.Dict, error) {
	out := value.NewDict()
	for _, path := range Find(dir, name) {
		d, err := File(path, decrypt)
		if err != nil {
			return nil, err
		}
		Combine(out, d, merge)
	}
	return out, nil
}

// Combine lays over on to under, as Ansible's combine_vars: values replace those of the same name, or with merge dicts
// are merged into dicts. over is not changed, nor are the dicts in under.
func Combine(under, over *value.Dict, merge bool) {
	for k, v := range over.All() {
		if old, ok := under.Get(k); ok && merge {
			v = Merge(old, v)
		}
		under.Set(k, v) // a key of a dict is a key of a dict: it cannot fail
	}
}

// Merge combines two values as hash_behaviour=merge does: dicts deeply, everything else by replacement. Neither is changed.
func Merge(under, over value.Value) value.Value {
	a, isDict := under.(*value.Dict)
	b, alsoDict := over.(*value.Dict)
	if !isDict || !alsoDict {
		return over
	}
	both := value.NewDict()
	Combine(both, a, false)
	Combine(both, b, true)
	return both
}
