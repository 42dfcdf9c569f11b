package content

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// blockTask is one call of ansible.builtin.blockinfile.
type blockTask struct {
	*edit
	begin, end string // the marker lines
	block      []string
	lines      []string
}

func blockinfile(ctx context.Context, c *module.Call) (module.Result, error) {
	present := c.Args.Str("state") != "absent"
	p := c.Path("path")
	e, err := open(c, p, c.Args.Bool("create"), "Path %s does not exist !")
	if err != nil {
		return nil, err
	}
	if !present && !e.exists {
		return module.Result{"changed": false, "msg": "File " + p + " not present"}, nil
	}
	t := &blockTask{edit: e, lines: splitLines(e.before)}
	t.begin, t.end = t.marker("marker_begin", "BEGIN"), t.marker("marker_end", "END")
	if block := c.Args.Text("block"); present && block != "" {
		if !strings.HasSuffix(block, "\n") {
			block += "\n"
		}
		t.block = slices.Concat([]string{t.begin}, splitLines([]byte(block)), []string{t.end})
	}
	if err := t.place(); err != nil {
		return nil, err
	}
	after := []byte(strings.Join(t.lines, ""))
	msg := t.verdict(after)
	out, err := e.save(ctx, after, msg != "", msg)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": out.changed, "msg": out.msg, "diff": e.contentDiff(after)}
	if !out.early {
		res["diff"] = e.diffs(after, out)
	}
	if out.backup != "" {
		res["backup_file"] = out.backup
	}
	return res, nil
}

// marker is a line that bounds the block.
func (t *blockTask) marker(arg, usual string) string {
	word, text := usual, "# {mark} ANSIBLE MANAGED BLOCK"
	if t.Args.Has(arg) {
		word = t.Args.Text(arg)
	}
	if t.Args.Has("marker") {
		text = t.Args.Text("marker")
	}
	return strings.ReplaceAll(text, "{mark}", word) + "\n"
}

func (t *blockTask) verdict(after []byte) string {
	switch {
	case t.exists && bytes.Equal(after, t.before):
		return ""
	case !t.exists:
		return "File created"
	case len(t.block) == 0:
		return "Block removed"
	}
	return "Block inserted"
}

// place brings the block into the lines.
func (t *blockTask) place() error {
	at, err := t.position()
	if err != nil {
		return err
	}
	if at > 0 && !strings.HasSuffix(t.lines[at-1], "\n") {
		t.lines[at-1] += "\n"
	}
	t.lines = slices.Insert(t.lines, at, t.block...)
	return nil
}

// position removes the present block and tells where the new one goes.
func (t *blockTask) position() (int, error) {
	first, last := -1, -1
	for i, line := range t.lines {
		if line == t.begin {
			first = i
		}
		if line == t.end {
			last = i
		}
	}
	if first >= 0 && last >= 0 {
		from, to := min(first, last), max(first, last)
		t.lines = slices.Delete(t.lines, from, to+1)
		return from, nil
	}
	after, before := t.Args.Text("insertafter"), t.Args.Text("insertbefore")
	hasBefore := t.Args.Has("insertbefore")
	hasAfter := t.Args.Has("insertafter") || !hasBefore
	if after == "" {
		after = "EOF"
	}
	switch {
	case hasAfter && after != "EOF":
		return t.matching("insertafter", after, 1)
	case hasBefore && before != "BOF":
		return t.matching("insertbefore", before, 0)
	case hasBefore && !t.Args.Has("insertafter"):
		return 0, nil
	}
	return len(t.lines), nil
}

// matching finds the last line that matches; the end of the file where none does. A pattern with the flag (?m) is
// searched once in the whole file instead.
func (t *blockTask) matching(arg, text string, offset int) (int, error) {
	re, err := pattern(arg, text)
	if err != nil {
		return 0, err
	}
	at := -1
	if re.Flags()&pyre.Multiline != 0 {
		m, err := re.Search(string(t.before))
		if err != nil {
			return 0, err
		}
		if m != nil {
			bound := m.Start(0)
			if offset == 1 {
				bound = m.End(0)
			}
			at = bytes.Count(t.before[:bound], []byte("\n"))
		}
	} else {
		for i, line := range t.lines {
			m, err := re.Search(line)
			if err != nil {
				return 0, err
			}
			if m != nil {
				at = i
			}
		}
	}
	if at < 0 {
		return len(t.lines), nil
	}
	return at + offset, nil
}

// splitLines cuts after newlines, carriage returns and both, as bytes.splitlines(True) of Python.
func splitLines(text []byte) []string {
	var out []string
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			i++
		} else if text[i] != '\n' && text[i] != '\r' {
			continue
		}
		out = append(out, string(text[start:i+1]))
		start = i + 1
	}
	if start < len(text) {
		out = append(out, string(text[start:]))
	}
	return out
}
