// Package template is Ansible's layer over Jinja: what a playbook author may write between "{{" and "}}", and what becomes of it.
//
// Jinja (package parser/jinja) evaluates one template against one resolver. Ansible adds four ideas, which live here:
//
//   - Variables are lazy. A variable's value may itself be a template; it is rendered when it is read, in the scope of the
//     host and task that reads it, and a variable that needs itself is reported with the path of the loop.
//   - Trust. Only value.Template is ever rendered. What a module, a fact or a lookup returned is value.Str and stays text,
//     whatever braces it contains.
//   - Types. An argument that is one expression keeps the expression's type ("{{ 2 * 3 }}" is the int 6), as ansible-core does
//     since 2.19. With Compat Classic the older rules hold: everything becomes text, and text that looks like a list, a
//     dict or a bool is read as one.
//   - Words: the filters, tests and lookups of ansible.builtin and the most used ones of the community collections.
package template

import (
	"fmt"
	"sync"
	"time"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// Compat selects the rules of types.
type Compat uint8

const (
	// Modern keeps the types of expressions, the rules of ansible-core 2.19 and later.
	Modern Compat = iota
	// Classic renders to text and reads lists, dicts and bools back from it, the rules up to ansible-core 2.18.
	Classic
)

// ParseCompat reads the setting ansible_compat; empty text means modern.
func ParseCompat(name string) (Compat, error) {
	switch name {
	case "", "modern":
		return Modern, nil
	case "classic":
		return Classic, nil
	}
	return Modern, fmt.Errorf("ansible_compat %q is not known: modern or classic", name)
}

// Config is what a Templar needs to know about the run. The zero Config works: modern rules, the working directory as the
// only search path, no vault, no inventory. Functions must be safe for concurrent use.
type Config struct {
	Compat Compat
	// BaseDir is the directory of the playbook; the last place where file lookups search. The variable
	// ansible_search_path of the scope, a list of directories, comes before it.
	BaseDir string
	// Decrypt opens vault-encrypted content for file lookups; nil means that no vault secret was given.
	Decrypt func(ciphertext []byte) ([]byte, error)
	// Hosts expands an inventory pattern, for the lookup inventory_hostnames.
	Hosts func(pattern string) ([]string, error)
	// Setting reads a configuration value by Ansible's name (DEFAULT_FORKS), for the lookup config.
	Setting func(name string) (value.Value, bool)
	// Warn receives what Ansible would print as a warning; nil drops it.
	Warn func(message string)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// NoLookups refuses lookups, for content that must not run anything on the controller.
	NoLookups bool
}

// Scope gives the variables of one host and task as they were written, by precedence. Values may hold value.Template
// anywhere; the Templar renders them when they are read. The magic variables (hostvars, groups, omit, ...) come from
// the scope too. A Scope must not change while a render that uses it runs.
type Scope interface {
	Lookup(name string) (value.Value, bool)
	// Names lists the variables, for suggestions and the lookup varnames. Order does not matter.
	Names() []string
}

// Vars is a Scope over a dict with string keys.
type Vars struct{ *value.Dict }

// Lookup implements Scope.
func (v Vars) Lookup(name string) (value.Value, bool) { return v.GetStr(name) }

// Names implements Scope.
func (v Vars) Names() []string {
	var names []string
	for k := range v.All() {
		if s, ok := k.(value.Str); ok {
			names = append(names, string(s))
		}
	}
	return names
}

// Templar renders for one run. It is safe for concurrent use; parsed templates are shared by all of a process.
type Templar struct {
	cfg   Config
	words *vocabulary
	files sync.Map // fileKey -> *jinja.Environment
	// opened are the texts that were under !vault and have been read.
	opened sync.Map // value.Str -> true
}

// New returns a Templar.
func New(cfg Config) *Templar { return &Templar{cfg: cfg, words: newVocabulary()} }

// force computes what is lazy, and remembers what a vault kept.
func (t *Templar) force(v value.Value) (value.Value, error) {
	_, secret := v.(*vars.Secret)
	v, err := value.Force(v)
	if text, ok := v.(value.Str); ok && secret && text != "" {
		t.opened.Store(text, true)
	}
	return v, err
}

func (t *Templar) warn(message string) {
	if t.cfg.Warn != nil {
		t.cfg.Warn(message)
	}
}

func (t *Templar) now() time.Time {
	if t.cfg.Now != nil {
		return t.cfg.Now()
	}
	return time.Now()
}

// Classic tells whether the rules up to ansible-core 2.18 hold.
func (t *Templar) Classic() bool { return t.cfg.Compat == Classic }
