package output

import (
	"fmt"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// minimal is the screen of ad hoc commands: a result a host, commands with their output below (callbacks minimal and oneline).
type minimal struct {
	*screen
	one bool
}

func newMinimal(o Options, one bool) *minimal { return &minimal{newScreen(o), one} }

// commands are the modules whose output is shown as it is.
var commands = []string{"command", "shell", "raw", "script", "ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.raw", "ansible.builtin.script"}

// Emit implements event.Sink.
func (m *minimal) Emit(e event.Event) {
	if m.messages(e) {
		return
	}
	r, ok := e.(event.Result)
	if !ok {
		return
	}
	if r.ShowDiff && r.Status == event.OK && !m.one {
		m.diffAlone(r.Dict)
	}
	if m.one {
		m.oneLine(&r)
		return
	}
	m.host(&r)
}

// verdict is the word for a result and its colour.
func verdict(r *event.Result) (string, color) {
	switch {
	case r.Status == event.Failed:
		return "FAILED!", colorError
	case r.Status == event.Unreachable:
		return "UNREACHABLE!", colorUnreach
	case r.Status == event.Skipped:
		return "SKIPPED", colorSkip
	case r.Changed():
		return "CHANGED", colorChanged
	}
	return "SUCCESS", colorOK
}

func (m *minimal) host(r *event.Result) {
	word, c := verdict(r)
	m.exception(r.Dict)
	res := m.warnings(forDebug(r.Task.Action, r.Dict))
	if m.isCommand(r) {
		m.line(commandText(r.Host, strings.TrimSuffix(word, "!"), res), c)
		return
	}
	m.line(fmt.Sprintf("%s | %s => %s", r.Host, word, toJSON(m.abridged(res), true)), c)
}

func (m *minimal) isCommand(r *event.Result) bool {
	if _, parsed := r.Dict.GetStr("module_stderr"); parsed || r.Status == event.Unreachable || r.Status == event.Skipped {
		return false
	}
	_, hasRC := r.Dict.GetStr("rc")
	return hasRC && contains(commands, r.Task.Action)
}

// abridged hides what the verbosity hides.
func (m *minimal) abridged(res *value.Dict) *value.Dict {
	if m.Verbosity < 3 {
		return result(res, "exception", "invocation", "diff")
	}
	return result(res, "exception")
}

// commandText is a command's output as it was written.
func commandText(host, word string, res *value.Dict) string {
	rc := text(res, "rc")
	if rc == "" {
		rc = "-1"
	}
	return fmt.Sprintf("%s | %s | rc=%s >>\n%s%s%s\n", host, word, rc, text(res, "stdout"), text(res, "stderr"), text(res, "msg"))
}

func (m *minimal) oneLine(r *event.Result) {
	word, c := verdict(r)
	if r.Status == event.Skipped {
		m.line(r.Host+" | SKIPPED", c)
		return
	}
	if m.isCommand(r) {
		flat := strings.NewReplacer("\n", "\\n", "\r", "\\r")
		line := fmt.Sprintf("%s | %s | rc=%s | (stdout) %s", r.Host, strings.TrimSuffix(word, "!"), text(r.Dict, "rc"), flat.Replace(text(r.Dict, "stdout")))
		if stderr := text(r.Dict, "stderr"); stderr != "" {
			line += " (stderr) " + flat.Replace(stderr)
		}
		m.line(line, c)
		return
	}
	m.line(fmt.Sprintf("%s | %s => %s", r.Host, word, toJSON(m.abridged(r.Dict), false)), c)
}

// diffAlone shows a diff without a task's banner.
func (m *minimal) diffAlone(res *value.Dict) {
	quiet := &event.Task{ID: m.banner}
	m.diff(quiet, res)
}
