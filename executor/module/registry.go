package module

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Internal begins the names of modules that are no part of Ansible: our own commands call them, playbooks cannot.
const Internal = "pylint_deploy.internal."

// Registry is the table of native modules. It does not change once built and may be shared.
type Registry struct {
	modules map[string]Module
}

// NewRegistry builds the table from the families' slices. A name that is there twice is a programming error.
func NewRegistry(families ...[]Module) (*Registry, error) {
	r := &Registry{modules: map[string]Module{}}
	for _, family := range families {
		for _, m := range family {
			if _, dup := r.modules[m.Name]; dup {
				return nil, fmt.Errorf("module %s is registered twice", m.Name)
			}
			r.modules[m.Name] = m
		}
	}
	return r, nil
}

// Lookup finds a module by its FQCN.
func (r *Registry) Lookup(name string) (Module, bool) {
	m, ok := r.modules[name]
	return m, ok
}

// Names lists the FQCNs, sorted.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.modules)) }

// Do runs a module and turns whatever comes of it into a result. In check mode the module sees a DryRun of c.Sys.
// The result always has "changed"; where it names a path or dest that exists, the file's owner, mode, size and state
// are added, as Ansible does for every module.
func (r *Registry) Do(ctx context.Context, name string, c *Call) (res Result) {
	m, ok := r.Lookup(name)
	if !ok {
		return Result{"failed": true, "changed": false, "msg": fmt.Sprintf("module %s is not native", name)}
	}
	if c.Check {
		if m.NoCheck {
			return Result{"changed": false, "skipped": true,
				"msg": fmt.Sprintf("remote module (%s) does not support check mode", name)}
		}
		if !c.Sys.DryRun() {
			dry := *c
			dry.Sys = NewDryRun(c.Sys)
			c = &dry
		}
	}
	c.warnings = nil
	c.numbers = &numberCache{lines: map[string][]string{}}
	defer func() {
		if p := recover(); p != nil {
			res = Result{"failed": true, "changed": false, "msg": fmt.Sprintf("internal error in module %s: %v", name, p)}
		}
	}()
	out, err := m.Run(ctx, c)
	return c.finish(out, err, m.Whole)
}

// finish makes the final result of a run.
func (c *Call) finish(out Result, err error, whole bool) Result {
	res := Result{}
	if err == nil {
		maps.Copy(res, out)
	} else { // what a failure has to tell is in the Failure
		var f *Failure
		if errors.As(err, &f) {
			maps.Copy(res, f.Result)
		}
		res["failed"] = true
		res["msg"] = err.Error()
	}
	if _, ok := res["changed"]; !ok {
		res["changed"] = false
	}
	if !whole {
		c.addPathInfo(res)
	}
	if len(c.warnings) > 0 {
		res["warnings"] = c.warnings
	}
	return res
}

// Warn adds a warning to the result.
func (c *Call) Warn(format string, args ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}

// Fail makes a failure with result keys of its own, given as key, value, key, value.
func Fail(msg string, pairs ...any) *Failure {
	f := &Failure{Msg: msg, Result: Result{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if k, ok := pairs[i].(string); ok {
			f.Result[k] = pairs[i+1]
		}
	}
	return f
}
