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

func newMinimal(o Options, one bool) *minimal { return &minimal{newScreen(o, nil), one} }

// commands are the modules whose output is shown as it is.
var commands = []string{"command", "shell", "raw", "script", "ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.raw", "ansible.builtin.script",
	"ansible.legacy.command", "ansible.legacy.shell", "ansible.legacy.raw", "ansible.legacy.script"}

// Emit implements event.Sink.
func (m *minimal) Emit(e event.Event) {
	if m.messages(e) {
		return
	}
	r, ok := e.(event.Result)
	switch {
	case !ok:
	case r.Status == event.Skipped:
		m.line(r.Host+" | SKIPPED", colorSkip)
	case m.one:
		m.oneLine(&r)
	default:
		m.host(&r)
	}
}

// verdict is the word for a result and its colour.
func verdict(r *event.Result) (string, color) {
	switch {
	case r.Status == event.Failed:
		return "FAILED", colorError
	case r.Changed():
		return "CHANGED", colorChanged
	}
	return "SUCCESS", colorOK
}

func (m *minimal) host(r *event.Result) {
	if r.ShowDiff && r.Status == event.OK {
		m.diffAlone(r.Dict)
	}
	if r.Status == event.Unreachable {
		m.line(fmt.Sprintf("%s | UNREACHABLE! => %s", r.Host, m.spread(r.Dict)), colorUnreach)
		return
	}
	word, c := verdict(r)
	res := r.Dict
	if r.Status == event.Failed {
		m.exception(res)
	} else {
		res = forDebug(r.Task.Action, res)
	}
	res = m.warnings(res)
	if showsOutput(r) {
		m.line(commandText(r.Host, word, res), c)
		return
	}
	if r.Status == event.Failed {
		word += "!"
	}
	m.line(fmt.Sprintf("%s | %s => %s", r.Host, word, m.spread(res)), c)
}

// showsOutput tells whether a result is shown as a command's output.
func showsOutput(r *event.Result) bool {
	sign := "ansible_job_id"
	if r.Status == event.Failed {
		sign = "module_stderr"
	}
	_, other := r.Dict.GetStr(sign)
	return !other && contains(commands, r.Task.Action)
}

// spread is a result on several lines, unless that was forbidden.
func (m *minimal) spread(res *value.Dict) string {
	if m.ResultFormat != "yaml" && (m.Pretty == nil || *m.Pretty) {
		return toJSON(m.abridged(res), true)
	}
	return m.screen.dump(res)
}

// returned is the exit code of a command.
func returned(res *value.Dict) string {
	if _, ok := res.GetStr("rc"); !ok {
		return "-1"
	}
	return text(res, "rc")
}

// commandText is a command's output as it was written.
func commandText(host, word string, res *value.Dict) string {
	return fmt.Sprintf("%s | %s | rc=%s >>\n%s%s%s\n", host, word, returned(res), text(res, "stdout"), text(res, "stderr"), text(res, "msg"))
}

// oneLine is the callback oneline, which shows all of a failure and only the message of a lost host.
func (m *minimal) oneLine(r *event.Result) {
	if r.Status == event.Unreachable {
		m.line(fmt.Sprintf("%s | UNREACHABLE!: %s", r.Host, text(r.Dict, "msg")), colorUnreach)
		return
	}
	word, c := verdict(r)
	switch {
	case r.Status == event.Failed:
		m.trouble(r)
		word += "!"
	case showsOutput(r):
		m.line(commandLine(r, word), c)
		return
	}
	m.line(fmt.Sprintf("%s | %s => %s", r.Host, word, m.flat(r.Dict)), c)
}

// trouble is what oneline says of a traceback.
func (m *minimal) trouble(r *event.Result) {
	trace := text(r.Dict, "exception")
	switch {
	case trace == "":
	case showsOutput(r):
		m.line(commandLine(r, "FAILED"), colorError)
	case m.Verbosity < 3:
		lines := strings.Split(strings.TrimSpace(trace), "\n")
		m.line("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: "+lines[len(lines)-1], colorError)
	default:
		m.line("An exception occurred during task execution. The full traceback is:\n"+strings.ReplaceAll(trace, "\n", ""), colorError)
	}
}

// flat is a result on one line, as json.dumps with breaks but no indent gives it once the breaks are gone.
func (m *minimal) flat(res *value.Dict) string {
	columns := 0
	if m.Verbosity > 2 || event.Flag(res, "_ansible_verbose_always") {
		columns = 4
	}
	return strings.ReplaceAll(jsonOverLines(m.abridged(res), columns), "\n", "")
}

// commandLine is a command's output on one line.
func commandLine(r *event.Result, word string) string {
	flat := strings.NewReplacer("\n", "\\n", "\r", "\\r")
	line := fmt.Sprintf("%s | %s | rc=%s | (stdout) %s", r.Host, word, returned(r.Dict), flat.Replace(text(r.Dict, "stdout")))
	if stderr := text(r.Dict, "stderr"); stderr != "" {
		line += " (stderr) " + flat.Replace(stderr)
	}
	return line
}

// diffAlone shows a diff without a task's banner.
func (m *minimal) diffAlone(res *value.Dict) {
	quiet := &event.Task{ID: m.banner}
	m.diff(quiet, res)
}
