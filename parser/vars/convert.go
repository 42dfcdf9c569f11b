// Package vars reads variables: from YAML nodes and vars files, group_vars and host_vars, the -e options of the command
// line, and what Ansible Vault keeps secret.
//
// Nothing is templated here. Text that holds a template becomes a value.Template, whose origin is its node;
// text under !unsafe never does. What !vault encrypts is opened when it is first read, so that a run which does not need
// a secret does not need its password.
package vars

import (
	"fmt"
	"sync"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Decrypt opens vaulted text. nil means that no password was given.
type Decrypt func(ciphertext []byte) ([]byte, error)

// Value makes a value of a node. The node is not changed; lists and dicts are new at each call.
func Value(n *source.Node, decrypt Decrypt) value.Value { return converter{decrypt: decrypt}.value(n) }

// Dict is Value for a mapping, and an empty dict for anything else.
func Dict(n *source.Node, decrypt Decrypt) *value.Dict {
	if n != nil && n.Kind == source.Mapping {
		if d, ok := Value(n, decrypt).(*value.Dict); ok {
			return d
		}
	}
	return value.NewDict()
}

// converter carries what holds for a node's children too.
type converter struct {
	decrypt Decrypt
	unsafe  bool // inside !unsafe
}

func (c converter) value(n *source.Node) value.Value {
	if n == nil {
		return value.None
	}
	c.unsafe = c.unsafe || n.Tag() == "!unsafe"
	switch n.Kind {
	case source.Null:
		return value.None
	case source.Bool:
		return value.Bool(n.Bool())
	case source.Int:
		if n.Big() != nil {
			return &value.BigInt{Int: n.Big()}
		}
		return value.Int(n.Int())
	case source.Float:
		return value.Float(n.Float())
	case source.Timestamp:
		return value.Str(n.Time().String())
	case source.Binary:
		return value.Bytes(n.Bytes())
	case source.Sequence:
		return c.list(n)
	case source.Mapping:
		return c.dict(n)
	}
	return c.text(n)
}

func (c converter) text(n *source.Node) value.Value {
	switch {
	case n.Tag() == "!vault":
		return &Secret{ciphertext: n.Text, Pos: n.Pos, decrypt: c.decrypt}
	case !c.unsafe && playbook.HasTemplate(n.Text):
		return value.Template{Text: n.Text, Origin: n}
	}
	return value.Str(n.Text)
}

func (c converter) list(n *source.Node) value.Value {
	items := make([]value.Value, len(n.Items))
	for i, item := range n.Items {
		items[i] = c.value(item)
	}
	if n.Tag() == "!!omap" || n.Tag() == "!!pairs" {
		for i, item := range n.Items {
			if item.Kind == source.Mapping && len(item.Pairs) == 1 {
				items[i] = value.Tuple{c.value(item.Pairs[0].Key), c.value(item.Pairs[0].Value)}
			}
		}
	}
	return value.NewList(items...)
}

func (c converter) dict(n *source.Node) value.Value {
	if n.Tag() == "!!set" {
		set, _ := value.NewSet()
		for _, p := range n.Pairs {
			set.Add(c.key(p.Key))
		}
		return set
	}
	d := value.NewDict()
	for _, p := range n.Pairs {
		d.Set(c.key(p.Key), c.value(p.Value)) // keys are scalars: it cannot fail
	}
	return d
}

// key makes a key; keys are never templates.
func (c converter) key(n *source.Node) value.Value {
	if n.Kind == source.String {
		return value.Str(n.Text)
	}
	return c.value(n)
}

// Sealed is a secret as it was written, in the form in which JSON has it with Ansible: for whoever shows values without a need
// to read them.
func (s *Secret) Sealed() *value.Dict {
	d := value.NewDict()
	d.SetStr("__ansible_vault", value.Str(s.ciphertext))
	return d
}

// Secret is a string under !vault, opened when it is first read. It is safe for concurrent use.
type Secret struct {
	Pos source.Pos

	ciphertext string
	decrypt    Decrypt
	once       sync.Once
	plain      value.Value
	err        error
}

// TypeName implements value.Value.
func (*Secret) TypeName() string { return "str" }

// Ciphertext is the text as it stands in the file.
func (s *Secret) Ciphertext() string { return s.ciphertext }

// Force implements value.Lazy. What was encrypted is plain text, never a template.
func (s *Secret) Force() (value.Value, error) {
	s.once.Do(func() {
		if s.decrypt == nil {
			s.err = fmt.Errorf("%s: cannot open this !vault value: %w", s.Pos, ErrNoPassword)
			return
		}
		plain, err := s.decrypt([]byte(s.ciphertext))
		if err != nil {
			s.err = fmt.Errorf("%s: cannot open this !vault value: %w", s.Pos, err)
			return
		}
		s.plain = value.Str(plain)
	})
	return s.plain, s.err
}
