package facts

import (
	"maps"
	"math"
)

// run is what the plays of one playbook leave to those after them: accounts and packages on the servers, results and facts in
// memory. Which hosts two plays share is seldom in the text: what an earlier play made counts as made.
type run struct {
	made map[thing]bool
	// dirs are directories that are there, filled those whose content may be anything, in the form of lineage.
	dirs, filled map[string]bool
	// opaque tells that an earlier play may have made anything.
	opaque bool
	// answers are the variables that earlier plays set from a look at the target.
	answers map[string]bool
	// runtime are all variables that earlier plays set.
	runtime map[string]bool
}

func newRun() *run {
	return &run{made: map[thing]bool{}, dirs: map[string]bool{}, filled: map[string]bool{}, answers: map[string]bool{}, runtime: map[string]bool{}}
}

// scope puts what earlier plays set on top of what is written in files.
func (r *run) scope(outer *scope) *scope {
	if len(r.runtime) == 0 {
		return outer
	}
	return &scope{parent: outer, runtime: maps.Clone(r.runtime)}
}

// began takes over the variables of the play before.
func (r *run) began(earlier *Play) {
	if earlier != nil {
		maps.Copy(r.runtime, earlier.runtime)
	}
}

// provides tells that an earlier play has made a thing.
func (r *run) provides(n thing) bool {
	if r.opaque || r.made[n] || n.kind == "group" && r.made[thing{"user", n.name}] {
		return true
	}
	if n.kind != "dir" {
		return false
	}
	paths := lineage(n.name)
	for _, path := range paths {
		if r.filled[path] {
			return true
		}
	}
	return len(paths) > 0 && r.dirs[paths[len(paths)-1]]
}

// provided takes over what a play has made.
func (r *run) provided(p *Play, made *provisions) {
	for n := range made.made {
		r.made[n] = true
	}
	for path := range made.at {
		r.dirs[path] = true
	}
	for path := range made.below {
		r.dirs[path] = true
	}
	for _, t := range p.Tasks {
		for _, w := range t.writes {
			if paths := lineage(w.Path); w.Container && len(paths) > 0 {
				r.filled[paths[len(paths)-1]] = true
			}
		}
	}
	r.opaque = r.opaque || p.Opaque || made.opaque != math.MaxInt
}

// answered takes over what a play has learned.
func (r *run) answered(regs registers) {
	for root, defs := range regs {
		if last := defs[len(defs)-1]; last.answers(name{root: root}, regs) {
			r.answers[root] = true
		}
	}
}
