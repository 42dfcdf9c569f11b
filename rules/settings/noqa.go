package settings

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// UnusedNoqa is the rule id of a noqa comment that silences nothing.
const UnusedNoqa = "noqa/unused"

// File is what suppression needs to know of a checked file.
type File struct {
	Path     string
	Comments []source.Comment
	Tasks    []Task
}

// Task is the extent of a task in its file, in lines, and what it says of itself.
type Task struct {
	First, Last int
	// Skip is set by the tag skip_ansible_lint.
	Skip bool
}

// noqaComment is one "# noqa: id[,id] reason".
type noqaComment struct {
	pos  source.Pos
	ids  []string // empty: all rules
	used map[string]bool
}

// The colon is ours and flake8's, its absence is ansible-lint's form: ids end where words stop looking like ids.
var noqaPattern = pattern.New(`(?i)#\s*noqa(?::\s*|\s+|$)(.*)`)
var idPattern = pattern.New(`^[a-z0-9_-]+(?:/[a-z0-9_-]+|\[[a-z0-9_, -]+\])?$`)

// parseNoqa reads a comment; ok tells whether it is one. Text after the ids is the reason.
func parseNoqa(c source.Comment) (n *noqaComment, ok bool) {
	m := noqaPattern.FindStringSubmatch(c.Text)
	if m == nil {
		return nil, false
	}
	n = &noqaComment{pos: c.Pos, used: map[string]bool{}}
	words := strings.FieldsFunc(m[1], func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	for _, w := range words {
		if !idPattern.MatchString(w) || !looksLikeID(w) {
			break
		}
		n.ids = append(n.ids, w)
	}
	return n, true
}

// looksLikeID tells an id from the first word of a reason: ours have a slash or are a category, ansible-lint's are listed.
func looksLikeID(w string) bool {
	_, listed := aliases[w]
	return listed || slices.Contains(rules.Categories(), w) || strings.ContainsAny(w, "/[") || strings.Contains(w, "-")
}

// silences tells whether the comment covers a rule, and under which of its ids.
func (n *noqaComment) silences(rule string) (id string, ok bool) {
	if len(n.ids) == 0 {
		return "", true
	}
	category, _, _ := strings.Cut(rule, "/")
	for _, id := range n.ids {
		if id == rule || id == category || slices.Contains(aliases[id], rule) {
			return id, true
		}
	}
	return "", false
}

// Suppress silences findings by noqa comments and skipped tasks: a comment counts for the task that it stands in or right
// above, and for a finding outside tasks on the same line or the next. It returns what stays, how many were silenced,
// and a finding for each of our own ids in a comment that silenced nothing.
func (s *Settings) Suppress(findings []rules.Finding, files []File) (kept []rules.Finding, silenced int, unused []rules.Finding) {
	byFile := map[string]*fileNoqa{}
	for i := range files {
		byFile[files[i].Path] = newFileNoqa(&files[i])
	}
	for _, f := range findings {
		if n := byFile[f.Pos.File]; n != nil && n.silenced(f) && !s.Enforced(f.Rule) {
			silenced++
			continue
		}
		kept = append(kept, f)
	}
	for i := range files {
		unused = append(unused, byFile[files[i].Path].unused()...)
	}
	return kept, silenced, unused
}

type fileNoqa struct {
	file     *File
	comments []*noqaComment
	// skips tells that some task has the tag skip_ansible_lint. Without it and comments nothing is silenced.
	skips bool
}

func newFileNoqa(f *File) *fileNoqa {
	n := &fileNoqa{file: f, skips: slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Skip })}
	for _, c := range f.Comments {
		if q, ok := parseNoqa(c); ok {
			n.comments = append(n.comments, q)
		}
	}
	return n
}

func (n *fileNoqa) silenced(f rules.Finding) bool {
	if len(n.comments) == 0 && !n.skips {
		return false
	}
	first, last := f.Pos.Line, f.Pos.Line
	if t := n.taskAt(f.Pos.Line); t != nil {
		if t.Skip {
			return true
		}
		first, last = t.First, t.Last
	}
	found := false
	for _, c := range n.comments {
		if c.pos.Line < first-1 || c.pos.Line > last {
			continue
		}
		if c.pos.Line == first-1 && n.taskAt(c.pos.Line) != nil {
			continue // the last line of the task before
		}
		if id, ok := c.silences(f.Rule); ok {
			c.used[id] = true
			found = true
		}
	}
	return found
}

// taskAt is the smallest task around a line; a block's own lines belong to no task of it.
func (n *fileNoqa) taskAt(line int) *Task {
	var best *Task
	for i := range n.file.Tasks {
		t := &n.file.Tasks[i]
		if t.First <= line && line <= t.Last && (best == nil || t.Last-t.First < best.Last-best.First) {
			best = t
		}
	}
	return best
}

func (n *fileNoqa) unused() (out []rules.Finding) {
	for _, c := range n.comments {
		for _, id := range c.ids {
			if c.used[id] || !strings.Contains(id, "/") {
				continue // ansible-lint's own ids may silence ansible-lint
			}
			out = append(out, rules.Finding{Rule: UnusedNoqa, Level: rules.Info, Pos: c.pos, End: c.pos,
				Message: fmt.Sprintf("noqa: %s silences nothing here", id), Instead: "remove it"})
		}
	}
	return out
}
