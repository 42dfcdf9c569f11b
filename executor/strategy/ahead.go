package strategy

import (
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// early is a reply that came before its task's turn, and the preparation that it belongs to.
type early struct {
	p *prepared
	d *value.Dict
}

// ahead is what a job sent ahead.
type ahead struct{ replies map[*plan.Task]*early }

// early takes the reply that waits for a task, if there is one.
func (p *playRun) early(host string, t *plan.Task) *early { return nil }

// following are tasks that may be sent with a task.
func (p *playRun) following(host string, t *plan.Task) []*plan.Task { return nil }

// keepEarly remembers what a job sent ahead.
func (p *playRun) keepEarly(o *outcome) {}
