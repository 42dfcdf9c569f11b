package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/facts"
	"pylint-deploy/rules/report"
	"pylint-deploy/rules/settings"
)

// judge asks sets of rules about a model, some plays at a time: facts and terms of a whole organisation's playbooks need not be in
// memory at once.
type judge struct {
	ctx        context.Context
	sets       []*engine.Set
	builder    *facts.Builder
	settings   *settings.Settings
	everything bool
	rules      map[string]report.Rule
	tasks      map[source.Pos]*playbook.Task // all that were met
	lines      lineIndex

	batch    []engine.Candidate
	units    []judged // that a verdict may name, ordered by id
	current  int      // where those of the play in hand begin
	findings []rules.Finding
	wants    func(rules.Finding) bool
	once     map[onceKey]*onceFor
}

// onceKey is what one finding stands for, onceFor the finding and all its places.
type (
	onceKey struct{ rule, what string }
	onceFor struct {
		at     int
		places map[source.Pos]bool
	}
)

// judged is what an id means: a task or a play. Both are nil for a role or file of tasks that is no play.
type judged struct {
	id   int
	task *playbook.Task
	play *playbook.Play
}

func unit(units []judged, id int) (judged, bool) {
	i, ok := slices.BinarySearchFunc(units, id, func(u judged, id int) int { return u.id - id })
	if !ok {
		return judged{}, false
	}
	return units[i], true
}

// batchSize is how many units are judged together: more would fill the memory with terms, fewer would load the rules more often.
const batchSize = 512

// wanted tells whether a rule is not switched off: by itself, or by its category unless it is set by itself.
func (j *judge) wanted(id string) bool {
	if own := j.settings.Rules[id].Level; own != "" {
		return own != settings.Off
	}
	category, _, _ := strings.Cut(id, "/")
	return j.settings.Rules[category].Level != settings.Off
}

func (j *judge) all() ([]rules.Finding, error) {
	for i := range j.sets {
		j.sets[i] = j.sets[i].Only(j.wanted)
	}
	for p := range j.builder.Plays() {
		if err := j.take(p); err != nil {
			return nil, err
		}
	}
	err := j.evaluate()
	for _, o := range j.once {
		if n := len(o.places); n > 1 {
			j.findings[o.at].Message += fmt.Sprintf(" (%d tasks)", n)
		}
	}
	return j.findings, err
}

// found enters a finding, or the further place of one that stands for several.
func (j *judge) found(f rules.Finding, once string) {
	if once != "" && j.wants(f) {
		key := onceKey{f.Rule, once}
		if o := j.once[key]; o != nil {
			o.places[f.Pos] = true
			return
		}
		if j.once == nil {
			j.once = map[onceKey]*onceFor{}
		}
		j.once[key] = &onceFor{at: len(j.findings), places: map[source.Pos]bool{f.Pos: true}}
	}
	j.findings = append(j.findings, f)
}

// take puts a play into the batch, and has the batch judged when it is full. Terms hold what rules read; of the play itself nothing is
// kept.
func (j *judge) take(p *facts.Play) error {
	j.current = len(j.units)
	for _, t := range p.All {
		j.tasks[t.Visit.Task.Pos] = t.Visit.Task
		j.units = append(j.units, judged{id: t.ID, task: t.Visit.Task})
	}
	j.units = append(j.units, judged{id: p.ID, play: p.Play})
	for _, t := range p.New {
		if err := j.add(engine.Candidate{ID: t.ID, Module: t.Module, Programs: t.Programs(), Flags: t.Flags(), Term: t.Term()}); err != nil {
			return err
		}
	}
	if p.Play != nil {
		return j.add(engine.Candidate{ID: p.ID, Module: "play", Flags: []string{"play"}, Term: p.Term()})
	}
	return nil
}

func (j *judge) add(c engine.Candidate) error {
	if j.batch = append(j.batch, c); len(j.batch) < batchSize {
		return nil
	}
	return j.evaluate()
}

// evaluate asks all sets about the batch.
func (j *judge) evaluate() error {
	for _, set := range j.sets {
		in := engine.Input{Tasks: j.batch, Options: j.settings.Options, All: j.everything, Limit: userLimit}
		violations, err := set.Evaluate(j.ctx, in)
		if err != nil {
			return fmt.Errorf("evaluating rules: %w", err)
		}
		for _, v := range violations {
			meta, _ := set.Rule(v.Rule)
			j.found(finding(v, meta, j.units, j.lines), v.Once)
			j.rules[meta.ID] = report.Rule{Title: meta.Title, Why: meta.Why, Level: meta.Level, Docs: meta.Page}
		}
	}
	clear(j.batch)
	j.batch = j.batch[:0]
	j.units, j.current = slices.Delete(j.units, 0, j.current), 0
	return nil
}
