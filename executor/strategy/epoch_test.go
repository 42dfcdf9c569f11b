package strategy

import (
	"strings"
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
		"pip":                  {[]done{{"ansible.builtin.pip", false, 0}}, true},
		"what pip installed":   {[]done{{"ansible.builtin.pip", true, 0}}, false},
		"a wait for somebody":  {[]done{{"ansible.builtin.wait_for", false, 0}}, false},
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

// TestEpochsInOneBatch: a command between two refreshes that are sent together counts where it is done, unless a condition keeps it from that; here it
// counts only once it is known to have been done.
func TestEpochsInOneBatch(t *testing.T) {
	const apt, shell = "ansible.builtin.apt", "ansible.builtin.shell"
	for name, c := range map[string]struct {
		reply wire.Reply
		same  bool
	}{
		"done":           {wire.Reply{ID: 2, Result: map[string]any{"changed": false}}, false},
		"left out":       {wire.Reply{ID: 2, Skipped: true}, true},
		"not got around": {wire.Reply{ID: 2, NotRun: true}, true},
	} {
		m := newEpochs(false)
		calls := []wire.Call{{ID: 1, Module: apt}, {ID: 2, Module: shell, If: []any{"is", "x"}}, {ID: 3, Module: apt}}
		take := m.watch(calls, func(wire.Reply) {})
		if calls[0].Epoch != calls[2].Epoch || calls[0].Counts != wire.IfChanged || calls[1].Counts != wire.Always {
			t.Errorf("%s: sent as %+v: want one number, and the command alone as what the target counts", name, calls)
		}
		take(c.reply)
		if after := numbers(m, wire.Call{Module: apt}); (after[0] == calls[0].Epoch) != c.same {
			t.Errorf("%s: %d in the batch, %d after it", name, calls[0].Epoch, after[0])
		}
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

// TestEpochsGoByTheCommand: which commands never count is asked with what the target will run, and only where sh or its like runs it.
func TestEpochsGoByTheCommand(t *testing.T) {
	const shell, command = "ansible.builtin.shell", "ansible.builtin.command"
	for name, c := range map[string]struct {
		module string
		args   map[string]any
		asked  string
		want   wire.Counting
	}{
		"a shell":           {shell, map[string]any{"_raw_params": "cd x; pip install ."}, "cd x; pip install . (shell)", wire.Never},
		"words":             {command, map[string]any{"_raw_params": "pip install ."}, "pip install .", wire.Never},
		"a list of words":   {command, map[string]any{"argv": []any{"pip", "install", "it's"}}, `'pip' 'install' 'it'"'"'s' (shell)`, wire.Never},
		"bash":              {shell, map[string]any{"_raw_params": "pip install .", "executable": "/bin/bash"}, "pip install . (shell)", wire.Never},
		"another language":  {shell, map[string]any{"_raw_params": "pip install .", "executable": "/usr/bin/perl"}, "", wire.Always},
		"another command":   {shell, map[string]any{"_raw_params": "dput mirror x.changes"}, "dput mirror x.changes (shell)", wire.Always},
		"no command at all": {"ansible.builtin.script", map[string]any{"_raw_params": "pip install ."}, "", wire.Always},
	} {
		asked := ""
		m := newEpochs(false)
		m.inward = func(line string, shell bool) bool {
			asked = line
			if shell {
				asked += " (shell)"
			}
			return strings.Contains(line, "pip")
		}
		calls := []wire.Call{{Module: c.module, Args: c.args}}
		m.watch(calls, func(wire.Reply) {})
		if asked != c.asked || calls[0].Counts != c.want {
			t.Errorf("%s: asked about %q, counts as %d, want %q and %d", name, asked, calls[0].Counts, c.asked, c.want)
		}
	}
}
