package verify

import "time"

// meter works out how far a verification is. What has been timed once tells how long its like will take.
type meter struct {
	doing  string
	deploy time.Duration // a reset, a first run, and two looks at the target
	noop   time.Duration // a run that finds everything done, and a look
	walk   time.Time     // when the walk began
	ways   int           // to interruptions of an undisturbed run, and how long they took together
	away   time.Duration

	since time.Time // when left was worked out
	left  time.Duration
	known bool
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
		p.Left = max(m.left-v.Now().Sub(m.since), 0)
		p.Done = float64(p.Took) / float64(max(p.Took+p.Left, 1))
	}
	v.Progress(p)
}

// estimate sets the time left from now on.
func (m *meter) estimate(v *verifier, left time.Duration) {
	m.left, m.since, m.known = left, v.Now(), true
	m.show(v)
}

// deployed is called after the first deployment, when no second run has been timed: most of them take a tenth.
func (m *meter) deployed(v *verifier) {
	m.deploy = v.Now().Sub(v.start)
	m.noop = m.deploy / 10
	m.estimate(v, m.noop+m.deploy+m.prefixes(v)+m.drifting(v))
}

// repeated is called after the second run.
func (m *meter) repeated(v *verifier) {
	m.noop = v.Now().Sub(v.start) - m.deploy
	m.estimate(v, m.deploy+m.prefixes(v)+m.drifting(v))
}

// prefixes is how long all of them will take, if none is in doubt.
func (m *meter) prefixes(v *verifier) time.Duration {
	list := v.interruptions(sample(len(v.points), v.Prefixes))
	switch {
	case len(list) == 0:
		return 0
	case v.Exact:
		return time.Duration(len(list)) * m.exact()
	}
	return m.deploy + m.legs(v, list) + m.noop
}

// legs is how long the runs of a walk take to some interruptions: each finds done what is before its last task.
func (m *meter) legs(v *verifier, list []interruption) (sum time.Duration) {
	for _, i := range list {
		sum += m.noop * time.Duration(i.k) / time.Duration(len(v.points))
	}
	return sum
}

// exact is how long a prefix takes to the letter: a deployment in two halves, and the state found out anew.
func (m *meter) exact() time.Duration { return m.deploy + m.noop/2 }

// reached is called after a way to where an interruption leaves an undisturbed run.
func (m *meter) reached(took time.Duration) {
	m.ways++
	m.away += took
}

// alone is how long a prefix takes that is tried on its own.
func (m *meter) alone() time.Duration {
	if m.ways == 0 {
		return m.exact()
	}
	return m.away/time.Duration(m.ways) + m.noop
}

// walked is called after each interruption of a walk. Those that are in doubt will be tried on their own.
func (m *meter) walked(v *verifier, w *walker, done int) {
	rest := m.legs(v, w.list[done:])
	if spent, expected := v.Now().Sub(m.walk)-m.away, m.legs(v, w.list[:done]); done > len(w.list)/8 && spent > expected {
		rest = time.Duration(float64(rest) * float64(spent) / float64(max(expected, 1)))
	}
	m.estimate(v, rest+m.noop+time.Duration(len(w.doubts))*m.alone()+m.drifting(v))
}

// doubt is called after each prefix that was tried on its own.
func (m *meter) doubt(v *verifier, done, all int) {
	m.estimate(v, time.Duration(all-done)*m.alone()+m.drifting(v))
}

// drifting is how long drift takes; how much of it there is shows only then.
func (m *meter) drifting(v *verifier) time.Duration {
	if !v.Drift {
		return 0
	}
	return 2*m.deploy + 10*m.noop
}

func (m *meter) drift(v *verifier, done, all int) {
	m.estimate(v, time.Duration(all-done)*m.noop)
}

func (m *meter) end(v *verifier) {
	m.doing = "done"
	m.estimate(v, 0)
}
