package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"golang.org/x/sync/errgroup"

	"pylint-deploy/rules"
)

// batch is the most candidates that one query sees: beyond it Rego's sets cost more than another query does.
const batch = 512

// Candidate is something to judge, mostly a task.
type Candidate struct {
	// ID comes back in violations; it is unique within an Input.
	ID int
	// Module, Programs and Flags are what Select looks at.
	Module   string
	Programs []string
	Flags    []string
	// Term is what the rule sees in input.tasks; it has the key "id".
	Term *ast.Term
}

// Input is what rules judge.
type Input struct {
	Tasks []Candidate
	// Context is input.context: facts of the whole run. Nil is an empty object.
	Context *ast.Term
	// Options gives a rule's settings, input.options; nil gives none.
	Options func(rule string) map[string]any
	// All turns the pre-filter off; for the test that it changes nothing.
	All bool
	// Limit bounds the time of each rule; 0 is none.
	Limit time.Duration
}

// Violation is a rule's verdict about one candidate.
type Violation struct {
	Rule    string
	ID      int
	Level   rules.Level
	Message string
	Run2    string
	Instead string
	// Unknown tells that the verdict rests on something that the text does not say.
	Unknown bool
	// Arg names the argument of the task that the finding points at, "" for the task itself.
	Arg string
	// Once is what one finding in the whole check stands for, "" for a finding at each place.
	Once string
	// Extra are further keys of the violation.
	Extra map[string]any
}

// Evaluate asks every rule about its candidates. Violations are ordered by candidate and rule. An error of one rule is
// an error of all: a gate that skips a rule would be no gate.
func (s *Set) Evaluate(ctx context.Context, in Input) ([]Violation, error) {
	var chosen []asked
	for i := range s.rules {
		if tasks := s.rules[i].candidates(&in); len(tasks) > 0 {
			chosen = append(chosen, asked{rule: &s.rules[i], tasks: tasks, strict: s.bounded})
		}
	}
	if err := s.compile(chosen); err != nil {
		return nil, err
	}
	found := make([][]Violation, len(chosen))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i := range chosen {
		g.Go(func() (err error) {
			found[i], err = chosen[i].evaluate(ctx, &in)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := slices.Concat(found...)
	slices.SortStableFunc(all, func(a, b Violation) int {
		if a.ID != b.ID {
			return a.ID - b.ID
		}
		return strings.Compare(a.Rule+a.Message, b.Rule+b.Message)
	})
	return all, nil
}

// asked is a rule with the candidates that it is asked about.
type asked struct {
	*rule
	tasks    []*Candidate
	compiler *ast.Compiler // shared with other rules
	// strict makes an error of what a function cannot take. Who writes rules wants to know; one of ours holds for no task whose
	// argument has a shape that it does not know, and a list where a text is usual keeps nobody from seeing all other findings.
	strict bool
}

func (r *rule) candidates(in *Input) []*Candidate {
	var out []*Candidate
	for i := range in.Tasks {
		if c := &in.Tasks[i]; in.All || r.selects.takes(c) {
			out = append(out, c)
		}
	}
	return out
}

// compile gives rules their compilers: one a processor, since OPA's compiler uses one alone, and compiling is most of the work of a
// small check.
func (s *Set) compile(chosen []asked) error {
	n := runtime.GOMAXPROCS(0)
	if s.bounded {
		n = 1 // who writes rules sees all that is wrong with them at once
	}
	var g errgroup.Group
	for _, rules := range share(chosen, n) {
		g.Go(func() error {
			c, err := s.compiler(rules)
			for _, a := range rules {
				a.compiler = c
			}
			return err
		})
	}
	return g.Wait()
}

// share divides rules among n compilers, as equally as the lengths of their texts tell.
func share(chosen []asked, n int) [][]*asked {
	shares := make([][]*asked, min(n, len(chosen)))
	loads := make([]int, len(shares))
	for i := range chosen {
		least := slices.Index(loads, slices.Min(loads))
		shares[least] = append(shares[least], &chosen[i])
		loads[least] += len(chosen[i].text)
	}
	return shares
}

// compiler compiles rules and the library.
func (s *Set) compiler(rules []*asked) (*ast.Compiler, error) {
	if s.compiled != nil {
		return s.compiled.compiler(s.lib, rules)
	}
	texts := maps.Clone(s.lib)
	for _, a := range rules {
		texts[a.file] = a.text
	}
	modules, err := s.parse(texts)
	if err != nil {
		return nil, err
	}
	c := ast.NewCompiler()
	if s.bounded {
		c = c.WithCapabilities(boundedCapabilities()).WithSchemas(Schemas()).WithStrict(true)
	} else {
		// Types of the built-in rules are checked by their tests, not at each start.
		c = c.WithSkipStages(ast.StageCheckTypes)
	}
	if c.Compile(modules); c.Failed() {
		return nil, fmt.Errorf("compiling rules:\n%w", Explain(c.Errors))
	}
	return c, nil
}

func (s *Set) parse(texts map[string]string) (map[string]*ast.Module, error) {
	options := ast.ParserOptions{RegoVersion: ast.RegoV1}
	if s.bounded {
		options.Capabilities = boundedCapabilities()
	}
	modules := make(map[string]*ast.Module, len(texts))
	for file, text := range texts {
		m, err := ast.ParseModuleWithOpts(file, text, options)
		if err != nil {
			return nil, fmt.Errorf("parsing rules:\n%w", Explain(err))
		}
		modules[file] = m
	}
	return modules, nil
}

// evaluate asks the rule, batch by batch.
func (a *asked) evaluate(ctx context.Context, in *Input) ([]Violation, error) {
	query, err := a.query()
	if err != nil {
		return nil, err
	}
	options, err := a.optionsTerm(in)
	if err != nil {
		return nil, err
	}
	facts := in.Context
	if facts == nil {
		facts = ast.ObjectTerm()
	}
	var out []Violation
	for tasks := range slices.Chunk(a.tasks, batch) {
		terms := make([]*ast.Term, len(tasks))
		for i, t := range tasks {
			terms[i] = t.Term
		}
		input := ast.ObjectTerm(
			ast.Item(ast.StringTerm("tasks"), ast.ArrayTerm(terms...)),
			ast.Item(ast.StringTerm("context"), facts),
			ast.Item(ast.StringTerm("options"), options),
		)
		found, err := a.ask(ctx, query, input, in.Limit)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", a.id, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// query is data.rules.<category>.<rule>.violations = v.
func (a *asked) query() (ast.Body, error) {
	category, name, _ := strings.Cut(a.id, "/")
	ref := ast.Ref{ast.DefaultRootDocument, ast.StringTerm("rules"), ast.StringTerm(category), ast.StringTerm(name), ast.StringTerm("violations")}
	return ast.NewBody(ast.Equality.Expr(ast.NewTerm(ref), answer)), nil
}

var answer = ast.VarTerm("answer")

func (a *asked) optionsTerm(in *Input) (*ast.Term, error) {
	if in.Options == nil {
		return ast.ObjectTerm(), nil
	}
	v, err := ast.InterfaceToValue(in.Options(a.id))
	if err != nil {
		return nil, fmt.Errorf("rule %s: its options: %w", a.id, err)
	}
	return ast.NewTerm(v), nil
}

// ErrLimit says that a rule took longer than it may.
var ErrLimit = errors.New("it took longer than its time limit")

func (a *asked) ask(ctx context.Context, query ast.Body, input *ast.Term, limit time.Duration) ([]Violation, error) {
	store := inmem.New()
	txn, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	q := topdown.NewQuery(query).WithCompiler(a.compiler).WithStore(store).WithTransaction(txn).WithInput(input).WithStrictBuiltinErrors(a.strict)
	if limit > 0 {
		cancel := topdown.NewCancel()
		timer := time.AfterFunc(limit, cancel.Cancel)
		defer timer.Stop()
		q = q.WithCancel(cancel)
	}
	results, err := q.Run(ctx)
	if topdown.IsCancel(err) && ctx.Err() == nil {
		return nil, fmt.Errorf("%w (%s)", ErrLimit, limit)
	}
	if err != nil {
		return nil, err
	}
	var out []Violation
	for _, r := range results {
		found, err := a.violations(r[answer.Value.(ast.Var)])
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
