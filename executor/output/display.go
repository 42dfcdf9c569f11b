package output

import (
	"errors"
	"strings"

	"pylint-deploy/executor/event"
)

// display writes lines as Ansible's Display does: colour line by line, one line break at the end.
type display struct {
	Options
	out, err *writer
	palette  map[color]string
	log      *logFile        // nil without one
	said     map[string]bool // warnings are shown once
}

func newDisplay(o Options) *display {
	d := &display{Options: o, out: &writer{w: o.Out}, err: &writer{w: o.Err}, palette: palette(o.Colors), said: map[string]bool{}}
	if o.Err == o.Out {
		d.err = d.out
	}
	if o.Log != nil {
		d.log = newLog(o.Log, o.Now)
	}
	return d
}

func (d *display) Close() error {
	if d.log != nil && d.log.last != nil {
		return errors.Join(d.out.err, d.err.err, d.log.last)
	}
	return errors.Join(d.out.err, d.err.err)
}

// paint colours each line of its own, so that a pager that cuts lines keeps the colour right.
func (d *display) paint(text string, c color) string {
	if !d.Color || c == plain {
		return text
	}
	start := "\x1b[" + d.palette[c] + "m"
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = start + l + "\x1b[0m"
	}
	return strings.Join(lines, "\n")
}

func (d *display) line(text string, c color) { d.to(d.out, text, c) }

func (d *display) to(w *writer, text string, c color) {
	w.text(d.paint(strings.TrimSuffix(text, "\n"), c) + "\n")
	d.log.record(text, c)
}

// failure writes to where failures go.
func (d *display) failure(text string, c color) {
	if d.FailedStderr {
		d.to(d.err, text, c)
		return
	}
	d.line(text, c)
}

// banner is a heading filled with stars up to the width, at least three.
func (d *display) banner(text string) {
	text = strings.TrimSpace(text)
	stars := max(d.Width-textWidth(text), 3)
	d.line("\n"+text+" "+strings.Repeat("*", stars), plain)
}

// messages handles the events that are texts for the user, in every output that has a screen. It reports whether e was one.
func (d *display) messages(e event.Event) bool {
	switch e := e.(type) {
	case event.Warning:
		d.once(wrap("[WARNING]: "+e.Text, d.Width), colorWarn)
	case event.Deprecation:
		if !d.HideDeprecations {
			d.once(wrap(deprecation(e), d.Width), colorDepr)
		}
	case event.Problem:
		text := "ERROR! " + e.Text
		if e.Wrapped {
			text = wrap(" [ERROR]: "+e.Text, d.Width) // ansible-core wraps a line feed with it
		}
		d.once(text, colorError)
	case event.Notice:
		d.notice(e)
	case event.Say:
		if e.Stderr {
			d.to(d.err, e.Text, plain)
		} else {
			d.line(e.Text, plain)
		}
	default:
		return false
	}
	return true
}

func (d *display) notice(e event.Notice) {
	if e.Level > d.Verbosity {
		return
	}
	text := e.Text
	if e.Host != "" {
		text = "<" + e.Host + "> " + text
	}
	if d.VerboseStderr {
		d.to(d.err, text, colorVerbose)
		return
	}
	d.line(text, colorVerbose)
}

func (d *display) once(text string, c color) {
	if !d.said[text] {
		d.said[text] = true
		d.to(d.err, text, c)
	}
}

// deprecation is the sentence of Ansible's Display.deprecated.
func deprecation(e event.Deprecation) string {
	text := strings.TrimSpace(e.Text)
	if text != "" && !strings.ContainsAny(text[len(text)-1:], "!?.") {
		text += "."
	}
	parts := []string{"[DEPRECATION WARNING]: " + text, "This feature will be removed"}
	if e.Collection == "ansible.builtin" {
		parts = append(parts, "from ansible-core")
	} else if e.Collection != "" {
		parts = append(parts, "from "+e.Collection)
	}
	switch {
	case e.Date != "":
		parts = append(parts, "in a release after "+e.Date+".")
	case e.Version != "":
		parts = append(parts, "in version "+e.Version+".")
	default:
		parts = append(parts, "in a future release.")
	}
	parts = append(parts, "Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.")
	return strings.Join(parts, " ")
}
