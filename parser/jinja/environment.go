package jinja

import (
	"fmt"
	"maps"

	"pylint-deploy/parser/jinja/builtin"
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// Names from package call, so that users of an Environment need one import.
type (
	// Call is one call of a filter, test or function.
	Call = call.Call
	// Filter is a filter, test or function.
	Filter = call.Func
	// Function is a global function that needs the context of its call.
	Function = call.Function
	// Resolver gives the variables of a template.
	Resolver = call.Resolver
)

// Loader finds the templates named by include, import and extends.
type Loader interface {
	// Load gives the text and the canonical name of a template. From is the canonical name of the template that asks. A template
	// that does not exist is an error of kind value.TemplateNotFound.
	Load(name, from string) (text, canonical string, err error)
}

// Options are the settings of Jinja's Environment that concern the text. The zero value has Jinja's defaults.
type Options struct {
	BlockStart, BlockEnd       string // "{%" and "%}" where empty
	VariableStart, VariableEnd string // "{{" and "}}" where empty
	CommentStart, CommentEnd   string // "{#" and "#}" where empty
	LineStatementPrefix        string // none where empty
	LineCommentPrefix          string // none where empty
	TrimBlocks                 bool
	LstripBlocks               bool
	KeepTrailingNewline        bool
	NewlineSequence            string // "\n" where empty
	// KeepBackslashes leaves string literals within prints ({{ }}, not within tags) as they are written: '\n' is two characters.
	KeepBackslashes bool
}

// filled are the options with the defaults in place of what is empty.
func (o Options) filled() Options {
	for _, d := range []struct {
		at  *string
		def string
	}{
		{&o.BlockStart, "{%"}, {&o.BlockEnd, "%}"}, {&o.VariableStart, "{{"}, {&o.VariableEnd, "}}"},
		{&o.CommentStart, "{#"}, {&o.CommentEnd, "#}"}, {&o.NewlineSequence, "\n"},
	} {
		if *d.at == "" {
			*d.at = d.def
		}
	}
	return o
}

// Budget bounds what one rendering may use, included templates counted. Zero means the default of each.
type Budget struct {
	Depth      int // nested calls, includes and containers; 200
	RangeSize  int // items of one range(); 10,000,000
	OutputSize int // bytes of text, intermediate texts counted; 64 MiB
	Steps      int // loop passes, calls and items made; 50,000,000
}

var defaultBudget = Budget{Depth: 200, RangeSize: 10_000_000, OutputSize: 64 << 20, Steps: 50_000_000}

func (b Budget) filled() Budget {
	for _, d := range []struct {
		at  *int
		def int
	}{
		{&b.Depth, defaultBudget.Depth}, {&b.RangeSize, defaultBudget.RangeSize},
		{&b.OutputSize, defaultBudget.OutputSize}, {&b.Steps, defaultBudget.Steps},
	} {
		if *d.at == 0 {
			*d.at = d.def
		}
	}
	return b
}

// Config is what an Environment offers to templates beside Jinja's own filters, tests and functions.
type Config struct {
	Options Options
	// Filters, Tests and Globals add to Jinja's own and go before them. The maps are copied.
	Filters map[string]Filter
	Tests   map[string]Filter
	Globals map[string]value.Value
	Loader  Loader
	Budget  Budget
	// Finalize sees each value that is about to be printed, or given back by Native. Nil: nothing to do.
	Finalize func(value.Value) (value.Value, error)
	// Interrupt is asked every thousand steps or so of a rendering whether to go on; an error ends it. Nil: never.
	Interrupt func(Resolver) error
	// Misnamed stands in for a filter or test that select, map and the like call by a name that nothing has. Nil, or a nil
	// Filter: Jinja's own error.
	Misnamed func(name string) Filter
}

// Environment is a set of filters, tests, functions and options. It does not change once made; it may be used by several goroutines.
type Environment struct {
	config    Config
	options   parse.Options
	templates *cache[templateKey, *Template]
	exprs     *cache[string, *Expr]
}

type templateKey struct{ name, text string }

// Functions are Jinja's own global functions.
func Functions() map[string]value.Value { return builtin.Globals() }

// New makes an Environment. It fails on options that contradict each other.
func New(config Config) (*Environment, error) {
	config.Options = config.Options.filled()
	config.Budget = config.Budget.filled()
	config.Filters = merged(builtin.Filters(), config.Filters)
	config.Tests = merged(builtin.Tests(), config.Tests)
	config.Globals = merged(builtin.Globals(), config.Globals)
	return newEnvironment(config)
}

func merged[V any](base, more map[string]V) map[string]V {
	maps.Copy(base, more)
	return base
}

func newEnvironment(config Config) (*Environment, error) {
	e := &Environment{config: config, options: parse.Options(config.Options)}
	if err := e.options.Check(); err != nil {
		return nil, fmt.Errorf("options of templates: %w", err)
	}
	e.templates, e.exprs = newCache[templateKey, *Template](), newCache[string, *Expr]()
	return e, nil
}

// With gives an environment with other options that shares filters, tests, globals and loader.
func (e *Environment) With(options Options) (*Environment, error) {
	c := e.config
	c.Options = options.filled()
	return newEnvironment(c)
}

// Options are the options in force, with the defaults filled in.
func (e *Environment) Options() Options { return e.config.Options }

// Filter finds a filter by name; nil where there is none.
func (e *Environment) Filter(name string) Filter { return e.called(e.config.Filters, name) }

// Test finds a test by name; nil where there is none.
func (e *Environment) Test(name string) Filter { return e.called(e.config.Tests, name) }

func (e *Environment) called(words map[string]Filter, name string) Filter {
	f := words[name]
	if f == nil && e.config.Misnamed != nil {
		return e.config.Misnamed(name)
	}
	return f
}

// load finds and reads a template through the loader.
func (e *Environment) load(name, from string) (*Template, error) {
	if e.config.Loader == nil {
		return nil, value.Errorf(value.TypeError, "no loader for this environment specified")
	}
	text, canonical, err := e.config.Loader.Load(name, from)
	if err != nil {
		return nil, err
	}
	return e.Parse(canonical, text)
}
