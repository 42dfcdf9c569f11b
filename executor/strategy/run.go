package strategy

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// verdict is how a batch of a play ended, in the bits of ansible-core's TaskQueueManager.
type verdict int

const (
	fine        verdict = 0
	failedHosts verdict = 2
	lostHosts   verdict = 4
	breakPlay   verdict = 8
	nobody      verdict = -1 // no host matched: what was before holds
)

// Run runs playbooks one after the other and returns the exit code. An error is one that no host is to blame for; what
// hosts did wrong was emitted as events.
func (r *Runner) Run(ctx context.Context, books []Playbook) (int, error) {
	r.links = newLinks(r)
	defer r.links.close()
	r.stats = newStats()
	r.failed, r.unreachable = map[string]bool{}, map[string]bool{}
	r.startAt, r.step = r.Settings.StartAt, r.Settings.Step
	r.Store.Connection = r.ofConnection
	r.tasks = map[*plan.Task]*event.Task{}
	r.run = &action.Run{Events: r.Events, Console: r.Console, LoadVars: r.LoadVars, Decrypt: r.Decrypt, Classic: r.Classic, Now: r.now, Sleep: r.sleep,
		MaxDiff: r.Settings.MaxDiff, Shell: r.Settings.Shell}
	code := fine
	for _, book := range books {
		var err error
		if code, err = r.playbook(ctx, book); err != nil {
			return exitOf(err), err
		}
		if code != fine {
			break
		}
	}
	if r.startAt != "" {
		r.Events.Emit(event.Problem{Text: fmt.Sprintf("No matching task \"%s\" found. Note: --start-at-task can only follow static includes.", r.startAt), Wrapped: true})
	}
	if ctx.Err() != nil {
		return 99, ctx.Err()
	}
	return int(code), nil
}

func exitOf(err error) int {
	if a, ok := err.(*Abort); ok && a.Code != 0 {
		return a.Code
	}
	return ExitError
}

func (r *Runner) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

func (r *Runner) sleep(ctx context.Context, d time.Duration) error {
	if r.Sleep != nil {
		return r.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (r *Runner) warn(text string) { r.Events.Emit(event.Warning{Text: text}) }

// notice is a text that -v and more show.
func (r *Runner) notice(level int, format string, args ...any) {
	if r.Settings.Verbosity >= level {
		r.Events.Emit(event.Notice{Level: level, Text: fmt.Sprintf(format, args...)})
	}
}

func (r *Runner) playbook(ctx context.Context, book Playbook) (verdict, error) {
	r.Events.Emit(event.PlaybookStart{Path: book.Parsed.Path, Check: r.Settings.Check})
	plays, err := r.flatten(book)
	if err != nil {
		return fine, err
	}
	r.notice(2, "%d plays in %s", len(plays), book.Named)
	code := fine
	for _, p := range plays {
		ended, stop, err := r.play(ctx, p)
		if err != nil {
			return ended, err
		}
		if ended != nobody {
			code = ended
		}
		if stop || ctx.Err() != nil {
			break
		}
	}
	r.writeRetry(book)
	r.Events.Emit(r.stats.event(r.Settings.Check))
	return code, nil
}

// placed is a play and the directory where its relative names start.
type placed struct {
	*playbook.Play
	dir  string
	when value.Value // of import_playbook
	tags value.Value
	vars *value.Dict
}

// flatten puts the plays of imported playbooks in the place of their imports.
func (r *Runner) flatten(book Playbook) ([]placed, error) {
	var out []placed
	for _, p := range book.Parsed.Plays {
		if p.Import == nil {
			out = append(out, placed{Play: p, dir: book.Dir})
			continue
		}
		if p.Import.Word == "include" {
			return nil, &Abort{Pos: p.Pos, Err: errors.New("'include' is not a valid attribute for a Play (write import_playbook)"), Code: ExitParse}
		}
		imported, err := r.importedBook(p, book.Dir)
		if err != nil {
			return nil, &Abort{Pos: p.Import.Pos, Err: err, Code: ExitParse}
		}
		inner, err := r.flatten(Playbook{Parsed: imported, Dir: filepath.Dir(imported.Path)})
		if err != nil {
			return nil, err
		}
		for _, in := range inner {
			in.Play = inheriting(in.Play, p)
			out = append(out, in)
		}
	}
	return out, nil
}

// importedBook is the playbook of an import. A name that is a template is rendered with -e and the import's own variables.
func (r *Runner) importedBook(p *playbook.Play, dir string) (*playbook.Playbook, error) {
	im := p.Import
	if im.Err != nil || im.Playbook != nil {
		return im.Playbook, im.Err
	}
	if !template.IsTemplate(im.Name) || r.LoadPlaybook == nil {
		return nil, fmt.Errorf("the playbook '%s' cannot be read", im.Name)
	}
	scope := r.Store.New(&variables.Play{Vars: r.dict(p.Value("vars")), Plan: &plan.Play{}}, "", nil)
	name, err := r.Templar.Text(context.Background(), scope, value.Template{Text: im.Name, Origin: im.Pos})
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	return r.LoadPlaybook(name)
}

// inheriting gives a play the tags, conditions and variables of the import that brought it.
func inheriting(p, by *playbook.Play) *playbook.Play {
	out := *p
	out.List = slices.Clone(p.List)
	for _, name := range []string{"tags", "when", "vars"} {
		w := by.Keyword(name)
		if w == nil {
			continue
		}
		own := out.Keyword(name)
		if own == nil {
			out.List = append(out.List, *w)
			continue
		}
		own.Value = joined(own.Value, w.Value)
	}
	return &out
}

// joined makes one list, or one mapping, of two nodes.
func joined(own, more *source.Node) *source.Node {
	n := *own
	if own.Kind == source.Mapping && more.Kind == source.Mapping {
		n.Pairs = append(slices.Clone(own.Pairs), more.Pairs...)
		return &n
	}
	n.Kind = source.Sequence
	n.Items = append(listNodes(more), listNodes(own)...)
	return &n
}

func listNodes(n *source.Node) []*source.Node {
	if n.Kind == source.Sequence {
		return slices.Clone(n.Items)
	}
	if n.Kind == source.String && strings.Contains(n.Text, ",") && !strings.Contains(n.Text, "{{") {
		var out []*source.Node
		for _, part := range strings.Split(n.Text, ",") {
			c := *n
			c.Text = strings.TrimSpace(part)
			out = append(out, &c)
		}
		return out
	}
	return []*source.Node{n}
}

// play runs a play over all its batches. stop tells that the playbook ends here.
func (r *Runner) play(ctx context.Context, p placed) (code verdict, stop bool, err error) {
	r.Store.PlaybookDir = p.dir
	pv := &variables.Play{Vars: r.dict(p.Value("vars"))}
	c := r.newCompiler(p, pv)
	r.compiler = c
	top := &plan.Play{Source: p.Play}
	pv.Plan = top
	if err := r.prompts(ctx, p.Play, pv); err != nil {
		return fine, true, err
	}
	words, err := r.playWords(ctx, p.Play, pv)
	if err != nil {
		return fine, true, err
	}
	pv.Name = words.name
	pv.Files = r.varsFiles(p)
	if err := r.readable(pv); err != nil {
		return fine, true, err
	}
	built, err := c.Play(p.Play)
	if err != nil {
		return fine, true, cannotArrange(err)
	}
	pv.Plan = built
	all, err := r.Inventory.Match(words.hosts, true)
	if err != nil {
		return fine, true, &Abort{Pos: p.Pos, Err: err}
	}
	if pv.All, err = r.Inventory.Match(words.hosts, true); err != nil {
		return fine, true, &Abort{Pos: p.Pos, Err: err}
	}
	order(all, words.order)
	batches, err := batches(all, words.serial)
	if err != nil {
		return fine, true, &Abort{Pos: p.Pos, Err: err}
	}
	if len(batches) == 0 {
		r.Events.Emit(event.PlayStart{Name: words.name, Check: words.check, Lockstep: words.lockstep()})
		r.Events.Emit(event.NoHostsMatched{})
		return nobody, false, nil
	}
	return r.batches(ctx, built, pv, words, batches)
}

// readable wants the vars_files of a play to be YAML, before there is a host to fail: what is wrong with one is wrong for all.
func (r *Runner) readable(pv *variables.Play) error {
	if pv.Files == nil {
		return nil
	}
	_, err := pv.Files(r.Store.New(pv, "", nil))
	var broken *source.Error
	if errors.As(err, &broken) {
		return &Abort{Err: err, Code: ExitParse}
	}
	return nil
}

// warnReserved tells of variables that are there without any host and have the name of a keyword or of a function of templates.
func (r *Runner) warnReserved(pv *variables.Play) {
	scope := r.Store.New(pv, "", nil)
	for _, name := range append(playbook.Reserved(), template.Functions()...) {
		if _, there := scope.Known(name); there {
			r.warn("Found variable using reserved name: " + name)
		}
	}
}

// cannotArrange ends a run whose play, or an include of it, cannot be arranged.
func cannotArrange(err error) *Abort {
	var broken *plan.Error
	if errors.As(err, &broken) && broken.Err == nil {
		return &Abort{Pos: broken.Pos, Err: errors.New(broken.Why), Code: ExitParse}
	}
	return &Abort{Err: err, Code: ExitParse}
}

// batches runs a play batch by batch.
func (r *Runner) batches(ctx context.Context, built *plan.Play, pv *variables.Play, words *playWords, batches [][]string) (code verdict, stop bool, err error) {
	r.warnReserved(pv)
	failedBefore, lostBefore := len(r.failed), len(r.unreachable)
	for _, hosts := range batches {
		run := r.newPlayRun(built, pv, words, hosts)
		if code, err = run.all(ctx); err != nil {
			return code, true, err
		}
		if run.it.ended {
			return code, false, nil
		}
		if code&breakPlay != 0 {
			code, stop = failedHosts, true
		}
		if len(hosts) == len(r.failed)+len(r.unreachable)-failedBefore-lostBefore {
			return code, true, nil
		}
		failedBefore, lostBefore = len(r.failed), len(r.unreachable)
		if ctx.Err() != nil {
			return code, true, nil
		}
	}
	return code, stop, nil
}

// order sorts the hosts of a play as its keyword order says.
func order(hosts []string, how string) {
	switch how {
	case "sorted":
		slices.Sort(hosts)
	case "reverse_sorted":
		slices.Sort(hosts)
		slices.Reverse(hosts)
	case "reverse_inventory":
		slices.Reverse(hosts)
	case "shuffle":
		rand.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
	}
}

// batches divides hosts as serial says: numbers or percentages, the last one repeated.
func batches(hosts []string, serial []string) ([][]string, error) {
	if len(hosts) == 0 {
		return nil, nil
	}
	if len(serial) == 0 {
		return [][]string{hosts}, nil
	}
	var out [][]string
	for i, left := 0, hosts; len(left) > 0; i++ {
		size, err := batchSize(serial[min(i, len(serial)-1)], len(hosts))
		if err != nil {
			return nil, err
		}
		if size <= 0 || size > len(left) {
			size = len(left)
		}
		out = append(out, left[:size:size])
		left = left[size:]
	}
	return out, nil
}

func batchSize(text string, of int) (int, error) {
	f, ok := number(value.Str(text))
	if !ok {
		return 0, fmt.Errorf("serial: %q is neither a number of hosts nor a percentage", text)
	}
	if !strings.HasSuffix(strings.TrimSpace(text), "%") {
		return int(f), nil
	}
	return max(1, int(f/100*float64(of))), nil
}

// writeRetry writes the hosts that failed to a file for --limit @file.
func (r *Runner) writeRetry(book Playbook) {
	if !r.Settings.RetryFiles || len(r.failed)+len(r.unreachable) == 0 {
		return
	}
	names := map[string]bool{}
	for h := range r.failed {
		names[h] = true
	}
	for h := range r.unreachable {
		names[h] = true
	}
	var hosts []string
	for h := range names {
		hosts = append(hosts, h)
	}
	slices.Sort(hosts)
	dir := firstOf(r.Settings.RetryDir, filepath.Dir(book.Parsed.Path))
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	base := filepath.Base(book.Parsed.Path)
	path := filepath.Join(dir, strings.TrimSuffix(base, filepath.Ext(base))+".retry")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		r.warn(fmt.Sprintf("Could not create retry file '%s'.\n\t%v", path, err))
		return
	}
	if err := os.WriteFile(path, []byte(strings.Join(hosts, "\n")+"\n"), 0o644); err != nil {
		r.warn(fmt.Sprintf("Could not create retry file '%s'.\n\t%v", path, err))
		return
	}
	r.Events.Emit(event.RetryFile{Path: path})
}
