package strategy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// playWords are the keywords of a play, rendered without any host.
type playWords struct {
	name, hosts, order, strategy string
	serial                       []string
	check, anyErrorsFatal        bool
	force                        bool
	maxFail                      float64 // percent; negative without one
	gather                       *bool
}

func (w *playWords) lockstep() bool {
	switch strings.TrimPrefix(strings.TrimPrefix(w.strategy, "ansible.builtin."), "ansible.legacy.") {
	case "free", "host_pinned":
		return false
	}
	return true
}

// dict makes a dict of vars:.
func (r *Runner) dict(n *source.Node) *value.Dict {
	out := value.NewDict()
	if n == nil {
		return out
	}
	for _, item := range items(r.Value(n)) {
		if d, ok := item.(*value.Dict); ok {
			for k, v := range d.All() {
				out.Set(k, v)
			}
		}
	}
	return out
}

func (r *Runner) playWords(ctx context.Context, p *playbook.Play, pv *variables.Play) (*playWords, error) {
	scope := r.Store.New(pv, "", nil)
	w := &playWords{maxFail: -1, strategy: r.Settings.Strategy, force: r.Settings.ForceHandlers}
	var failed error
	get := func(name string) (value.Value, bool) {
		n := p.Value(name)
		if n == nil || failed != nil {
			return nil, false
		}
		v, err := r.Templar.Value(ctx, scope, r.Value(n))
		if err != nil {
			failed = &Abort{Pos: n.Pos, Err: fmt.Errorf("the field '%s' has %s. The error was: %w", name, invalid(err), err)}
			return nil, false
		}
		return v, !isNone(v) && !isOmit(v)
	}
	if v, ok := get("hosts"); ok {
		w.hosts = strings.Join(texts(v), ",")
	}
	w.name = p.Name
	if p.Name == "" {
		w.name = w.hosts
	} else if name, err := r.Templar.Text(ctx, scope, value.Template{Text: p.Name, Origin: p.Pos}); err == nil {
		w.name = name
	}
	for name, to := range map[string]*string{"order": &w.order, "strategy": &w.strategy} {
		if v, ok := get(name); ok {
			*to, _ = value.ToStr(v)
		}
	}
	if v, ok := get("serial"); ok {
		w.serial = texts(v)
	}
	for name, to := range map[string]*bool{"check_mode": &w.check, "force_handlers": &w.force, "any_errors_fatal": &w.anyErrorsFatal} {
		if v, ok := get(name); ok {
			*to, _ = truth(v)
		} else if name == "check_mode" {
			w.check = r.Settings.Check
		}
	}
	if v, ok := get("gather_facts"); ok {
		b, _ := truth(v)
		w.gather = &b
	}
	if v, ok := get("max_fail_percentage"); ok {
		w.maxFail, _ = number(v)
	}
	return w, failed
}

// newCompiler makes the compiler of a play.
func (r *Runner) newCompiler(p placed, pv *variables.Play) *plan.Compiler {
	last := 0
	if r.compiler != nil {
		last = r.compiler.LastID
	}
	return &plan.Compiler{
		LastID: last,
		Loader: r.Loader, Value: r.Value, BaseDir: p.dir, Tags: r.Settings.Tags, SkipTags: r.Settings.SkipTags,
		Warn:       r.warn,
		Deprecated: func(text string) { r.Events.Emit(event.Deprecation{Text: text, Version: "2.16"}) },
		Render: func(play *plan.Play, up *plan.Context, vars *value.Dict, v value.Value) (value.Value, error) {
			scope := r.Store.New(pv, "", nil)
			scope.Context, scope.Own = up, vars
			return r.Templar.Value(context.Background(), scope, v)
		},
		ForceHandlers: func(play *playbook.Play) bool {
			if n := play.Value("force_handlers"); n != nil {
				b, _ := truth(r.Value(n))
				return b
			}
			return r.Settings.ForceHandlers
		},
	}
}

// prompts asks for the variables of vars_prompt that -e does not give.
func (r *Runner) prompts(ctx context.Context, p *playbook.Play, pv *variables.Play) error {
	n := p.Value("vars_prompt")
	if n == nil {
		return nil
	}
	pv.Prompted = value.NewDict()
	scope := r.Store.New(pv, "", nil)
	v, err := r.Templar.Value(ctx, scope, r.Value(n))
	if err != nil {
		return &Abort{Pos: n.Pos, Err: err}
	}
	if isNone(v) {
		return nil
	}
	for _, item := range items(v) {
		d, ok := item.(*value.Dict)
		if !ok || !has(d, "name") {
			return &Abort{Pos: n.Pos, Err: errors.New("Invalid vars_prompt data structure, missing 'name' key"), Code: ExitParse}
		}
		if err := r.prompt(ctx, d, pv); err != nil {
			return &Abort{Pos: n.Pos, Err: err}
		}
	}
	return nil
}

func (r *Runner) prompt(ctx context.Context, d *value.Dict, pv *variables.Play) error {
	text := func(key, def string) string {
		if v, ok := d.GetStr(key); ok && !isNone(v) {
			s, _ := value.ToStr(v)
			return s
		}
		return def
	}
	name := text("name", "")
	if r.Store.Extra != nil && has(r.Store.Extra, name) {
		return nil
	}
	private := true
	if v, ok := d.GetStr("private"); ok {
		private, _ = truth(v)
	}
	question := text("prompt", name)
	if def := text("default", ""); def != "" {
		question += " [" + def + "]"
	}
	if r.Console == nil || !r.Console.Interactive() {
		r.warn(fmt.Sprintf("Not prompting as we are not in interactive mode"))
		if v, ok := d.GetStr("default"); ok {
			pv.Prompted.SetStr(name, v)
		} else {
			pv.Prompted.SetStr(name, value.None)
		}
		return nil
	}
	answer, err := r.askTwice(ctx, question, private, flag(d, "confirm"))
	if err != nil {
		return err
	}
	if answer == "" {
		answer = text("default", "")
	}
	if scheme := text("encrypt", ""); scheme != "" {
		if answer, err = r.encrypt(ctx, pv, answer, scheme, d); err != nil {
			return err
		}
	}
	pv.Prompted.SetStr(name, value.Str(answer))
	return nil
}

func (r *Runner) askTwice(ctx context.Context, question string, private, confirm bool) (string, error) {
	for {
		answer, _, err := r.Console.Ask(ctx, question+": ", !private, 0)
		if err != nil || !confirm {
			return answer, err
		}
		again, _, err := r.Console.Ask(ctx, "confirm "+question+": ", !private, 0)
		if err != nil || again == answer {
			return answer, err
		}
		r.Events.Emit(event.Say{Text: "***** VALUES ENTERED DO NOT MATCH ****"})
	}
}

// encrypt hashes an answer as the filter password_hash does.
func (r *Runner) encrypt(ctx context.Context, pv *variables.Play, answer, scheme string, d *value.Dict) (string, error) {
	local := result("_answer", answer, "_scheme", strings.TrimSuffix(scheme, "_crypt"))
	expr := "_answer | password_hash(_scheme)"
	if v, ok := d.GetStr("salt"); ok && !isNone(v) {
		local.SetStr("_salt", v)
		expr = "_answer | password_hash(_scheme, _salt)"
	}
	v, err := r.Templar.Expr(ctx, r.Store.New(pv, "", nil).With(local), value.Template{Text: expr})
	if err != nil {
		return "", err
	}
	return value.ToStr(v)
}

// varsFiles makes the loader of a play's vars_files: names may depend on the host, and of a list of names the first that exists
// is taken.
func (r *Runner) varsFiles(p placed) func(*variables.Scope) (*value.Dict, error) {
	n := p.Value("vars_files")
	if n == nil || n.Kind == source.Null {
		return nil
	}
	entries := items(r.Value(n))
	cache := newVarsCache(r.LoadVars)
	return func(scope *variables.Scope) (*value.Dict, error) {
		out := value.NewDict()
		for _, entry := range entries {
			if err := r.varsFile(p, scope, entry, cache, out); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func (r *Runner) varsFile(p placed, scope *variables.Scope, entry value.Value, cache *varsCache, out *value.Dict) error {
	var names []string
	for _, item := range items(entry) {
		v, err := r.Templar.Value(context.Background(), scope, item)
		if err != nil {
			if isUndefined(err) && (scope.Host == "" || r.Store.Facts(scope.Host).Len() == 0) {
				return nil // what is missing may be a fact that is not gathered yet
			}
			return fmt.Errorf("an undefined variable was found when attempting to template the vars_files item '%s': %w", conditionText(item), err)
		}
		names = append(names, texts(v)...)
	}
	for _, name := range names {
		for _, path := range action.Candidates([]string{filepath.Dir(p.Path())}, p.dir, "vars", name) {
			v, err := cache.load(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			for _, item := range items(v) {
				if d, ok := item.(*value.Dict); ok {
					for k, v := range d.All() {
						out.Set(k, v)
					}
				}
			}
			return nil
		}
	}
	if scope.Host == "" {
		return nil
	}
	return fmt.Errorf("vars file %s was not found\nCould not find file on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option", strings.Join(names, ", "))
}

// Path is the file that the play stands in.
func (p placed) Path() string { return p.Pos.File }
