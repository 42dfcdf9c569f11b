// Package call is the interface between the evaluator and the filters, tests and functions of a template.
//
// All three are one thing, a Func: it gets a Call, which has the arguments (for a filter or test the piped value is the
// first) and the context in which the template runs.
package call

import "pylint-deploy/parser/jinja/value"

// Func is a filter, a test or a function. A test answers a value.Bool.
type Func func(c *Call) (value.Value, error)

// Context is what a function may ask of the template that calls it.
type Context interface {
	// Lookup reads a variable as the template at this place sees it.
	Lookup(name string) (value.Value, bool, error)
	// Resolver is what was given to Render, for functions that belong to the same layer.
	Resolver() Resolver
	// Filter and Test find by name, nil where there is none.
	Filter(name string) Func
	Test(name string) Func
	// Template is the canonical name of the running template.
	Template() string
	// NewlineSequence is the environment's.
	NewlineSequence() string
	// RangeLimit is how many items a range may have.
	RangeLimit() int
	// Spend takes n units from the budget of evaluation and fails with BudgetError when none are left.
	Spend(n int) error
}

// Resolver gives the variables of a template. An implementation used by several renderings at once must be safe for it.
type Resolver interface {
	// Lookup finds a variable. A variable that exists but cannot be computed is an error, or an Undefined that tells why.
	Lookup(name string) (value.Value, bool, error)
}

// Call is one call of a Func.
type Call struct {
	value.Args
	// Name is what is called, for messages.
	Name string
	Context
}

// CallFilter applies the filter of this name to v.
func (c *Call) CallFilter(name string, v value.Value, args *value.Args) (value.Value, error) {
	f := c.Filter(name)
	if f == nil {
		return nil, value.Errorf(value.TemplateRuntimeError, "No filter named '%s'.", name)
	}
	return f(c.sub(name, v, args))
}

// CallTest applies the test of this name to v.
func (c *Call) CallTest(name string, v value.Value, args *value.Args) (bool, error) {
	f := c.Test(name)
	if f == nil {
		return false, value.Errorf(value.TemplateRuntimeError, "No test named '%s'.", name)
	}
	got, err := f(c.sub(name, v, args))
	if err != nil {
		return false, err
	}
	return value.Truth(got)
}

func (c *Call) sub(name string, v value.Value, args *value.Args) *Call {
	sub := &Call{Name: name, Context: c.Context}
	sub.Pos = append(sub.Pos, v)
	if args != nil {
		sub.Pos = append(sub.Pos, args.Pos...)
		sub.Kw = args.Kw
	}
	return sub
}

// Invoke calls a value: a function, macro or method.
func (c *Call) Invoke(callee value.Value, args *value.Args) (value.Value, error) {
	switch f := callee.(type) {
	case *Function:
		return f.Fn(&Call{Args: *args, Name: f.Name, Context: c.Context})
	case value.Callable:
		return f.Call(args)
	}
	return nil, value.Errorf(value.TypeError, "'%s' object is not callable", callee.TypeName())
}

// Function is a global function of templates that needs the context of its call, such as a lookup.
type Function struct {
	Name string
	Fn   Func
}

// TypeName implements value.Value.
func (*Function) TypeName() string { return "function" }
