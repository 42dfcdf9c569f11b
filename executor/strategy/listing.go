package strategy

import (
	"context"
	"slices"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
)

// ListedPlay is a play as --list-tasks and its like show it.
type ListedPlay struct {
	Name, Hosts   string
	Pattern       []string
	Matched, Tags []string
	Tasks         []ListedTask
}

// ListedTask is a task that would be run.
type ListedTask struct {
	Name string
	Tags []string
}

// Listing arranges the plays of a playbook without running anything. What is included while a play runs is not in it.
func (r *Runner) Listing(book Playbook) ([]ListedPlay, error) {
	plays, err := r.flatten(book)
	if err != nil {
		return nil, err
	}
	var out []ListedPlay
	for _, p := range plays {
		listed, err := r.listed(p)
		if err != nil {
			return nil, err
		}
		out = append(out, *listed)
	}
	return out, nil
}

func (r *Runner) listed(p placed) (*ListedPlay, error) {
	r.Store.PlaybookDir = p.dir
	pv := &variables.Play{Vars: r.dict(p.Value("vars")), Plan: &plan.Play{Source: p.Play}}
	words, err := r.playWords(context.Background(), p.Play, pv)
	if err != nil {
		return nil, err
	}
	c := r.newCompiler(p, pv)
	built, err := c.Play(p.Play)
	if err != nil {
		return nil, &Abort{Err: err, Code: ExitParse}
	}
	pv.Plan = built
	out := &ListedPlay{Name: words.name, Hosts: words.hosts, Pattern: []string{words.hosts}}
	if out.Matched, err = r.Inventory.Match(words.hosts, true); err != nil {
		return nil, &Abort{Pos: p.Pos, Err: err}
	}
	out.Tags = texts(built.Top.Word("tags"))
	for _, b := range built.Blocks {
		for _, t := range b.Tasks() {
			if t.Implicit {
				continue
			}
			tags, err := c.TagsOf(t)
			if err != nil {
				return nil, err
			}
			slices.Sort(tags)
			name := ""
			if t.Name != nil {
				name = conditionText(t.Name)
			}
			out.Tasks = append(out.Tasks, ListedTask{Name: t.Label(name), Tags: tags})
		}
	}
	return out, nil
}
