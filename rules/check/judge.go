package check

import (
	"context"
	"fmt"
	"strings"

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
	model      *facts.Model
	settings   *settings.Settings
	everything bool
	rules      map[string]report.Rule
	lines      lineStarts

	batch    []engine.Candidate
	findings []rules.Finding
}

// batchSize is how many units are judged together. Each batch compiles the rules that it needs.
const batchSize = 3000

// wanted tells whether a rule is not switched off: by itself, or by its category unless it is set by itself.
func (j *judge) wanted(meta engine.Meta) bool {
	if own := j.settings.Rules[meta.ID].Level; own != "" {
		return own != settings.Off
	}
	category, _, _ := strings.Cut(meta.ID, "/")
	return j.settings.Rules[category].Level != settings.Off
}

func (j *judge) all() ([]rules.Finding, error) {
	for i := range j.sets {
		j.sets[i] = j.sets[i].Only(j.wanted)
	}
	for _, p := range j.model.Plays {
		for _, t := range j.builder.Analyse(p) {
			j.batch = append(j.batch, engine.Candidate{ID: t.ID, Module: t.Module, Programs: t.Programs(), Flags: t.Flags(), Term: t.Term()})
		}
		if p.Play != nil {
			j.batch = append(j.batch, engine.Candidate{ID: p.ID, Module: "play", Flags: []string{"play"}, Term: p.Term()})
		}
		j.builder.Release(p) // the terms hold what rules read
		if len(j.batch) >= batchSize {
			if err := j.evaluate(); err != nil {
				return nil, err
			}
		}
	}
	err := j.evaluate()
	return j.findings, err
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
			j.findings = append(j.findings, finding(v, meta, j.model, j.lines))
			j.rules[meta.ID] = report.Rule{Title: meta.Title, Why: meta.Why, Level: meta.Level, Docs: docs(meta.ID)}
		}
	}
	j.batch = nil
	return nil
}
