package template

import (
	"crypto/rand"
	"encoding/hex"

	"pylint-deploy/parser/jinja/value"
)

// omitType is the type of omit.
type omitType struct{}

// TypeName implements value.Value.
func (omitType) TypeName() string { return "Omit" }

// PyStr implements value.Printer: beside other text, omit is nothing but a mistake that shows.
func (omitType) PyStr() (string, error) { return "<<Omit>>", nil }

// omit is the variable's value under the rules of Modern, a type of its own; classicOmit that under those of Classic, where all
// is text: a word that nobody can have meant, of this process alone.
var (
	omit        value.Value = omitType{}
	classicOmit             = "__omit_place_holder__" + unguessable()
)

func unguessable() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Omit is the value of the variable omit, which a Scope has among the magic ones: an argument that renders to it is
// taken as not given.
func (t *Templar) Omit() value.Value {
	if t != nil && t.cfg.Compat == Classic {
		return value.Str(classicOmit)
	}
	return omit
}

// IsOmit tells whether a rendered value is the variable omit's.
func IsOmit(v value.Value) bool {
	switch v := v.(type) {
	case omitType:
		return true
	case value.Str:
		return len(v) == len(classicOmit) && string(v) == classicOmit
	}
	return false
}

// withoutOmit takes omit out of lists and dicts; keep is false for omit itself. The text that is Classic's stays where it is the
// item of a list, as it did in Ansible.
func withoutOmit(v value.Value) (out value.Value, keep bool) {
	switch x := v.(type) {
	case *value.List:
		items := make([]value.Value, 0, len(x.Items))
		for _, item := range x.Items {
			item, keep := withoutOmit(item)
			if item == value.Str(classicOmit) || keep {
				items = append(items, item)
			}
		}
		return list(items), true
	case *value.Dict:
		d := value.NewDict()
		for k, item := range x.All() {
			if item, keep := withoutOmit(item); keep {
				_ = d.Set(k, item) // a key of a dict is hashable
			}
		}
		return d, true
	}
	return v, !IsOmit(v)
}
