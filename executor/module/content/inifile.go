package content

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// iniTask is one call of community.general.ini_file.
type iniTask struct {
	*edit
	section, option string
	values          []string
	exclusive       bool
	bare            bool // allow_no_value
	format          string
	lines           []string // of the section, its head included
	fixed           []bool   // lines that are right already, beside lines
	bareThere       bool     // the option without value is there
	changed         bool
	msg             string
}

// blankOrComment are lines after which no option is inserted.
var blankOrComment = regexp.MustCompile(`^[ \t]*([#;].*)?\n?$`)

func iniFile(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &iniTask{section: c.Args.Text("section"), option: c.Args.Text("option"), exclusive: c.Args.Bool("exclusive"),
		bare: c.Args.Bool("allow_no_value"), format: "%s = %s\n", msg: "OK"}
	if c.Args.Bool("no_extra_spaces") {
		t.format = "%s=%s\n"
	}
	for _, v := range append(c.Args.List("values"), c.Args["value"]) {
		if text := fmt.Sprint(v); v != nil && !slices.Contains(t.values, text) {
			t.values = append(t.values, text)
		}
	}
	absent := c.Args.Str("state") == "absent"
	if !absent && !t.bare && len(t.values) == 0 {
		return nil, module.Fail("Parameter 'value(s)' must be defined if state=present and allow_no_value=False.")
	}
	create := !c.Args.Has("create") || c.Args.Bool("create")
	var err error
	if t.edit, err = open(c, c.Path("path"), create, "Destination %s does not exist!"); err != nil {
		return nil, err
	}
	after := t.rewrite(absent)
	return t.finish(ctx, after)
}

// finish saves; unlike its siblings ini_file keeps its message when only attributes change, and ignores attributes in
// check mode.
func (t *iniTask) finish(ctx context.Context, after string) (module.Result, error) {
	var out outcome
	if t.changed || !t.Sys.DryRun() && t.exists {
		var err error
		if out, err = t.save(ctx, []byte(after), t.changed, t.msg); err != nil {
			return nil, err
		}
	}
	changed := t.changed || out.changed
	res := module.Result{"changed": changed, "diff": t.contentDiff([]byte(after)), "msg": t.msg, "path": t.path}
	if out.backup != "" {
		res["backup_file"] = out.backup
	}
	return res, nil
}

// rewrite makes the file's new text.
func (t *iniTask) rewrite(absent bool) string {
	all := lines([]byte(strings.TrimPrefix(string(t.before), "\ufeff")))
	if len(all) == 0 {
		all = []string{"\n"}
	}
	if last := len(all) - 1; !strings.HasSuffix(all[last], "\n") {
		all[last] += "\n"
		t.changed = true
	}
	start, end, found := t.bounds(all)
	t.lines = slices.Clone(all[start:end])
	t.fixed = make([]bool, len(t.lines))
	switch {
	case absent && found:
		t.remove()
	case !absent && found:
		t.present()
	}
	all = slices.Concat(all[:start], t.lines, all[end:])
	if !absent && !found {
		all = append(all, t.newSection()...)
	}
	return strings.Join(all, "")
}

// bounds finds the section: with its head, up to the next head. Without a section it is what precedes the first head.
func (t *iniTask) bounds(all []string) (start, end int, found bool) {
	found = t.section == ""
	for i, line := range all {
		switch {
		case t.section != "" && strings.HasPrefix(line, "["+t.section+"]"):
			found, start = true, i
		case strings.HasPrefix(line, "[") && found:
			return start, i, true
		}
	}
	if !found {
		return len(all), len(all), false
	}
	return start, len(all), true
}

// value matches a line of the option, with active only one that is not commented out.
func (t *iniTask) value(line string, active bool) (string, bool) {
	s := strings.TrimSuffix(line, "\n")
	if !active && s != "" && (s[0] == '#' || s[0] == ';') {
		s = s[1:]
	}
	s = strings.TrimLeft(s, " \t")
	rest, ok := strings.CutPrefix(s, t.option)
	if !ok {
		return "", false
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return "", true
	}
	value, ok := strings.CutPrefix(rest, "=")
	return strings.TrimLeft(value, " \t"), ok
}

func (t *iniTask) set(i int, line string) {
	if t.lines[i] != line {
		t.changed, t.msg = true, "option changed"
	}
	t.lines[i], t.fixed[i] = line, true
}

// present brings the option's values into the section.
func (t *iniTask) present() {
	if t.option == "" {
		return
	}
	t.keepMatching()
	if t.exclusive && !t.bare {
		t.replaceOthers()
	}
	for i := len(t.lines); i > 0; i-- {
		if t.headless() && i == 0 || blankOrComment.MatchString(t.lines[i-1]) {
			continue
		}
		t.insert(i)
		return
	}
	if t.headless() { // nothing but comments before the first section
		t.insert(0)
	}
}

// headless tells that the lines have no section's head.
func (t *iniTask) headless() bool { return t.section == "" }

// keepMatching finds the lines that have a wanted value already.
func (t *iniTask) keepMatching() {
	for i, line := range t.lines {
		v, ok := t.value(line, false)
		if !ok {
			continue
		}
		if at := slices.Index(t.values, v); len(t.values) > 0 && at >= 0 {
			newline := fmt.Sprintf(t.format, t.option, v)
			if v == "" && t.bare {
				newline, t.bareThere = t.option+"\n", true
			}
			t.set(i, newline)
			t.values = slices.Delete(t.values, at, at+1)
		} else if len(t.values) == 0 && t.bare {
			t.set(i, t.option+"\n")
			t.bareThere = true
			return
		}
	}
}

// replaceOthers gives lines with other values the wanted ones, and removes those that are left.
func (t *iniTask) replaceOthers() {
	for i, line := range t.lines {
		if len(t.values) == 0 {
			break
		}
		if _, ok := t.value(line, false); ok && !t.fixed[i] {
			t.set(i, fmt.Sprintf(t.format, t.option, t.values[0]))
			t.values = t.values[1:]
		}
	}
	for i := len(t.lines) - 1; i >= 0; i-- {
		if _, ok := t.value(t.lines[i], false); ok && !t.fixed[i] && (i > 0 || t.headless()) {
			t.lines, t.fixed = slices.Delete(t.lines, i, i+1), slices.Delete(t.fixed, i, i+1)
			t.changed, t.msg = true, "option changed"
		}
	}
}

// insert adds the lines that are missing.
func (t *iniTask) insert(at int) {
	var missing []string
	for _, v := range t.values {
		missing = append(missing, fmt.Sprintf(t.format, t.option, v))
	}
	if len(t.values) == 0 && t.bare && !t.bareThere {
		missing = []string{t.option + "\n"}
	}
	if len(missing) == 0 {
		return
	}
	t.lines = slices.Insert(t.lines, at, missing...)
	t.changed, t.msg = true, "option added"
}

// remove takes the option, some of its values, or the whole section out.
func (t *iniTask) remove() {
	if t.option == "" {
		if len(t.lines) > 0 {
			t.lines, t.changed, t.msg = nil, true, "section removed"
		}
		return
	}
	kept := slices.DeleteFunc(slices.Clone(t.lines), func(line string) bool {
		v, ok := t.value(line, true)
		return ok && (t.exclusive || slices.Contains(t.values, v))
	})
	if len(kept) != len(t.lines) {
		t.lines, t.changed, t.msg = kept, true, "option changed"
	}
}

func (t *iniTask) newSection() []string {
	t.changed = true
	out := []string{"[" + t.section + "]\n"}
	t.msg = "section and option added"
	switch {
	case t.option != "" && len(t.values) > 0:
		for _, v := range t.values {
			out = append(out, fmt.Sprintf(t.format, t.option, v))
		}
	case t.option != "" && t.bare:
		out = append(out, t.option+"\n")
	default:
		t.msg = "only section added"
	}
	return out
}
