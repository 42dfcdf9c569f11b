package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/source"
)

// packageModules install packages; the argument with their names by the catalog's canonical name, and its aliases.
var packageModules = map[string]bool{"apt": true, "yum": true, "dnf": true, "package": true, "apk": true, "zypper": true, "pacman": true, "homebrew": true, "pip": true, "npm": true, "gem": true, "snap": true}

// named are the packages and services that a task names. Several relations ask, the answer takes its templates and loop.
type named struct{ packages, services []string }

// packages are the names that a task installs, as far as they are constant.
func (t *Task) packages() []string {
	if !packageModules[t.Module] {
		return nil
	}
	if t.named == nil {
		t.named = &named{packages: t.readPackages(), services: t.readServices()}
	}
	return t.named.packages
}

func (t *Task) readPackages() []string {
	if !packageModules[t.Module] {
		return nil
	}
	return t.values("package", "name", "pkg")
}

// relatePackages finds packages that a play ensures more than once.
func relatePackages(p *Play, _ registers, _ *Builder) {
	first := map[string]*Task{}
	for _, t := range p.Tasks {
		names := t.packages()
		if len(names) > 0 {
			t.flag("package")
			t.set("packages", names)
		}
		if t.str("state") == "absent" || t.inRescue() || t.Module == "pip" || t.Module == "npm" || t.Module == "gem" {
			continue
		}
		for _, n := range names {
			if strings.ContainsAny(n, "{/$") {
				continue // templates, those of old Ansible, too; files and addresses
			}
			other := first[t.Module+n]
			if other == nil {
				first[t.Module+n] = t
				continue
			}
			if other.Visit.Task != t.Visit.Task && !exclusive(other, t) && len(t.conds) == 0 && len(other.conds) == 0 {
				t.set("duplicate_package", Fields{"package": n, "other": other.ref()})
				t.flag("duplicate-package")
			}
		}
	}
}

// relateInputs finds values that differ from run to run in what a task writes.
func relateInputs(p *Play, _ registers, b *Builder) {
	for _, t := range p.Tasks {
		if t.Module == "debug" || t.Module == "set_fact" || t.Module == "assert" || t.Module == "fail" || notifiers[t.Module] || t.Module == "include_vars" || t.Module == "pause" {
			continue
		}
		for _, a := range t.action().Args {
			t.inputs(a.Name, a.Value, 0)
		}
		if t.Module == "template" {
			t.templated("template", string(t.sourceText(b)), 0)
		}
	}
}

// inputs looks for clocks and dice in a value, through the variables that it names.
func (t *Task) inputs(arg string, n *source.Node, depth int) {
	if n == nil || depth > 6 {
		return
	}
	for _, i := range n.Items {
		t.inputs(arg, i, depth)
	}
	for _, p := range n.Pairs {
		t.inputs(arg, p.Value, depth)
	}
	if n.Kind == source.String {
		t.templated(arg, n.Text, depth)
	}
}

// templated looks into the expressions of a text, and into the loops of a template.
func (t *Task) templated(arg, text string, depth int) {
	for _, inner := range loopedOver(text) {
		t.unordered(arg, inner)
	}
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{{")
		if !ok {
			return
		}
		inner, more, ok := cutTemplate(after)
		if !ok {
			return
		}
		if keptInFact(inner) {
			rest = more
			continue
		}
		t.expression(arg, inner)
		t.unordered(arg, inner)
		for _, name := range namesOf(inner) {
			if v, _ := t.scope.lookup(name.root); v != nil && len(name.path) == 0 {
				t.inputs(arg, v, depth+1)
			}
		}
		rest = more
	}
}

// keptInFact tells that an expression draws a value only until a local fact of the target has kept it.
func keptInFact(expr string) bool {
	return mentions(expr, "ansible_local") && (mentions(expr, "else") || strings.Contains(expr, "default(") || mentions(expr, "d"))
}

var forLoop = pattern.New(`\{%-?\+?\s*for\s+[\w\s,()]+?\s+in\s+(.*?)\s*-?\+?%\}`)

// loopedOver are the expressions that a template's loops go through.
func loopedOver(text string) []string {
	var out []string
	for _, m := range forLoop.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// squeeze makes ways to write the same expression one.
var squeeze = strings.NewReplacer(" ", "", `"`, "'")

// unordered finds what has another order in each run: sets made by Ansible's filters, listings of a directory, the names of
// network interfaces. Dictionaries keep the order in which they were written, groups that of the inventory.
func (t *Task) unordered(arg, expr string) {
	if strings.Contains(expr, "sort") {
		return
	}
	for _, filter := range splitTop(expr, "|")[1:] {
		switch name, _, _ := strings.Cut(strings.TrimSpace(filter), "("); strings.TrimSpace(name) {
		case "union", "intersect", "difference", "symmetric_difference":
			t.add("inputs", Fields{"kind": "unordered", "arg": arg, "what": "the filter " + strings.TrimSpace(name), "text": strings.TrimSpace(expr)})
			t.flag("input-unordered")
			return
		case "length", "count", "min", "max", "sum":
			return
		}
	}
	squeezed := squeeze.Replace(expr)
	for _, what := range []string{"'fileglob'", "ansible_interfaces", "ansible_facts.interfaces", "ansible_facts['interfaces']"} {
		if strings.Contains(squeezed, what) && !strings.Contains(squeezed, "in"+what) {
			t.add("inputs", Fields{"kind": "unordered", "arg": arg, "what": strings.Trim(what, "'"), "text": strings.TrimSpace(expr)})
			t.flag("input-unordered")
			return
		}
	}
}

func (t *Task) expression(arg, expr string) {
	squeezed := squeeze.Replace(expr)
	found := func(kind, what string) {
		t.add("inputs", Fields{"kind": kind, "arg": arg, "what": what, "text": strings.TrimSpace(expr)})
		t.flag("input-" + kind)
	}
	switch {
	case strings.Contains(squeezed, "ansible_date_time"):
		found("time", "ansible_date_time")
	case strings.Contains(squeezed, "now(") && mentions(expr, "now"):
		found("time", "now()")
	case strings.Contains(squeezed, "lookup('pipe','date"):
		found("time", "lookup('pipe', 'date')")
	case strings.Contains(squeezed, "|strftime}") || strings.HasSuffix(squeezed, "|strftime") || strings.HasSuffix(squeezed, "strftime)") || strings.Contains(squeezed, "'|strftime") && !strings.Contains(squeezed, "strftime("):
		found("time", "strftime")
	}
	switch {
	case strings.Contains(squeezed, "|random_mac") && !strings.Contains(squeezed, "seed="):
		found("random", "random_mac")
	case strings.Contains(squeezed, "|random") && !strings.Contains(squeezed, "|random_") && !strings.Contains(squeezed, "seed="):
		found("random", "random")
	case strings.Contains(squeezed, "|shuffle") && !strings.Contains(squeezed, "seed="):
		found("random", "shuffle")
	case strings.Contains(squeezed, "lookup('password','/dev/null"):
		found("random", "lookup('password', '/dev/null')")
	case strings.Contains(squeezed, "|password_hash") && unsalted(squeezed):
		found("random", "password_hash")
	case strings.Contains(squeezed, "lookup('pipe','openssl") || strings.Contains(squeezed, "random_string'") && strings.Contains(squeezed, "lookup('") || strings.Contains(squeezed, "lookup('pipe','uuidgen"):
		found("random", "a lookup that draws")
	}
	for _, kind := range []string{"pipe", "url", "env"} {
		if strings.Contains(squeezed, "lookup('"+kind+"'") || strings.Contains(squeezed, "query('"+kind+"'") {
			found("lookup", "lookup('"+kind+"')")
		}
	}
}

// unsalted tells that password_hash is called without a salt: its second argument.
func unsalted(expr string) bool {
	_, after, _ := strings.Cut(expr, "password_hash")
	if !strings.HasPrefix(after, "(") {
		return true
	}
	args, _, _ := strings.Cut(after[1:], ")")
	return !strings.Contains(args, "salt") && len(splitTop(args, ",")) < 2
}

// login finds the user that a play logs in as.
func (p *Play) login() {
	if p.Play == nil {
		return
	}
	if k := p.Play.Keyword("remote_user"); k != nil && k.Value != nil && k.Value.IsScalar() {
		if u, ok := p.scope.constant(k.Value.Text); ok {
			p.User, p.userFrom = u, k.KeyPos
		}
		return
	}
	if n, _ := p.scope.lookup("ansible_user"); n != nil {
		if u, ok := p.scope.constant(n.Text); ok {
			p.User, p.userFrom = u, n.Pos
		}
	}
}

// relateLogin finds tasks that deny the play its own way in.
func relateLogin(p *Play, _ registers, _ *Builder) {
	if p.User != "" {
		for _, t := range p.All {
			if why := t.denies(p); why != "" {
				f := t.ref()
				f["why"] = why
				list, _ := p.facts["lockout"].([]any)
				p.facts["lockout"] = append(list, f)
			}
		}
	}
	p.firewall()
}

// denies says in which way a task shuts the login user out, "" if it does not.
func (t *Task) denies(p *Play) string {
	if len(t.conds) > 0 || t.never() {
		return ""
	}
	u := p.User
	switch t.Module {
	case "user":
		if t.str("name") == u && t.str("state") == "absent" {
			return "removes the user " + u
		}
		if t.str("name") == u && t.is("password_lock") && p.password() {
			return "locks the password of " + u
		}
	case "lineinfile", "replace", "blockinfile", "copy":
		for _, w := range t.writes {
			if under("/etc/ssh/sshd_config", w.Path) || under("/etc/ssh/sshd_config.d", w.Path) {
				return sshDenial(strings.Join(t.values("line"), "\n")+"\n"+t.str("replace")+"\n"+t.str("block")+"\n"+t.str("content"), u, p)
			}
		}
	}
	return ""
}

// password tells that the play logs in with one.
func (p *Play) password() bool {
	for _, name := range []string{"ansible_password", "ansible_ssh_pass"} {
		if _, known := p.scope.lookup(name); known {
			return true
		}
	}
	return false
}

func sshDenial(text, user string, p *Play) string {
	for line := range strings.Lines(text) {
		f := strings.Fields(strings.TrimSpace(line))
		if len(f) < 2 {
			continue
		}
		switch key := strings.ToLower(f[0]); {
		case key == "permitrootlogin" && strings.EqualFold(f[1], "no") && user == "root":
			return "sets PermitRootLogin no"
		case key == "permitrootlogin" && user == "root" && p.password() && (f[1] == "prohibit-password" || f[1] == "without-password"):
			return "sets PermitRootLogin " + f[1]
		case key == "allowusers" && !slices.Contains(f[1:], user) && !strings.Contains(line, "{{") && !strings.Contains(line, "*"):
			return "sets AllowUsers without " + user
		case key == "denyusers" && slices.Contains(f[1:], user):
			return "sets DenyUsers " + user
		case key == "passwordauthentication" && strings.EqualFold(f[1], "no") && p.password():
			return "sets PasswordAuthentication no"
		case key == "port" && f[1] != "22" && !strings.Contains(f[1], "{{"):
			if _, known := p.scope.lookup("ansible_port"); !known {
				return "moves ssh to port " + f[1] + " without ansible_port"
			}
		}
	}
	return ""
}

// firewall: the firewall goes up before ssh is allowed through.
func (p *Play) firewall() {
	var enabled *Task
	switchedOn := slices.ContainsFunc(p.Tasks, func(t *Task) bool { return t.Module == "ufw" && t.str("state") == "enabled" })
	for _, t := range p.Tasks {
		if t.Module != "ufw" {
			if t.Shell == nil || !slices.Contains(t.programs(), "ufw") {
				continue
			}
		}
		text := t.str("state") + " " + t.freeForm()
		if !switchedOn {
			text += " " + t.str("policy") + t.str("default") // it is on already: what counts is what it lets through
		}
		switch {
		case t.opensSSH():
			if enabled != nil {
				enabled.set("firewall_first", Fields{"allow": t.ref()})
				enabled.flag("firewall-first")
			}
			return
		case enabled == nil && !t.guarded() && (strings.Contains(text, "enable") || strings.Contains(text, "deny") && t.str("rule") == "" && t.str("direction", "if_in") != "outgoing" || strings.Contains(text, "reject") && t.str("rule") == ""):
			enabled = t
		}
	}
}

func (t *Task) opensSSH() bool {
	rules := t.values("rule")
	if slices.Contains(rules, "allow") || slices.Contains(rules, "limit") {
		for _, v := range append(t.values("port", "to_port"), t.values("name", "app")...) {
			if strings.Contains(v, "{{") || v == "22" || strings.Contains(strings.ToLower(v), "ssh") {
				return true
			}
		}
	}
	text := t.freeForm()
	return strings.Contains(text, "ufw") && (strings.Contains(text, "allow") || strings.Contains(text, "limit")) && (strings.Contains(text, "22") || strings.Contains(strings.ToLower(text), "ssh"))
}
