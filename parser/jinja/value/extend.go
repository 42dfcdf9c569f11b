package value

// A value type defined outside this package takes part in templates through these interfaces, all optional.
// Without them it is true, has no attributes, and is equal only to itself.

// AttrGetter has attributes and methods (the latter as Callable values).
type AttrGetter interface {
	Attr(name string) (Value, bool)
}

// ItemGetter answers v[key], failing with KeyError, IndexError or TypeError as Python would.
type ItemGetter interface {
	Item(key Value) (Value, error)
}

// Iterable can be looped over.
type Iterable interface {
	Iterate() Iterator
}

// Iterator gives one item after the other; ok is false at the end.
type Iterator interface {
	Next() (item Value, ok bool, err error)
}

// Sized has a length. It decides truth unless Truther does.
type Sized interface {
	Len() int
}

// Container answers `item in v`.
type Container interface {
	Contains(item Value) (bool, error)
}

// Truther decides its own truth.
type Truther interface {
	Truth() (bool, error)
}

// Printer has its own str() text.
type Printer interface {
	PyStr() (string, error)
}

// Representer has its own repr() text.
type Representer interface {
	PyRepr() (string, error)
}

// Comparer orders and equates itself with other values. The order is negative, zero or positive;
// known is false where Python would answer NotImplemented.
type Comparer interface {
	CompareTo(other Value) (order int, known bool)
}

// Operand takes part in arithmetic. The operator is Python's ("+", "-", "*", "/", "//", "%", "**"); reflected says that v stands on the
// right. known is false where Python would answer NotImplemented.
type Operand interface {
	Operate(operator string, other Value, reflected bool) (result Value, known bool, err error)
}

// Formatter takes part in str.format and f"{v:spec}".
type Formatter interface {
	PyFormat(spec string) (string, error)
}
