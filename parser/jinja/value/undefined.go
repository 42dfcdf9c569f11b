package value

import "fmt"

// Undefined stands for what was looked up and not found. It is strict but chainable: an attribute or item of it
// is itself, so that `default` can end a chain, but to print, compare, iterate or calculate with it is an error.
type Undefined struct {
	// Name is the variable, attribute or key that was looked up; nil where there is none (`[] | first`).
	Name Value
	// Obj is what Name was looked up on; nil for a variable.
	Obj Value
	// Hint replaces the message that would be made from Name and Obj.
	Hint string
	// Kind is UndefinedError, unless reading the value is refused for another reason (SecurityError).
	Kind Kind
	// Lenient makes it print as nothing, be false and empty, as Jinja's plain Undefined: what `x if false` without else gives.
	Lenient bool
	// Cause is the error behind the value being undefined, or nil.
	Cause error
}

// NewUndefined is the undefined variable of this name.
func NewUndefined(name string) *Undefined { return &Undefined{Name: Str(name), Kind: UndefinedError} }

// UndefinedHint is an undefined value with a message of its own.
func UndefinedHint(hint string) *Undefined { return &Undefined{Hint: hint, Kind: UndefinedError} }

// UndefinedItem is the undefined item or attribute name of obj.
func UndefinedItem(obj, name Value) *Undefined {
	return &Undefined{Name: name, Obj: obj, Kind: UndefinedError}
}

// TypeName implements Value.
func (*Undefined) TypeName() string { return "Undefined" }

// Message is Jinja's text for using the value (jinja2.runtime.Undefined).
func (u *Undefined) Message() string {
	switch {
	case u.Hint != "":
		return u.Hint
	case u.Obj == nil && u.Name == nil:
		return "undefined value"
	case u.Obj == nil:
		return fmt.Sprintf("%s is undefined", reprOr(u.Name))
	}
	if _, ok := u.Name.(Str); !ok {
		return fmt.Sprintf("%s has no element %s", objectType(u.Obj), reprOr(u.Name))
	}
	return fmt.Sprintf("'%s' has no attribute %s", objectType(u.Obj), reprOr(u.Name))
}

// Err is the error of using the value.
func (u *Undefined) Err() error {
	return &UndefinedValueError{Undefined: u}
}

// use is the error of using the value where a lenient one is as good as an empty value.
func (u *Undefined) use() error {
	if u.Lenient {
		return nil
	}
	return u.Err()
}

// item is an item or attribute of the value: itself again, so that the first failure is told. A lenient one has none.
func (u *Undefined) item() (Value, error) {
	if u.Lenient {
		return nil, u.Err()
	}
	return u, nil
}

// UndefinedValueError says that an undefined value was used. A caller reads from it what was missing.
type UndefinedValueError struct{ *Undefined }

// Error implements error.
func (e *UndefinedValueError) Error() string { return e.Message() }

// Unwrap gives why the value is undefined, if there is a reason.
func (e *UndefinedValueError) Unwrap() error { return e.Cause }

// ExceptionKind is the Python class.
func (e *UndefinedValueError) ExceptionKind() Kind { return e.Kind }

// objectType is Jinja's name for the type of a value in messages.
func objectType(v Value) string {
	if _, ok := v.(NoneType); ok {
		return "None"
	}
	return v.TypeName() + " object"
}

func reprOr(v Value) string {
	s, err := Repr(v)
	if err != nil {
		return v.TypeName()
	}
	return s
}
