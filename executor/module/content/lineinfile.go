package content

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// lineTask is one call of ansible.builtin.lineinfile. Lines are matched as bytes, one at a time and with their end.
//
// Known differences: an invalid regular expression fails with its place, not with a stack trace; a line inserted after
// a last line without end does not run into it.
type lineTask struct {
	*edit
	line            string
	regexp          *pyre.Regexp // nil where it is not given
	search          *string      // search_string, nil where it is not given
	insert          *pyre.Regexp // insertafter or insertbefore as a pattern
	after, ahead    string
	first, backrefs bool
	lines           []string
}

func lineinfile(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &lineTask{line: c.Args.Text("line"), first: c.Args.Bool("firstmatch"), backrefs: c.Args.Bool("backrefs")}
	if err := t.read(c); err != nil {
		return nil, err
	}
	if c.Args.Str("state") == "absent" {
		return t.remove(ctx, c)
	}
	return t.present(ctx, c)
}

// read checks and compiles the arguments that both states share.
func (t *lineTask) read(c *module.Call) error {
	if c.Args.Has("search_string") {
		s := c.Args.Text("search_string")
		t.search = &s
		if s == "" {
			c.Warn("The search string is an empty string, which will match every line in the file. " +
				"This may have unintended consequences, such as replacing the last line in the file rather than appending.")
		}
	}
	if !c.Args.Has("regexp") {
		return nil
	}
	text := c.Args.Text("regexp")
	if text == "" {
		c.Warn("The regular expression is an empty string, which will match every line in the file. " +
			"This may have unintended consequences, such as replacing the last line in the file rather than appending. " +
			"If this is desired, use '^' to match every line in the file and avoid this warning.")
	}
	var err error
	t.regexp, err = pattern("regexp", text)
	return err
}

// open reads the file; a directory is refused before the other arguments are looked at, as in Ansible.
func (t *lineTask) open(c *module.Call, create bool) (err error) {
	t.edit, err = open(c, c.Path("path"), create, "Destination %s does not exist !")
	if err == nil {
		t.lines = lines(t.before)
	}
	return err
}

func (t *lineTask) present(ctx context.Context, c *module.Call) (module.Result, error) {
	if t.backrefs && t.regexp == nil {
		return nil, module.Fail("regexp is required with backrefs=true")
	}
	if !c.Args.Has("line") {
		return nil, module.Fail("line is required with state=present")
	}
	if err := t.open(c, c.Args.Bool("create")); err != nil {
		return nil, err
	}
	if err := t.readInsert(); err != nil {
		return nil, err
	}
	msg, err := t.place()
	if err != nil {
		return nil, err
	}
	after := []byte(strings.Join(t.lines, ""))
	out, err := t.save(ctx, after, msg != "", msg)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": out.changed, "msg": out.msg, "backup": out.backup, "diff": t.contentDiff(after)}
	if !out.early {
		res["diff"] = t.diffs(after, out)
	}
	return res, nil
}

// readInsert reads insertafter and insertbefore; without both a line goes to the end of the file.
func (t *lineTask) readInsert() (err error) {
	t.after, t.ahead = t.Args.Text("insertafter"), t.Args.Text("insertbefore")
	hasAfter, hasBefore := t.Args.Has("insertafter"), t.Args.Has("insertbefore")
	if !hasAfter && !hasBefore {
		t.after, hasAfter = "EOF", true
	}
	switch {
	case hasAfter && t.after != "BOF" && t.after != "EOF":
		t.insert, err = pattern("insertafter", t.after)
	case hasBefore && t.ahead != "BOF":
		t.insert, err = pattern("insertbefore", t.ahead)
	}
	return err
}

// found is where the line belongs.
type found struct {
	line   int         // the line to replace, -1 where there is none
	match  *pyre.Match // of regexp
	any    bool        // regexp or search_string matched, so that the place of insertion is not looked for
	insert int         // where to insert, -1 where insertafter and insertbefore match nothing
}

func (t *lineTask) find() (f found, err error) {
	f.line, f.insert = -1, -1
	for i, line := range t.lines {
		hit := false
		if t.regexp != nil {
			m, err := t.regexp.Search(line)
			if err != nil {
				return f, err
			}
			if hit = m != nil; hit {
				f.match = m
			}
		}
		if t.search != nil {
			hit = strings.Contains(line, *t.search)
		}
		if hit {
			f.line, f.any = i, true
			if t.first {
				return f, nil
			}
		}
	}
	if f.any {
		return f, nil
	}
	for i, line := range t.lines {
		if bare(line) == t.line {
			f.line = i
			continue
		}
		if t.insert == nil {
			continue
		}
		m, err := t.insert.Search(line)
		if err != nil {
			return f, err
		}
		if m == nil {
			continue
		}
		f.insert = i
		if t.after != "" {
			f.insert++
		}
		if t.first {
			break
		}
	}
	return f, nil
}

// bare is a line without its end.
func bare(line string) string { return strings.TrimRight(line, "\r\n") }

// place brings the line into t.lines and says what it did, "" for nothing.
func (t *lineTask) place() (string, error) {
	f, err := t.find()
	if err != nil {
		return "", err
	}
	if f.line >= 0 {
		return t.replace(f)
	}
	switch {
	case t.backrefs: // without a match there is nothing to fill the line from
		return "", nil
	case t.ahead == "BOF" || t.after == "BOF":
		t.insertAt(0)
		return "line added", nil
	case t.after == "EOF" || f.insert == -1:
		if n := len(t.lines); n > 0 && !strings.HasSuffix(t.lines[n-1], "\n") && !strings.HasSuffix(t.lines[n-1], "\r") {
			t.lines = append(t.lines, "\n")
		}
		t.lines = append(t.lines, t.line+"\n")
		return "line added", nil
	case t.after != "":
		return t.insertUnlessThere(f.insert), nil
	}
	t.insertAt(f.insert)
	return "line added", nil
}

// replace puts the line in the place of the one that was found.
func (t *lineTask) replace(f found) (string, error) {
	line := t.line
	if t.backrefs && f.match != nil {
		var err error
		if line, err = f.match.Expand(t.line); err != nil {
			return "", module.Fail("line: " + err.Error())
		}
	}
	if !strings.HasSuffix(line, "\n") {
		line += "\n"
	}
	if t.lines[f.line] == line {
		return "", nil
	}
	t.lines[f.line] = line
	return "line replaced", nil
}

func (t *lineTask) insertAt(i int) {
	t.lines = append(t.lines[:i:i], append([]string{t.line + "\n"}, t.lines[i:]...)...)
}

// insertUnlessThere inserts after a line, but not where the line already follows.
func (t *lineTask) insertUnlessThere(at int) string {
	if at == len(t.lines) {
		if bare(t.lines[at-1]) == t.line {
			return ""
		}
	} else if bare(t.lines[at]) == t.line {
		return ""
	}
	if last := t.lines[at-1]; !strings.HasSuffix(last, "\n") {
		t.lines[at-1] += "\n"
	}
	t.insertAt(at)
	return "line added"
}

func (t *lineTask) remove(ctx context.Context, c *module.Call) (module.Result, error) {
	if t.regexp == nil && t.search == nil && !c.Args.Has("line") {
		return nil, module.Fail("one of line, search_string, or regexp is required with state=absent")
	}
	if err := t.open(c, true); err != nil {
		return nil, err
	}
	if !t.exists {
		return module.Result{"changed": false, "msg": "file not present"}, nil
	}
	var kept []string
	for _, line := range t.lines {
		hit, err := t.matches(line)
		if err != nil {
			return nil, err
		}
		if !hit {
			kept = append(kept, line)
		}
	}
	n := len(t.lines) - len(kept)
	msg := ""
	if n > 0 {
		msg = plural(n, "line(s) removed")
	}
	after := []byte(strings.Join(kept, ""))
	out, err := t.save(ctx, after, n > 0, msg)
	if err != nil {
		return nil, err
	}
	return module.Result{"changed": out.changed, "found": n, "msg": out.msg, "backup": out.backup, "diff": t.diffs(after, out)}, nil
}

func (t *lineTask) matches(line string) (bool, error) {
	if t.regexp != nil {
		m, err := t.regexp.Search(line)
		return m != nil, err
	}
	if t.search != nil {
		return strings.Contains(line, *t.search), nil
	}
	return bare(line) == t.line, nil
}
