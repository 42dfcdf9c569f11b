package strategy

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

// prepared is one execution of a task, for one item where it loops: conditions decided, keywords and arguments rendered.
type prepared struct {
	scope *variables.Scope
	// final is the result once there is one; a skipped or misspelt task has it from the start. raised tells that it is an error
	// of the task as such, which ends a loop.
	final  *value.Dict
	raised bool
	// untried tells that when: said no.
	untried bool
	// over tells that the action ended before there was a result to judge: no condition and no further attempt changes it.
	over bool

	action action.Action
	call   *action.Call
	target *target
	// there are the variables of the host that does the work.
	there *variables.Scope
	step  action.Step
	env   map[string]string

	ignoreErrors, ignoreUnreachable, noLog, diff, check, delegateFacts bool
	delegated, address                                                 string
	timeout                                                            time.Duration
	// given is the part of when that the target decides, of a task that is sent ahead (wire.Call.If).
	given       []any
	async, poll int
	notify      []string
}

// fails ends the task with a failure.
func (p *prepared) fails(err error) *prepared {
	p.final, p.raised = failure(err), true
	return p
}

// optionError says that an option of a task cannot be rendered.
func (j *job) optionError(err error) error {
	var word *wordError
	if errors.As(err, &word) {
		return err
	}
	if isUndefined(err) {
		return fmt.Errorf("The task includes an option with an undefined variable. The error was: %w%s", err, whereIs(j.task))
	}
	var broken *template.Error
	if errors.As(err, &broken) && broken.Place != "" {
		keys := result("at", broken.At())
		if broken.Kind == value.ZeroDivisionError { // for Ansible no error of the task, but an exception within it
			set(keys, "exception", "ZeroDivisionError: "+broken.Msg)
		}
		return &action.Failed{Msg: broken.Says(), Keys: keys}
	}
	return fmt.Errorf("%w%s", err, whereIs(j.task))
}

// prepare decides whether the task runs, and renders what it needs. loopErr is what went wrong with the loop, which counts
// only if the conditions hold.
func (j *job) prepare(scope *variables.Scope, loopErr error) *prepared {
	p := &prepared{scope: scope}
	w := j.words(scope)
	p.noLog, _ = w.boolean("no_log", j.r.Settings.NoLog)
	p.ignoreErrors, _ = w.boolean("ignore_errors", false)
	p.ignoreUnreachable, _ = w.boolean("ignore_unreachable", false)
	run, err := j.decide(p)
	if err != nil {
		if loopErr != nil {
			err = j.optionError(loopErr)
		}
		p.delegated = j.delegateNamed(w)
		return p.fails(err)
	}
	if !run {
		p.final, p.untried = result("changed", false, "skipped", true, "skip_reason", "Conditional result was False"), true
		return p
	}
	if loopErr != nil {
		return p.fails(j.optionError(loopErr))
	}
	if j.task.Includes() {
		return j.prepareInclude(p)
	}
	if err := j.keywords(p, w); err != nil {
		return p.fails(err)
	}
	if err := j.prepareAction(p, w); err != nil {
		p.fails(err)
		p.raised = !has(p.final, "exception")
	}
	return p
}

// decide decides whether the task runs. Ahead of its turn a part may be left to the target.
func (j *job) decide(p *prepared) (run bool, err error) {
	if j.coming == nil {
		return j.conditions(p.scope)
	}
	certain := false
	if run, p.given, certain = j.conditionsAhead(p.scope); !certain {
		return false, errLater
	}
	return run, nil
}

// conditions evaluates when: all must hold.
func (j *job) conditions(scope *variables.Scope) (bool, error) {
	for _, cond := range items(j.task.Word("when")) {
		if holds, err := j.condition(scope, cond); !holds || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (j *job) condition(scope *variables.Scope, cond value.Value) (bool, error) {
	if b, ok := cond.(value.Bool); ok {
		return bool(b), nil
	}
	verdict, err := j.r.Templar.Bool(j.ctx, scope, cond)
	if err != nil {
		text := conditionText(cond)
		return false, fmt.Errorf("The conditional check '%s' failed. The error was: error while evaluating conditional (%s): %w%s", text, text, err, whereIs(j.task))
	}
	j.warnOf(verdict)
	return verdict.True, nil
}

func conditionText(v value.Value) string {
	if t, ok := v.(value.Template); ok {
		return t.Text
	}
	s, _ := value.ToStr(v)
	return s
}

// prepareInclude renders what an include needs; the play itself loads the file.
func (j *job) prepareInclude(p *prepared) *prepared {
	if j.task.FQCN == "ansible.builtin.include_role" {
		args, err := j.r.Templar.Args(j.ctx, p.scope, withoutApply(j.task.Args))
		if err != nil {
			return p.fails(j.optionError(err))
		}
		p.final = result("include_args", args)
		return p
	}
	file := j.task.File()
	if file == nil {
		return p.fails(fmt.Errorf("No include file was specified to the include%s", whereIs(j.task)))
	}
	name, err := j.r.Templar.Text(j.ctx, p.scope, file)
	if err != nil {
		return p.fails(j.optionError(err))
	}
	if name == "" {
		return p.fails(fmt.Errorf("No include file was specified to the include%s", whereIs(j.task)))
	}
	p.final = result("include", name, "include_args", value.NewDict())
	return p
}

func withoutApply(args *value.Dict) *value.Dict {
	out := copyOf(args)
	out.Delete(value.Str("apply"))
	return out
}

// keywords renders the keywords that say how the task is done.
func (j *job) keywords(p *prepared, w words) (err error) {
	bools := []struct {
		to   *bool
		name string
		def  bool
	}{
		{&p.noLog, "no_log", j.r.Settings.NoLog}, {&p.ignoreErrors, "ignore_errors", false}, {&p.ignoreUnreachable, "ignore_unreachable", false},
		{&p.check, "check_mode", j.r.Settings.Check}, {&p.diff, "diff", j.r.Settings.Diff}, {&p.delegateFacts, "delegate_facts", false},
	}
	for _, b := range bools {
		if *b.to, err = w.boolean(b.name, b.def); err != nil {
			return err
		}
	}
	limit, err := w.number("timeout", float64(j.r.Settings.TaskTimeout))
	if err != nil {
		return err
	}
	p.timeout = time.Duration(limit * float64(time.Second))
	async, err := w.number("async", 0)
	if err != nil {
		return err
	}
	poll, err := w.number("poll", float64(j.r.Settings.PollInterval))
	if err != nil {
		return err
	}
	p.async, p.poll = int(async), int(poll)
	if v, ok, err := w.get("notify"); err != nil {
		return err
	} else if ok {
		p.notify = texts(v)
	}
	return j.delegation(p, w)
}

// delegateNamed is the host that would have done the work, for messages of what failed before: as written where that is no name.
func (j *job) delegateNamed(w words) string {
	v, ok, err := w.get("delegate_to")
	switch {
	case err != nil:
		return conditionText(j.task.Word("delegate_to"))
	case !ok:
		return ""
	}
	return conditionText(v)
}

// delegation finds the host that does the work, and how it is reached.
func (j *job) delegation(p *prepared, w words) error {
	host, scope := j.host, p.scope
	v, ok, err := w.get("delegate_to")
	if err != nil {
		p.delegated = j.delegateNamed(w)
		return err
	}
	if ok {
		name, err := value.ToStr(v)
		if err != nil {
			return err
		}
		if name != "" {
			host = name
			p.delegated = name
			// the connection is rendered with the variables of the host that does the work, but for the name of the one whose task it is
			mine := result("inventory_hostname", j.host)
			p.scope = p.scope.With(delegatedVars(name, j.r.Store.New(j.play, name, j.task).With(mine)))
			scope = j.r.Store.New(j.play, name, j.task).With(p.scope.Local()).With(mine)
		}
	}
	if action.Local(j.task.FQCN) && p.delegated == "" {
		return nil
	}
	p.there = scope
	words := j.words(scope)
	if p.target, err = words.target(host); err != nil && !action.Local(j.task.FQCN) {
		return err
	}
	if p.delegated != "" && p.target != nil {
		p.address = p.target.at.Address
		p.scope = p.scope.With(p.target.connectionVars(p.scope))
	}
	if p.env, err = j.environment(w); err != nil {
		return err
	}
	return j.jobsIn(p, words)
}

// jobsIn tells the target where the state of background jobs is, unless the task's environment does.
func (j *job) jobsIn(p *prepared, w words) error {
	if p.async == 0 && j.task.FQCN != "ansible.builtin.async_status" || p.env["ANSIBLE_ASYNC_DIR"] != "" {
		return nil
	}
	v := &hostWords{words: w}
	dir := v.text("", j.r.Settings.AsyncDir, "ansible_async_dir")
	if dir == "" || v.err != nil {
		return v.err
	}
	env := map[string]string{"ANSIBLE_ASYNC_DIR": dir}
	maps.Copy(env, p.env)
	p.env = env
	return nil
}

// delegatedVars is the variable ansible_delegated_vars.
func delegatedVars(host string, scope *variables.Scope) *value.Dict {
	vars := value.NewDict()
	vars.SetStr(host, scope.Lazy())
	out := value.NewDict()
	out.SetStr("ansible_delegated_vars", vars)
	return out
}

// environment merges the environment: of play, blocks and task.
func (j *job) environment(w words) (map[string]string, error) {
	raw := j.task.Word("environment")
	if raw == nil {
		return nil, nil
	}
	env := map[string]string{}
	for _, item := range items(raw) {
		if isNone(item) {
			continue
		}
		d, ok := item.(*value.Dict)
		if !ok {
			v, err := j.r.Templar.Value(j.ctx, w.scope, item)
			if err != nil {
				return nil, j.optionError(err)
			}
			if d, ok = v.(*value.Dict); !ok {
				if s, _ := value.ToStr(v); s != "" && !isNone(v) {
					j.r.warn("could not parse environment value, skipping: " + s)
				}
				continue
			}
		}
		if err := j.addEnvironment(env, w, d); err != nil {
			return nil, err
		}
	}
	return env, nil
}

// addEnvironment renders the variables of one environment:. Those that need the facts of the environment are left out until
// these are gathered.
func (j *job) addEnvironment(env map[string]string, w words, d *value.Dict) error {
	for k, raw := range d.All() {
		v, err := j.r.Templar.Value(j.ctx, w.scope, raw)
		if err != nil {
			if isUndefined(err) && (j.gathersFacts() || strings.Contains(err.Error(), "ansible_env")) {
				continue
			}
			return j.optionError(err)
		}
		if isOmit(v) {
			continue
		}
		name, _ := value.ToStr(k)
		if env[name], err = value.ToStr(v); err != nil {
			return err
		}
	}
	return nil
}

// gathersFacts tells that the task is one that facts come from.
func (j *job) gathersFacts() bool {
	return j.task.FQCN == "ansible.builtin.gather_facts" || j.task.FQCN == "ansible.builtin.setup"
}

// prepareAction renders the arguments and lets the action make a step of them.
func (j *job) prepareAction(p *prepared, w words) error {
	fqcn, module, name, err := j.module(p)
	if err != nil {
		return err
	}
	program, err := j.r.foreign(j.task, name, module)
	if err != nil {
		return fmt.Errorf("%w%s", err, whereIs(j.task))
	}
	if program != nil {
		fqcn, module = program.FQCN, nil
	} else if !runs(fqcn, module) {
		return fmt.Errorf("couldn't resolve module/action '%s'. It is not among the modules that are run natively.%s", name, whereIs(j.task))
	}
	args, raw, free, err := j.arguments(p, fqcn)
	if err != nil {
		return err
	}
	p.call = &action.Call{
		Name: name, FQCN: fqcn, Module: module, Args: args, Raw: raw, FreeForm: free, Check: p.check, Diff: p.diff,
		Verbosity: j.r.Settings.Verbosity, Host: j.host, Target: firstOf(p.delegated, j.host), Delegated: p.delegated != "", Task: j.shown.Name, Vars: p.scope,
		Templar: j.r.Templar, SearchPath: j.scope.SearchPath, BaseDir: j.r.Store.PlaybookDir, Run: j.r.run, Async: p.async > 0,
	}
	p.call.Remote = &remote{j: j, p: p}
	p.action = action.FindFor(fqcn, p.async > 0)
	if program != nil {
		p.call.Args = asWritten(j.task, args)
		p.action, err = j.foreignAction(p, program)
	}
	return err
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// module is the task's module; its name may be a template.
func (j *job) module(p *prepared) (fqcn string, m *catalog.Module, name string, err error) {
	if !template.IsTemplate(j.task.Action) {
		return j.task.FQCN, j.task.Module, j.task.Action, nil
	}
	name, err = j.r.Templar.Text(j.ctx, p.scope, value.Template{Text: j.task.Action, Origin: j.task.Pos})
	if err != nil {
		return "", nil, "", j.optionError(err)
	}
	if m, ok := catalog.Lookup(name); ok {
		return m.FQCN, m, name, nil
	}
	return name, nil, name, nil
}

// arguments renders the task's arguments over the defaults that module_defaults gives.
func (j *job) arguments(p *prepared, fqcn string) (args, raw *value.Dict, free string, err error) {
	raw = value.NewDict()
	defaults, err := j.moduleDefaults(p, fqcn)
	if err != nil {
		return nil, nil, "", err
	}
	if j.task.Splat != nil {
		v, err := j.r.Templar.Value(j.ctx, p.scope, j.task.Splat)
		if err != nil {
			return nil, nil, "", j.optionError(err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			text, _ := value.ToStr(v)
			return nil, nil, "", fmt.Errorf("invalid or malformed argument: '%s'%s", text, whereIs(j.task))
		}
		defaults = copyOf(defaults)
		for k, v := range d.All() {
			defaults.Set(k, v)
		}
	}
	toRender := value.NewDict()
	for k, v := range j.task.Args.All() {
		if name, ok := k.(value.Str); ok && template.IsTemplate(string(name)) {
			text, err := j.r.Templar.Text(j.ctx, p.scope, value.Template{Text: string(name), Origin: j.task.Pos})
			if err != nil {
				return nil, nil, "", j.optionError(err)
			}
			k = value.Str(text)
		}
		raw.Set(k, v)
		if name, ok := k.(value.Str); !ok || !action.Unrendered(fqcn, string(name)) {
			toRender.Set(k, v)
		}
	}
	rendered, err := j.r.Templar.Args(j.ctx, p.scope, toRender)
	if err != nil {
		return nil, nil, "", j.optionError(err)
	}
	args = canonical(p, fqcn, defaults)
	for k, v := range args.All() {
		if _, ok := raw.Get(k); !ok {
			raw.Set(k, v)
		}
	}
	for k, v := range rendered.All() {
		args.Set(k, v)
	}
	if d, ok := j.wholeArgs(p); ok {
		for k, v := range canonical(p, fqcn, d).All() {
			if _, given := rendered.Get(k); !given {
				args.Set(k, v)
			}
		}
	} else if j.task.FreeForm != nil {
		if free, err = j.r.Templar.Text(j.ctx, p.scope, j.task.FreeForm); err != nil {
			return nil, nil, "", j.optionError(err)
		}
	}
	return args, raw, free, nil
}

// wholeArgs are the arguments of a task that has a template for a bare string, where that gives a dict (add_host: "{{ d }}").
func (j *job) wholeArgs(p *prepared) (*value.Dict, bool) {
	t, ok := j.task.FreeForm.(value.Template)
	if !ok || !strings.HasPrefix(strings.TrimSpace(t.Text), "{{") || !changesInventory(j.task.FQCN) {
		return nil, false
	}
	v, err := j.r.Templar.Value(j.ctx, p.scope, t)
	if err != nil {
		return nil, false
	}
	d, ok := v.(*value.Dict)
	return d, ok
}

// canonical renames arguments that came from outside the play's text to the names that the catalog has.
func canonical(p *prepared, fqcn string, args *value.Dict) *value.Dict {
	out := value.NewDict()
	m, _ := catalog.Lookup(fqcn)
	if args == nil {
		return out
	}
	for k, v := range args.All() {
		if name, ok := k.(value.Str); ok && m != nil {
			if a, ok := m.Arg(string(name)); ok {
				k = value.Str(a.Name)
			}
		}
		if !isOmit(v) {
			out.Set(k, v)
		}
	}
	return out
}

// moduleDefaults are the defaults for a module from module_defaults: of play, blocks and task, the inner ones stronger.
func (j *job) moduleDefaults(p *prepared, fqcn string) (*value.Dict, error) {
	raw := j.task.Word("module_defaults")
	out := value.NewDict()
	if raw == nil {
		return out, nil
	}
	for _, level := range items(raw) {
		v, err := j.r.Templar.Value(j.ctx, p.scope, keysOnly(level, append(j.workers(p, fqcn), fqcn)))
		if err != nil {
			return nil, j.optionError(err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			continue
		}
		for _, args := range d.All() {
			if a, ok := args.(*value.Dict); ok {
				for k, v := range a.All() {
					out.Set(k, v)
				}
			}
		}
	}
	return out, nil
}

// keysOnly keeps of a level of module_defaults what is for some modules, so that nothing else is rendered. The later
// modules come last, which makes them stronger.
func keysOnly(level value.Value, fqcns []string) value.Value {
	d, ok := level.(*value.Dict)
	if !ok {
		return level
	}
	out := value.NewDict()
	for _, fqcn := range fqcns {
		for k, v := range d.All() {
			name, _ := value.ToStr(k)
			if known, ok := catalog.Known(name); ok && known == fqcn || name == fqcn {
				out.Set(k, v)
			}
		}
	}
	return out
}

// workers are the modules behind a generic one, whose defaults it takes as well. Which they are is a fact of the host;
// until that is known the usual one is assumed.
func (j *job) workers(p *prepared, fqcn string) []string {
	manager := func(fact, usual string) []string {
		name, err := j.r.Templar.Text(j.ctx, p.scope, value.Template{Text: "{{ ansible_facts." + fact + " | default('" + usual + "', true) }}"})
		if m, ok := catalog.Lookup(name); err == nil && ok {
			return []string{m.FQCN}
		}
		return nil
	}
	switch fqcn {
	case "ansible.builtin.gather_facts":
		return []string{"ansible.builtin.setup"}
	case "ansible.builtin.service":
		return manager("service_mgr", "systemd")
	case "ansible.builtin.package":
		return manager("pkg_mgr", "apt")
	}
	return nil
}

// registerName is the variable that the task's result goes to, or an error for what cannot be one.
func registerName(t *plan.Task) (string, error) {
	if t.Register == "" || action.IsIdentifier(t.Register) {
		return t.Register, nil
	}
	return "", fmt.Errorf("Invalid variable name in 'register' specified: '%s'", t.Register)
}
