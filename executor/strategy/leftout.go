package strategy

import (
	"slices"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
)

// Tasks that no run of this command line can come to are not looked at by the preflight: a playbook may keep what this program does not
// do behind `when: false` or a tag. Only what is written counts, not what variables may say.

// leftOut tells that a task is not run on this visit: by tags, or by a condition that is false whatever happens.
func (f *preflight) leftOut(v *playbook.Visit) bool {
	around := reaching(v)
	return slices.ContainsFunc(around, neverHolds) || f.untagged(v, around)
}

// includes tells that a task brings in others while the play runs.
func includes(t *playbook.Task) bool {
	m := t.Action.Module
	return m != nil && (m.FQCN == "ansible.builtin.include_tasks" || m.FQCN == "ansible.builtin.include_role")
}

// reaching are the keywords of a task and of all around it that hand theirs on to it: an include that is decided while the play runs keeps its
// own to itself.
func reaching(v *playbook.Visit) []*playbook.Keywords {
	var out []*playbook.Keywords
	if v.Play != nil {
		out = append(out, &v.Play.Keywords)
	}
	for _, link := range v.Chain {
		if link.Include == nil || !includes(link.Include) {
			out = append(out, link.Words())
		}
	}
	return append(out, &v.Task.Keywords)
}

// untagged tells that --tags and --skip-tags leave the task out. Handlers run whatever their tags are.
func (f *preflight) untagged(v *playbook.Visit, around []*playbook.Keywords) bool {
	if v.Handler || f.importTags || slices.ContainsFunc(v.Chain, givesTags) || isOldInclude(v.Task) {
		return false
	}
	var tags []string
	for _, words := range around {
		k := words.Keyword("tags")
		if k == nil {
			continue
		}
		written := constantValue(k.Value)
		if written == nil {
			return false
		}
		tags = append(tags, texts(plan.TagList(written))...)
	}
	return !plan.Selected(tags, f.settings.Tags, f.settings.SkipTags)
}

// givesTags tells that a link may give a task tags that are not among the keywords that reach it.
func givesTags(link playbook.Link) bool {
	t := link.Include
	if t == nil {
		return false
	}
	return isOldInclude(t) || slices.ContainsFunc(t.Action.Args, func(a playbook.Arg) bool { return a.Name == "apply" })
}

// isOldInclude tells of the action that is an import or not, as it turns out.
func isOldInclude(t *playbook.Task) bool {
	return t.Action.Module != nil && t.Action.Module.FQCN == "ansible.builtin.include"
}

// importsWithTags tells that a playbook is imported somewhere whose plays get further tags so.
func importsWithTags(book *playbook.Playbook) bool {
	return slices.ContainsFunc(book.Plays, func(p *playbook.Play) bool {
		return p.Import != nil && (p.Keyword("tags") != nil || p.Import.Playbook != nil && importsWithTags(p.Import.Playbook))
	})
}

// neverHolds tells that one of the conditions written there is false whatever happens.
func neverHolds(words *playbook.Keywords) bool {
	k := words.Keyword("when")
	if k == nil {
		return false
	}
	written := constantValue(k.Value)
	return written != nil && slices.ContainsFunc(items(written), isFalse)
}

func isFalse(cond value.Value) bool {
	text, isText := cond.(value.Str)
	if !isText {
		return cond == value.Bool(false)
	}
	if template.IsTemplate(string(text)) {
		return false
	}
	x, _, err := parse.Expr(string(text), parse.Defaults())
	if err != nil {
		return false
	}
	holds, known := constantly(x)
	return known && !holds
}

// constantly is what a condition comes to, where constants decide it. Where one side of `and` is false it does not come to more, even if the
// other cannot be worked out.
func constantly(x ast.Expr) (holds, known bool) {
	switch x := x.(type) {
	case *ast.Const:
		b, isBool := x.Value.(value.Bool)
		return bool(b), isBool
	case *ast.Not:
		holds, known = constantly(x.X)
		return !holds, known
	case *ast.Logic:
		left, leftKnown := constantly(x.Left)
		right, rightKnown := constantly(x.Right)
		if leftKnown && left == x.Or || rightKnown && right == x.Or {
			return x.Or, true
		}
		return left, leftKnown && rightKnown
	}
	return false, false
}
