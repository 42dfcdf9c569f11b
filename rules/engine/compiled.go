package engine

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/version"

	"pylint-deploy/rules/engine/precompiled"
)

// compiled are rules that Precompile has compiled, and their metadata.
type compiled struct {
	*precompiled.Store
	selects map[string]Select
}

// selectNote and metaNote are the notes' names, the latter followed by a rule's id.
const (
	selectNote = "select"
	metaNote   = "meta/"
)

// LoadTrusted is Load for rules that tests have read, with what Precompile made of them. Where that is of other texts, or of another
// version of OPA, the rules are read and compiled from their texts: it never says other than they do.
func LoadTrusted(files fs.FS, precompiled string) (*Set, error) {
	texts, err := readTexts(files)
	if err != nil {
		return nil, err
	}
	return newSet(files, "", texts, openCompiled(precompiled, stampOf(texts)))
}

// openCompiled is nil where data are none of these rules'.
func openCompiled(data string, stamp precompiled.Stamp) *compiled {
	store, err := precompiled.Open(data)
	if err != nil || store.Stamp != stamp {
		return nil
	}
	c := &compiled{Store: store}
	if json.Unmarshal([]byte(store.Notes[selectNote]), &c.selects) != nil {
		return nil
	}
	return c
}

// rule is a rule with its metadata from the notes.
func (c *compiled) rule(id, file, text string) rule {
	return rule{id, file, text, c.selects[id], sync.OnceValue(func() (m Meta) {
		if err := json.Unmarshal([]byte(c.Notes[metaNote+id]), &m); err != nil {
			panic(fmt.Sprintf("%s: its metadata: %v", id, err)) // what Precompile wrote
		}
		return m
	})}
}

// compiler has the rules and the library ready.
func (c *compiled) compiler(lib map[string]string, rules []*asked) (*ast.Compiler, error) {
	names := slices.Sorted(maps.Keys(lib))
	for _, r := range rules {
		names = append(names, r.file)
	}
	return c.Compiler(names)
}

// stampOf is a hash of the rules and of the version of OPA that compiles them.
func stampOf(texts []text) precompiled.Stamp {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", opa.Version)
	for _, t := range texts {
		fmt.Fprintf(h, "%s %d\n%s", t.name, len(t.content), t.content)
	}
	return precompiled.Stamp(h.Sum(nil))
}

// Precompile compiles the rules below a file system, for LoadTrusted.
func Precompile(files fs.FS) ([]byte, error) {
	texts, err := readTexts(files)
	if err != nil {
		return nil, err
	}
	s, err := newSet(files, "", texts, nil)
	if err != nil {
		return nil, err
	}
	notes := map[string]string{}
	selects := map[string]Select{}
	var all []*asked
	for i := range s.rules {
		r := &s.rules[i]
		meta, err := json.Marshal(r.meta())
		if err != nil {
			return nil, err
		}
		notes[metaNote+r.id] = string(meta)
		selects[r.id] = r.selects
		all = append(all, &asked{rule: r})
	}
	list, err := json.Marshal(selects)
	if err != nil {
		return nil, err
	}
	notes[selectNote] = string(list)
	c, err := s.compiler(all)
	if err != nil {
		return nil, err
	}
	return precompiled.Encode(stampOf(texts), c, notes)
}
