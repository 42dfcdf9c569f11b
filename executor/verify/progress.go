package verify

import "time"

// meter works out how far a verification is. What has been timed once tells how long its like will take.
type meter struct {
	doing      string
	deploy     time.Duration
	phaseStart time.Time
	left       time.Duration
	known      bool
}

// doing tells what is being done.
func (v *verifier) doing(what string) {
	v.meter.doing = what
	v.meter.show(v)
}

func (m *meter) show(v *verifier) {
	if v.Progress == nil {
		return
	}
	p := Progress{Doing: m.doing, Took: v.Now().Sub(v.start), Left: -1}
	if m.known {
		p.Left = max(m.left-v.Now().Sub(m.phaseStart), 0)
		p.Done = float64(p.Took) / float64(max(p.Took+p.Left, 1))
	}
	v.Progress(p)
}

// estimate sets the time left from now on.
func (m *meter) estimate(v *verifier, left time.Duration) {
	m.left, m.phaseStart, m.known = left, v.Now(), true
	m.show(v)
}

// plan is called after the first deployment: reset, run and captures have been timed together.
func (m *meter) plan(v *verifier) {
	m.deploy = v.Now().Sub(v.start)
	left := m.deploy
	if n := len(sample(len(v.points), v.Prefixes)); n > 0 {
		if v.Exact {
			left += time.Duration(n) * 3 * m.deploy / 2
		} else {
			left += 2*m.deploy + time.Duration(n)*time.Second
		}
	}
	if v.Drift {
		left += 2 * m.deploy
	}
	m.estimate(v, left)
}

// prefix is called after each prefix of a walk: done of all, with some doubts so far.
func (m *meter) prefix(v *verifier, done, all, doubts int) {
	if done == 1 {
		m.phaseStart = v.Now()
	}
	rest := time.Duration(all-done) * time.Second
	m.estimate(v, rest+time.Duration(doubts)*3*m.deploy/2+m.drifting(v))
}

// doubt is called after each prefix that was tried to the letter.
func (m *meter) doubt(v *verifier, done, all int) {
	m.estimate(v, time.Duration(all-done)*3*m.deploy/2+m.drifting(v))
}

func (m *meter) drifting(v *verifier) time.Duration {
	if !v.Drift {
		return 0
	}
	return 2 * m.deploy
}

func (m *meter) drift(v *verifier, done, all int) {
	m.estimate(v, time.Duration(all-done)*2*time.Second)
}

func (m *meter) end(v *verifier) {
	m.doing = "done"
	m.estimate(v, 0)
}
