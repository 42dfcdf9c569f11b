package strategy

import (
	"context"
	"fmt"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// share is a task's part in a batch: its calls, and where their replies go. Either the target does all of them or none: a failure
// ends the batch after the task that has it.
type share struct {
	task     *plan.Task
	calls    []wire.Call
	contents blobs
	// replies come in the calls' order, nil for one whose condition did not hold; closed after the last. Without any, the task was not run.
	replies  chan *value.Dict
	answered int
}

// add adds the call of an execution that is prepared up to its step.
func (s *share) add(j *job, p *prepared) error {
	call, contents, err := j.wire(p, p.step.Request)
	if err != nil {
		return err
	}
	for k, b := range contents {
		s.contents[k] = b
	}
	call.StopOnFailure = !p.ignoreErrors && !neverFails(j.task)
	call.If = p.given
	s.calls = append(s.calls, call)
	return nil
}

// take hands on what the target says about one of the calls.
func (s *share) take(reply wire.Reply) {
	if s.answered == len(s.calls) {
		return
	}
	switch {
	case reply.Skipped:
		s.replies <- nil
	case !reply.NotRun:
		s.replies <- fromReply(reply)
	}
	if s.answered++; s.answered == len(s.calls) {
		close(s.replies)
	}
}

// end closes what was not answered; of those sent ahead it says why.
func (s *share) end(err error) {
	if s.answered == len(s.calls) {
		return
	}
	for ; err != nil && s.answered < len(s.calls); s.answered++ {
		s.replies <- failure(err)
	}
	s.answered = len(s.calls)
	close(s.replies)
}

// exchangeAhead sends a task's calls with those that go ahead, and gives its own replies to each as they come. The error tells why some are missing.
func (j *job) exchangeAhead(ctx context.Context, t *target, own *share, with []*early, each func(*value.Dict)) error {
	shares := []*share{own}
	j.ahead.tasks = map[*plan.Task]*early{}
	for _, e := range with {
		shares = append(shares, e.share)
		j.ahead.tasks[e.task] = e
	}
	var calls []wire.Call
	var owners []*share
	contents := blobs{}
	for _, s := range shares {
		s.replies = make(chan *value.Dict, len(s.calls))
		for i, call := range s.calls {
			call.ID, call.Within = uint32(len(calls)), i+1 < len(s.calls)
			calls, owners = append(calls, call), append(owners, s)
		}
		for k, b := range s.contents {
			contents[k] = b
		}
	}
	ended := make(chan error, 1)
	go func() {
		err := j.r.links.send(ctx, t, calls, contents, func(reply wire.Reply) {
			if int(reply.ID) < len(owners) {
				owners[reply.ID].take(reply)
			}
		})
		own.end(nil)
		for _, e := range with {
			e.end(err)
		}
		if err == nil {
			err = &connection.Unreachable{Host: t.name, Stage: connection.StageLost, Why: "the target did not answer"}
		}
		ended <- err
	}()
	for range own.calls {
		d, ok := <-own.replies
		if !ok {
			return <-ended
		}
		each(d)
	}
	return nil
}

// useEarly takes the replies that came ahead; false where the task was not run.
func (j *job) useEarly(out *outcome) bool {
	first, ran := <-j.early.replies
	if out.stopped = !ran; !ran || first == nil { // nor was what was sent behind it; or it was left out, as it will be now
		return false
	}
	if run, err := j.asDecided(); !run {
		out.dict, out.raised = failure(err), true
		return true
	}
	if j.early.loop != nil {
		j.early.loop.resume(j, out, first, j.early.replies)
		return true
	}
	p := j.early.p
	p.call.Task = j.shown.Name
	p.final = j.judge(p, j.finish(p, first), 0)
	out.dict = p.final
	out.take(p)
	j.note(p)
	return true
}

// asDecided tells that a task that was done on the target's word would be done on the controller's, too. It is never otherwise, unless one of the two is wrong.
func (j *job) asDecided() (bool, error) {
	p := j.early.p
	if loop := j.early.loop; loop != nil {
		p = loop.firstSent().prepared
	}
	if len(p.given) == 0 {
		return true, nil
	}
	run, err := j.conditions(p.scope)
	if err == nil && !run {
		err = fmt.Errorf("the target took the condition '%s' for true, which it is not: this is a fault of pylint-deploy%s", conditionText(j.task.Word("when")), whereIs(j.task))
	}
	return run && err == nil, err
}
