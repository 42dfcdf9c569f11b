package strategy

import (
	"testing"

	"pylint-deploy/executor/agent/wire"
)

// TestEpochs runs pairs of refreshes with something in between, and tells whether the second may be answered from the first.
func TestEpochs(t *testing.T) {
	const apt = "ansible.builtin.apt"
	type done struct {
		module  string
		changed bool
		async   int
	}
	for name, c := range map[string]struct {
		between []done
		same    bool
	}{
		"nothing":              {nil, true},
		"a look":               {[]done{{"ansible.builtin.stat", false, 0}}, true},
		"a file as it was":     {[]done{{"ansible.builtin.copy", false, 0}, {"ansible.builtin.template", false, 0}}, true},
		"a file written":       {[]done{{"ansible.builtin.copy", true, 0}}, false},
		"a service restarted":  {[]done{{"ansible.builtin.service", true, 0}}, false},
		"a command":            {[]done{{"ansible.builtin.command", false, 0}}, false},
		"pip":                  {[]done{{"ansible.builtin.pip", false, 0}}, false},
		"a module unheard of":  {[]done{{"community.general.whatever", false, 0}}, false},
		"a background command": {[]done{{"ansible.builtin.command", false, 60}}, false},
	} {
		m := newEpochs(false)
		first := numbers(m, wire.Call{Module: apt})
		for _, d := range c.between {
			calls := []wire.Call{{Module: d.module, AsyncSeconds: d.async}}
			m.watch(calls, func(wire.Reply) {})(wire.Reply{Result: map[string]any{"changed": d.changed}})
		}
		second := numbers(m, wire.Call{Module: apt})
		if same := first[0] == second[0] && second[0] != 0; same != c.same {
			t.Errorf("%s: %d, then %d", name, first[0], second[0])
		}
	}
}

// TestEpochsInOneBatch: a command between two refreshes counts before its reply is there.
func TestEpochsInOneBatch(t *testing.T) {
	n := numbers(newEpochs(false), wire.Call{Module: "ansible.builtin.apt"}, wire.Call{ID: 1, Module: "ansible.builtin.stat"},
		wire.Call{ID: 2, Module: "ansible.builtin.apt"}, wire.Call{ID: 3, Module: "ansible.builtin.shell"}, wire.Call{ID: 4, Module: "ansible.builtin.apt"})
	if n[0] != n[2] || n[2] == n[4] {
		t.Errorf("numbers %v: the second is as good as the first, the third is not", n)
	}
}

// TestEpochsOff: with --no-coalesce no call has a number, nor after a job was sent to the background.
func TestEpochsOff(t *testing.T) {
	if n := numbers(newEpochs(true), wire.Call{Module: "ansible.builtin.apt"}); n[0] != 0 {
		t.Errorf("number %d although it is off", n[0])
	}
	m := newEpochs(false)
	numbers(m, wire.Call{Module: "ansible.builtin.copy", AsyncSeconds: 5})
	if n := numbers(m, wire.Call{Module: "ansible.builtin.apt"}); n[0] != 0 {
		t.Errorf("number %d although a job may be running", n[0])
	}
}

// numbers sends calls together.
func numbers(m *epochs, calls ...wire.Call) []uint64 {
	m.watch(calls, func(wire.Reply) {})
	var out []uint64
	for _, c := range calls {
		out = append(out, c.Epoch)
	}
	return out
}
