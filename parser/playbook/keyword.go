package playbook

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/source"
)

// level is a set of the objects that can have a keyword.
type level uint8

const (
	inPlay level = 1 << iota
	inBlock
	inTask
	inHandler // beside those of tasks
	inRole
	inInclude // include_tasks and include_role: other keywords have no meaning there

	inEntries = inBlock | inTask
	inAll     = inPlay | inEntries | inRole
)

// valueType is what a keyword's value must be, templates aside.
type valueType uint8

const (
	anyType valueType = iota
	boolType
	numberType
	textType
	listType // or a single value
	dictType
	taskList
	exprType // an expression, or a list of them
)

// keywordSpec is one keyword as ansible-core 2.14 to 2.20 documents it (Playbook Keywords).
type keywordSpec struct {
	where level
	typ   valueType
}

var keywords = map[string]keywordSpec{
	"any_errors_fatal":    {inAll, boolType},
	"become":              {inAll, boolType},
	"become_exe":          {inAll, textType},
	"become_flags":        {inAll, textType},
	"become_method":       {inAll, textType},
	"become_user":         {inAll, textType},
	"check_mode":          {inAll, boolType},
	"collections":         {inAll | inInclude, listType},
	"connection":          {inAll, textType},
	"debugger":            {inAll | inInclude, textType},
	"diff":                {inAll, boolType},
	"environment":         {inAll, anyType},
	"ignore_errors":       {inAll | inInclude, boolType},
	"ignore_unreachable":  {inAll, boolType},
	"module_defaults":     {inAll, anyType},
	"name":                {inAll | inInclude, textType},
	"no_log":              {inAll | inInclude, boolType},
	"port":                {inAll, numberType},
	"remote_user":         {inAll, textType},
	"run_once":            {inAll | inInclude, boolType},
	"tags":                {inAll | inInclude, listType},
	"throttle":            {inAll, numberType},
	"timeout":             {inAll | inInclude, numberType},
	"vars":                {inAll | inInclude, dictType},
	"when":                {inEntries | inRole | inInclude, exprType},
	"delegate_to":         {inEntries | inRole, textType},
	"delegate_facts":      {inEntries | inRole, boolType},
	"notify":              {inEntries, listType},
	"fact_path":           {inPlay, textType},
	"force_handlers":      {inPlay, boolType},
	"gather_facts":        {inPlay, boolType},
	"gather_subset":       {inPlay, listType},
	"gather_timeout":      {inPlay, numberType},
	"handlers":            {inPlay, taskList},
	"hosts":               {inPlay, listType},
	"max_fail_percentage": {inPlay, numberType},
	"order":               {inPlay, textType},
	"post_tasks":          {inPlay, taskList},
	"pre_tasks":           {inPlay, taskList},
	"roles":               {inPlay, listType},
	"serial":              {inPlay, listType},
	"strategy":            {inPlay, textType},
	"tasks":               {inPlay, taskList},
	"validate_argspec":    {inPlay, anyType},
	"vars_files":          {inPlay, listType},
	"vars_prompt":         {inPlay, listType},
	"always":              {inBlock, taskList},
	"block":               {inBlock, taskList},
	"rescue":              {inBlock, taskList},
	"action":              {inTask | inInclude, anyType},
	"args":                {inTask | inInclude, anyType},
	"async":               {inTask, numberType},
	"changed_when":        {inTask, exprType},
	"delay":               {inTask, numberType},
	"failed_when":         {inTask, exprType},
	"local_action":        {inTask | inInclude, anyType},
	"loop":                {inTask | inInclude, anyType},
	"loop_control":        {inTask | inInclude, dictType},
	"poll":                {inTask, numberType},
	"register":            {inTask | inInclude, textType},
	"retries":             {inTask, numberType},
	"static":              {inTask | inInclude, boolType},
	"until":               {inTask, exprType},
	"listen":              {inHandler | inInclude, listType},
	"role":                {inRole, textType},
	"allow_duplicates":    {inRole, boolType},
}

// loopControl are the keys of loop_control.
var loopControl = []string{"loop_var", "index_var", "label", "pause", "extended", "extended_allitems", "break_when"}

// oldKeywords are spellings that Ansible had. The empty name is one whose meaning is gone.
var oldKeywords = map[string]struct {
	now   string
	where level
	note  string // "" where current versions still read it
}{
	"user":        {"remote_user", inPlay, ""},
	"sudo":        {"become", inAll, "removed in Ansible 2.9: write become"},
	"sudo_user":   {"become_user", inAll, "removed in Ansible 2.9: write become_user"},
	"sudo_exe":    {"become_exe", inAll, "removed in Ansible 2.9: write become_exe"},
	"sudo_flags":  {"become_flags", inAll, "removed in Ansible 2.9: write become_flags"},
	"su":          {"become", inAll, "removed in Ansible 2.9: write become, with become_method: su"},
	"su_user":     {"become_user", inAll, "removed in Ansible 2.9: write become_user"},
	"su_exe":      {"become_exe", inAll, "removed in Ansible 2.9: write become_exe"},
	"su_flags":    {"become_flags", inAll, "removed in Ansible 2.9: write become_flags"},
	"always_run":  {"", inEntries, "removed in Ansible 2.5: write check_mode: false"},
	"accelerate":  {"", inPlay, "removed in Ansible 2.6"},
	"sudo_pass":   {"", inAll, "removed in Ansible 2.9: write ansible_become_password"},
	"su_pass":     {"", inAll, "removed in Ansible 2.9: write ansible_become_password"},
	"only_if":     {"when", inTask, "removed in Ansible 1.6: write when"},
	"when_string": {"", inTask, "removed in Ansible 1.6: write when"},
}

// keywordNames lists the keywords of an object, for suggestions.
func keywordNames(at level) []string {
	var names []string
	for name, spec := range keywords {
		if spec.where&at != 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Reserved are the names that a variable should not have, because plays, blocks and tasks have keywords of that name
// (ansible.vars.reserved).
func Reserved() []string {
	names := []string{"async_val", "loop_with", "with_"}
	for name, spec := range keywords {
		if spec.where&(inPlay|inEntries) != 0 && !slices.Contains([]string{"vars", "static", "validate_argspec"}, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// isKeyword tells whether name is a keyword, present or past, of an object.
func isKeyword(name string, at level) bool {
	if keywords[name].where&at != 0 {
		return true
	}
	return oldKeywords[name].where&at != 0
}

// add records a keyword of an object under its present name, and what is wrong with it.
func (k *Keywords) add(r *reader, pair source.Pair, at level) {
	written := pair.Key.Text
	name := written
	if old, ok := oldKeywords[written]; ok && keywords[written].where&at == 0 {
		if old.note != "" {
			r.warn(OldKeyword, pair.Key.Pos, fmt.Sprintf("%q is an old keyword", written), old.note)
		}
		if written == "su" {
			k.List = append(k.List, Keyword{Name: "become_method", Written: written, KeyPos: pair.Key.Pos, Value: source.NewString("su", pair.Key.Pos)})
		}
		if name = old.now; name == "" {
			return
		}
	}
	r.checkType(name, pair)
	k.List = append(k.List, Keyword{Name: name, Written: written, KeyPos: pair.Key.Pos, Value: pair.Value})
}

// checkType reports a value that a keyword cannot have. Templates are left to the run.
func (r *reader) checkType(name string, pair source.Pair) {
	v := pair.Value
	if v.Kind == source.Null || IsTemplate(v) {
		return
	}
	want := ""
	switch keywords[name].typ {
	case boolType:
		if v.IsScalar() && !isBoolText(v) { // Ansible finds out when the task runs, and the task fails
			r.warn(WrongType, v.Pos, fmt.Sprintf("%s must be true or false, not %q", pair.Key.Text, v.Text), "")
		} else if !v.IsScalar() {
			want = "true or false"
		}
	case numberType:
		if !v.IsScalar() {
			want = "a number"
		}
	case textType:
		if !v.IsScalar() {
			want = "text"
		}
	case listType:
		if v.Kind == source.Mapping {
			want = "a list"
		}
	case exprType:
		if v.Kind == source.Mapping {
			want = "an expression or a list of expressions"
		}
	case dictType:
		if v.Kind != source.Mapping && !(name == "vars" && v.Kind == source.Sequence) {
			want = "a mapping"
		}
	}
	if want != "" {
		r.problem(WrongType, v.Pos, fmt.Sprintf("%s must be %s, not %s", pair.Key.Text, want, describe(v)), "")
	}
	if name == "loop_control" && v.Kind == source.Mapping {
		r.checkLoopControl(v)
	}
}

func (r *reader) checkLoopControl(v *source.Node) {
	for _, p := range v.Pairs {
		if !slices.Contains(loopControl, p.Key.Text) {
			r.problem(UnknownKeyword, p.Key.Pos, fmt.Sprintf("%q is not a key of loop_control", p.Key.Text), didYouMean(p.Key.Text, loopControl))
		}
	}
}

// isBoolText tells whether Ansible reads a scalar as a boolean.
func isBoolText(n *source.Node) bool {
	switch n.Kind {
	case source.Bool:
		return true
	case source.Int, source.Float, source.String:
		switch strings.ToLower(n.Text) {
		case "yes", "on", "1", "true", "t", "y", "1.0", "no", "off", "0", "false", "f", "n", "0.0", "":
			return true
		}
	}
	return false
}

// Keys are the keyword's value as a list of nodes: its items, the value itself, or nothing.
func (k *Keywords) Keys(name string) []*source.Node {
	v := k.Value(name)
	switch {
	case v == nil || v.Kind == source.Null:
		return nil
	case v.Kind == source.Sequence:
		return v.Items
	}
	return []*source.Node{v}
}
