package value

// Args are the arguments of a call: positional ones, then named ones in the order written.
// The callee may keep neither slice.
type Args struct {
	Pos []Value
	Kw  []Kwarg
}

// Kwarg is one named argument.
type Kwarg struct {
	Name  string
	Value Value
}

// Callable is a value that can be called from a template: a bound method, a macro, a function.
type Callable interface {
	Value
	Call(args *Args) (Value, error)
}

// Func is a function that needs nothing but its arguments.
type Func struct {
	Name string
	Fn   func(args *Args) (Value, error)
}

// TypeName implements Value.
func (*Func) TypeName() string { return "function" }

// Call implements Callable.
func (f *Func) Call(args *Args) (Value, error) { return f.Fn(args) }

// NewFunc wraps a Go function.
func NewFunc(name string, fn func(args *Args) (Value, error)) *Func { return &Func{name, fn} }
