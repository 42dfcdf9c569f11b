package template

import "pylint-deploy/parser/jinja/value"

// omitType is the type of Omit.
type omitType struct{}

// TypeName implements value.Value.
func (omitType) TypeName() string { return "Omit" }

// PyStr implements value.Printer: beside other text, omit is nothing but a mistake that shows.
func (omitType) PyStr() (string, error) { return "<<Omit>>", nil }

// Omit is the value of the variable omit, which a Scope has among the magic ones: an argument that renders to it is
// taken as not given.
var Omit value.Value = omitType{}

// withoutOmit takes Omit out of lists and dicts; keep is false for Omit itself.
func withoutOmit(v value.Value) (out value.Value, keep bool) {
	switch x := v.(type) {
	case omitType:
		return nil, false
	case *value.List:
		items := make([]value.Value, 0, len(x.Items))
		for _, item := range x.Items {
			if item, keep := withoutOmit(item); keep {
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
	return v, true
}
