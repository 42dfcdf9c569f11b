package playbook

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/kv"
	"pylint-deploy/parser/source"
)

// plays reads the list of plays of a playbook.
func (r *reader) plays(n *source.Node) []*Play {
	if n == nil {
		return nil
	}
	if n.Kind != source.Sequence {
		r.problem(WrongType, n.Pos, "a playbook must be a list of plays, not "+describe(n), `each play starts with "- "`)
		return nil
	}
	var out []*Play
	for _, item := range n.Items {
		if item.Kind != source.Mapping {
			r.problem(WrongType, item.Pos, "a play must be a mapping, not "+describe(item), "")
			continue
		}
		out = append(out, r.play(item))
	}
	if len(n.Items) == 0 {
		r.problem(NoModule, n.Pos, "A playbook must contain at least one play", "")
	}
	return out
}

// importKey finds the key that makes a play an import of a playbook.
func importKey(n *source.Node) *source.Pair {
	for _, name := range []string{"import_playbook", "ansible.builtin.import_playbook", "ansible.legacy.import_playbook", "include"} {
		if p := n.Pair(name); p != nil {
			return p
		}
	}
	return nil
}

func (r *reader) play(n *source.Node) *Play {
	p := &Play{Node: n, Pos: firstKey(n)}
	imports := importKey(n)
	if imports != nil {
		r.importEntry(p, imports)
	}
	for _, pair := range n.Pairs {
		if imports != nil && pair.Key == imports.Key {
			continue
		}
		r.playKey(p, pair)
	}
	if old := p.Keyword("remote_user"); old != nil && n.Pair("user") != nil && n.Pair("remote_user") != nil {
		r.problem(TwoModules, n.Pair("user").Key.Pos, "both 'user' and 'remote_user' are set for this play.", "user is the old word: keep remote_user")
	}
	r.checkPrompts(p)
	if imports == nil && n.Pair("hosts") == nil {
		hint := ""
		if n.Pair("block") != nil || !looksLikePlay(n) {
			hint = "is this a file of tasks?"
		}
		r.problem(NoModule, p.Pos, "the play has no hosts", hint)
	}
	return p
}

// promptKeys are the keys of an entry of vars_prompt.
var promptKeys = []string{"name", "prompt", "default", "private", "confirm", "encrypt", "salt_size", "salt", "unsafe"}

// checkPrompts reports entries of vars_prompt that Ansible refuses.
func (r *reader) checkPrompts(p *Play) {
	for _, entry := range p.Keys("vars_prompt") {
		if entry.Kind != source.Mapping {
			r.problem(WrongType, entry.Pos, "an entry of vars_prompt must be a mapping, not "+describe(entry), `write "name: variable" in it`)
			continue
		}
		if entry.Get("name") == nil {
			r.problem(WrongType, entry.Pos, "Invalid vars_prompt data structure, missing 'name' key", "")
			continue
		}
		for _, pair := range entry.Pairs {
			if !slices.Contains(promptKeys, pair.Key.Text) {
				r.problem(UnknownKeyword, pair.Key.Pos, fmt.Sprintf("Invalid vars_prompt data structure, found unsupported key '%s'", pair.Key.Text), didYouMean(pair.Key.Text, promptKeys))
			}
		}
	}
}

// looksLikePlay tells whether a mapping has a key that only plays have.
func looksLikePlay(n *source.Node) bool {
	for _, p := range n.Pairs {
		if keywords[p.Key.Text].where == inPlay || p.Key.Text == "user" {
			return true
		}
	}
	return false
}

func (r *reader) playKey(p *Play, pair source.Pair) {
	v := pair.Value
	switch name := pair.Key.Text; name {
	case "name":
		p.Name = v.Text
		r.checkType(name, pair)
	case "pre_tasks":
		p.PreTasks = r.entries(v, name)
	case "tasks":
		p.Tasks = r.entries(v, name)
	case "post_tasks":
		p.PostTasks = r.entries(v, name)
	case "handlers":
		r.handlers = true
		p.Handlers = r.entries(v, name)
		r.handlers = false
	case "roles":
		p.Roles = r.roleRefs(v, name)
	default:
		at := inPlay
		if p.Import != nil {
			at |= inTask // when
		}
		if !isKeyword(name, at) {
			r.unknownKeyword(pair, inPlay, "a play")
			return
		}
		p.add(r, pair, at)
		if name == "hosts" && (v.Kind == source.Null || v.IsScalar() && strings.TrimSpace(v.Text) == "" || v.Kind == source.Sequence && len(v.Items) == 0) {
			r.problem(WrongType, pair.Key.Pos, "Hosts list cannot be empty. Please check your playbook", "name a host, a group or all")
		}
	}
}

func (r *reader) importEntry(p *Play, pair *source.Pair) {
	v := pair.Value
	if !v.IsScalar() || v.Text == "" {
		r.problem(WrongType, v.Pos, fmt.Sprintf("%s must name a playbook, not be %s", pair.Key.Text, describe(v)), "")
		p.Import = &Import{Word: pair.Key.Text, Pos: v.Pos}
		return
	}
	p.Import = &Import{Word: pair.Key.Text, Name: v.Text, Pos: v.Pos}
	if args, err := kv.Parse(v.Text, false); err == nil && args.Free != "" {
		p.Import.Name = strings.TrimSpace(args.Free)
	}
}

// roleRefs reads roles: or a role's dependencies.
func (r *reader) roleRefs(n *source.Node, what string) []*RoleRef {
	if n == nil || n.Kind == source.Null {
		return nil
	}
	if n.Kind != source.Sequence {
		r.problem(WrongType, n.Pos, fmt.Sprintf("A malformed role declaration was encountered. %s must be a list of roles, not %s", what, describe(n)), `each role starts with "- "`)
		return nil
	}
	var out []*RoleRef
	for _, item := range n.Items {
		if ref := r.roleRef(item); ref != nil {
			out = append(out, ref)
		}
	}
	return out
}

func (r *reader) roleRef(n *source.Node) *RoleRef {
	ref := &RoleRef{Node: n, Pos: n.Pos}
	if n.IsScalar() && n.Kind != source.Null {
		ref.Name = n.Text
		if strings.Contains(n.Text, ",") && !IsTemplate(n) {
			r.problem(WrongType, n.Pos, "Invalid old style role requirement: "+n.Text, "")
			return nil
		}
		return ref
	}
	if n.Kind != source.Mapping {
		r.problem(WrongType, n.Pos, "a role must be a name or a mapping, not "+describe(n), "")
		return nil
	}
	ref.Pos = firstKey(n)
	name := n.Get("role")
	if name == nil {
		name = n.Get("name")
	}
	if name == nil {
		name = n.Get("src") // of Galaxy's old form of dependencies
	}
	if name == nil || !name.IsScalar() || name.Text == "" {
		r.problem(NoModule, ref.Pos, "the role has no name", `write "role: name"`)
		return nil
	}
	ref.Name = name.Text
	for _, p := range n.Pairs {
		switch {
		case p.Key.Text == "role" || p.Key.Text == "name":
		case isKeyword(p.Key.Text, inRole):
			ref.add(r, p, inRole)
		default:
			ref.Params = append(ref.Params, p)
		}
	}
	return ref
}
