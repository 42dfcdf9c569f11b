package facts

import (
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// serviceModules manage services; the argument that names them is name.
var serviceModules = map[string]bool{"service": true, "systemd_service": true, "sysvinit": true, "supervisorctl": true, "runit": true, "openrc": true}

// unitName is a service's name without what its module allows to be left out.
func unitName(s string) string {
	s = strings.TrimSuffix(s, ".service")
	switch s {
	case "sshd":
		return "ssh"
	case "httpd":
		return "apache2"
	}
	return s
}

// services are the services that a task manages, with constant names.
func (t *Task) services() []string {
	if t.named == nil {
		t.named = &named{packages: t.readPackages(), services: t.readServices()}
	}
	return t.named.services
}

func (t *Task) readServices() []string {
	var out []string
	if serviceModules[t.Module] {
		for _, s := range t.values("name", "service") {
			out = append(out, unitName(s))
		}
	}
	if t.Shell != nil {
		for _, c := range t.spoken() {
			if name, verb := serviceCall(c); verb != "" && verb != "status" && verb != "is-active" {
				out = append(out, unitName(t.scope.text(name)))
			}
		}
	}
	return out
}

// spoken are the calls of a command, and of the scripts that it hands to programs that nobody here knows: `apply-config nginx
// "nginx -t && systemctl reload nginx"` is taken to reload nginx when there is reason to.
func (t *Task) spoken() []*shell.Call {
	out := t.Shell.Calls
	for _, c := range t.Shell.Calls {
		if c.Class != shell.Unknown {
			continue
		}
		for _, a := range c.Args {
			if strings.Contains(a, " ") {
				out = append(out[:len(out):len(out)], shell.Analyze(a, shell.Bash).Calls...)
			}
		}
	}
	return out
}

// serviceCall reads `systemctl VERB NAME`, `service NAME VERB`, `supervisorctl VERB NAME`.
func serviceCall(c *shell.Call) (name, verb string) {
	var words []string
	for _, a := range c.Args {
		if !strings.HasPrefix(a, "-") {
			words = append(words, a)
		}
	}
	if c.Program == "supervisorctl" && len(words) == 1 && (words[0] == "update" || words[0] == "reload") {
		return "supervisor", "reload" // of its own configuration
	}
	if len(words) < 2 {
		return "", ""
	}
	switch c.Program {
	case "systemctl", "supervisorctl", "initctl":
		return words[1], words[0]
	case "service", "invoke-rc.d", "rc-service":
		return words[0], words[1]
	}
	return "", ""
}

// stateOf is what a task does to a service: started, stopped, restarted, reloaded, "" for none.
func (t *Task) stateOf(service string) string {
	if serviceModules[t.Module] {
		return t.str("state")
	}
	if t.Shell == nil {
		return ""
	}
	for _, c := range t.spoken() {
		if name, verb := serviceCall(c); unitName(t.scope.text(name)) == service {
			return map[string]string{"stop": "stopped", "start": "started", "restart": "restarted", "reload": "reloaded"}[verb]
		}
	}
	return ""
}

// relateServices finds services that are stopped and started again, and what stands between.
func relateServices(p *Play, _ registers, _ *Builder) {
	for _, t := range p.All {
		if s := t.services(); len(s) > 0 {
			t.set("services", s)
			t.flag("service")
		}
	}
	managing := map[string][]int{} // a service's tasks, by their index
	for i, t := range p.Tasks {
		for _, s := range slices.Compact(slices.Clone(t.services())) {
			managing[s] = append(managing[s], i)
		}
	}
	for i, stop := range p.Tasks {
		for _, s := range stop.services() {
			if stop.stateOf(s) != "stopped" || strings.Contains(s, "{{") || stop.never() {
				continue
			}
			p.recovery(i, stop, s, managing[s])
		}
	}
}

// recovery looks for the task that starts a stopped service again.
func (p *Play) recovery(i int, stop *Task, service string, managing []int) {
	next, _ := slices.BinarySearch(managing, i+1)
	for _, j := range managing[next:] {
		start := p.Tasks[j]
		if state := start.stateOf(service); state != "started" && state != "restarted" || exclusive(stop, start) {
			continue
		}
		between := p.Tasks[i+1 : j]
		if !stop.guarded() && !start.guardedBy("changed") && len(stop.conds) == 0 {
			stop.set("stop_start", Fields{"service": service, "role": "stop", "other": start.ref()})
			start.set("stop_start", Fields{"service": service, "role": "start", "other": stop.ref()})
			stop.flag("stop-start")
			start.flag("stop-start")
		}
		if fallible := canFail(between); fallible != nil && !recovered(stop, start) {
			stop.set("stop_without_recovery", Fields{"service": service, "start": start.ref(), "between": fallible.ref()})
			stop.flag("stop-without-recovery")
		}
		return
	}
}

// canFail is the first task that may end the play with the service down; a wait counts, it can be interrupted.
func canFail(tasks []*Task) *Task {
	for _, t := range tasks {
		switch t.Module {
		case "debug", "set_fact", "meta", "include", "include_tasks", "import_tasks", "import_role", "include_role":
			continue
		}
		return t
	}
	return nil
}

// recovered tells that the start stands in a rescue or always, so that it happens after a failure, too.
func recovered(stop, start *Task) bool {
	if start.part() == "always" || start.part() == "rescue" {
		return true
	}
	for _, l := range stop.Visit.Chain {
		if l.Block != nil && (len(l.Block.Always) > 0 || len(l.Block.Rescue) > 0) {
			return true
		}
	}
	return false
}

// configured maps where a service's configuration lies to its name.
var configured = []struct{ path, service string }{
	{"/etc/nginx", "nginx"}, {"/etc/apache2", "apache2"}, {"/etc/httpd", "apache2"}, {"/etc/supervisor", "supervisor"}, {"/etc/supervisord.conf", "supervisord"},
	{"/etc/ssh/sshd_config", "ssh"}, {"/etc/ssh/sshd_config.d", "ssh"}, {"/etc/haproxy", "haproxy"}, {"/etc/mysql", "mysql"}, {"/etc/my.cnf", "mysqld"},
	{"/etc/postgresql", "postgresql"}, {"/etc/redis", "redis-server"}, {"/etc/php", "php-fpm"}, {"/etc/fail2ban", "fail2ban"}, {"/etc/postfix", "postfix"},
	{"/etc/dovecot", "dovecot"}, {"/etc/rsyslog.d", "rsyslog"}, {"/etc/rsyslog.conf", "rsyslog"}, {"/etc/memcached.conf", "memcached"}, {"/etc/varnish", "varnish"},
	{"/etc/bind", "bind9"}, {"/etc/dnsmasq.d", "dnsmasq"}, {"/etc/dnsmasq.conf", "dnsmasq"}, {"/etc/chrony", "chrony"}, {"/etc/ntp.conf", "ntp"}, {"/etc/docker/daemon.json", "docker"},
	{"/etc/rabbitmq", "rabbitmq-server"}, {"/etc/elasticsearch", "elasticsearch"}, {"/etc/grafana", "grafana-server"}, {"/etc/prometheus", "prometheus"}, {"/etc/squid", "squid"},
	{"/etc/samba", "smbd"}, {"/etc/vsftpd.conf", "vsftpd"}, {"/etc/caddy", "caddy"}, {"/etc/mongod.conf", "mongod"}, {"/etc/unbound", "unbound"},
}

// unitDirs are where services are defined.
var unitDirs = []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system", "/etc/init.d", "/etc/init"}

// serviceOf is the service that reads a path, "" if unknown.
func serviceOf(path string) string {
	if !strings.Contains(path, "/etc") && !strings.Contains(path, "/lib") {
		return "" // quickly: the paths of most tasks are elsewhere, and no row below is
	}
	for _, row := range configured {
		if under(row.path, path) {
			return row.service
		}
	}
	for _, dir := range unitDirs {
		if under(dir, path) && Compare(dir, parent(path)) == Equal && literal(path) {
			base := filepath.Base(path)
			return unitName(strings.TrimSuffix(base, ".conf"))
		}
	}
	return ""
}

// relateNotify finds changes that a running service does not get to know, and notifications that nobody hears.
func relateNotify(p *Play, _ registers, b *Builder) {
	managed := p.managed()
	for _, t := range p.Tasks {
		if t.Visit.Task.Value("notify") != nil || t.never() {
			continue
		}
		t.missingNotify(managed, b)
	}
	p.updatedCode(managed, b)
	p.unknownHandlers()
	p.announcements()
	p.validations(managed)
}

// managed are the services of the play, each with the tasks that restart or reload it.
func (p *Play) managed() map[string][]*Task {
	out := map[string][]*Task{}
	for _, t := range p.All {
		for _, s := range t.services() {
			if !strings.Contains(s, "{{") {
				out[s] = append(out[s], t)
			}
		}
	}
	return out
}

func (t *Task) missingNotify(managed map[string][]*Task, b *Builder) {
	if t.Shell != nil || t.keepsFile() {
		return
	}
	for _, w := range t.writes {
		service := serviceOf(w.Path)
		if service == "" || managed[service] == nil || w.Directory || t.onlyRights(w) || readAnew.MatchString(w.Path) ||
			t.handled(service, managed[service]) || t.fragment(w.Path) || w.Absent && stopped(service, managed[service]) || unitFile(w.Path) && t.startsAnew(service, managed[service], b) {
			continue
		}
		t.set("missing_notify", Fields{"service": service, "path": w.Path, "removes": w.Absent})
		t.flag("missing-notify")
		return
	}
}

// unitFile tells that a path is the definition of a service, not a configuration that it reads.
func unitFile(path string) bool {
	return slices.ContainsFunc(unitDirs, func(dir string) bool { return under(dir, path) })
}

// startsAnew tells that a unit runs from the start each time that it is wanted, or is not started by the play at all: there is nothing
// running that would have to hear of its new definition.
func (t *Task) startsAnew(service string, by []*Task, b *Builder) bool {
	text := t.written(b)
	if strings.Contains(text, "Type=oneshot") && !strings.Contains(text, "RemainAfterExit") {
		return true
	}
	return !slices.ContainsFunc(by, func(o *Task) bool { return o.stateOf(service) != "" })
}

// guardedBeyond tells that a guard stands before a task that does not stand before another: it may be left out where the other is not.
func (t *Task) guardedBeyond(other *Task) bool {
	return slices.ContainsFunc(t.Guards, func(g Guard) bool {
		return !g.Lasting && !slices.ContainsFunc(other.Guards, func(o Guard) bool { return g.key() == o.key() })
	})
}

// onlyRights tells that a task changes owner and mode of a path, nothing that a service reads.
func (t *Task) onlyRights(w Write) bool {
	state := t.str("state")
	return t.Module == "file" && !w.Absent && state != "link" && state != "hard"
}

// readAnew are files below a service's configuration that it opens each time that it needs them, that its clients read, or nothing does.
var readAnew = pattern.New(`^/etc/mysql/debian\.cnf$|^/etc/apache2/[a-z]+$|^/etc/postfix/Makefile$|htpasswd|/auth_basic|passwd$|\.deny$`)

// stopped tells that the play takes a service out of use: it need not hear of what is removed with it.
func stopped(service string, by []*Task) bool {
	out := false
	for _, t := range by {
		if t.Handler() {
			continue
		}
		switch state := t.stateOf(service); {
		case state == "stopped" || t.str("enabled") != "" && !t.is("enabled"):
			out = true
		case state != "" || t.is("enabled"):
			out = false
		}
	}
	return out
}

// handled tells that a change reaches the service in another way: a later task restarts it when this one changed, the
// service is first started later, or a later write of the same service notifies anyway.
func (t *Task) handled(service string, by []*Task) bool {
	if r := t.Visit.Task.Value("register"); r != nil && t.Play.readLater(r.Text, t) {
		return true
	}
	if slices.ContainsFunc(t.Guards, func(g Guard) bool {
		return g.Kind == "changed" && g.Source != nil && g.Source.Visit.Task.Value("notify") != nil
	}) {
		return true // what it follows tells the service
	}
	for _, other := range by {
		if other.order > t.order && !other.Handler() && !other.guardedBeyond(t) && (other.stateOf(service) == "restarted" || other.stateOf(service) == "reloaded") {
			return true
		}
	}
	return false
}

// fragment tells that a later task assembles a file of what lies where a path is: that file is what the service reads.
func (t *Task) fragment(path string) bool {
	return slices.ContainsFunc(t.Play.Tasks[t.order:], func(o *Task) bool {
		return o.Module == "assemble" && Compare(o.str("src"), parent(path)) == Equal
	})
}

// updatedCode: a checkout or unpacked archive that a service runs from, by the text of the service's own unit.
func (p *Play) updatedCode(managed map[string][]*Task, b *Builder) {
	var units []unit
	for _, code := range p.Tasks {
		if code.Module != "git" && code.Module != "unarchive" || code.Visit.Task.Value("notify") != nil || code.Visit.Task.Value("register") != nil {
			continue
		}
		dest := code.str("dest")
		if !literal(dest) || slices.Contains(baseDirs, strings.TrimSuffix(dest, "/")) || dest == "/" {
			continue
		}
		if units == nil {
			units = p.units(managed, b)
		}
		for _, u := range units {
			if strings.Contains(u.text, strings.TrimSuffix(dest, "/")) && !code.handled(u.service, managed[u.service]) {
				code.set("missing_notify", Fields{"service": u.service, "path": dest, "removes": false, "code": true, "unit": u.task.ref()})
				code.flag("missing-notify")
			}
		}
	}
}

// unit is a configuration that a task writes for a managed service, and its text with constants substituted.
type unit struct {
	task          *Task
	service, text string
}

// units reads each configuration of a play once.
func (p *Play) units(managed map[string][]*Task, b *Builder) []unit {
	out := []unit{}
	for _, t := range p.Tasks {
		if t.Module != "template" && t.Module != "copy" {
			continue
		}
		text, read := "", false
		for _, w := range t.writes {
			service := serviceOf(w.Path)
			if service == "" || service == "nginx" || managed[service] == nil {
				continue
			}
			if !read {
				text, read = t.written(b), true
			}
			out = append(out, unit{t, service, text})
		}
	}
	return out
}

// written is the text that a template or copy writes, as far as it is known.
func (t *Task) written(b *Builder) string {
	text := t.str("content")
	if text == "" {
		text = string(t.sourceText(b))
	}
	return t.scope.text(text)
}

// sourceText reads the file behind src: in the role's templates or files, or beside the playbook.
func (t *Task) sourceText(b *Builder) []byte {
	src := t.str("src")
	if !literal(src) || src == "" {
		return nil
	}
	sub := "files"
	if t.Module == "template" {
		sub = "templates"
	}
	var dirs []string
	if r := t.Visit.Role; r != nil {
		dirs = append(dirs, filepath.Join(r.Dir, sub), r.Dir)
	}
	here := filepath.Dir(t.Visit.Task.Pos.File)
	dirs = append(dirs, filepath.Join(here, sub), here)
	for _, dir := range dirs {
		if text := b.files.Text(filepath.Join(dir, src)); text != nil {
			return text
		}
	}
	return nil
}

// unknownHandlers: names that are notified and that no handler has.
func (p *Play) unknownHandlers() {
	if p.Alone || p.Opaque {
		return
	}
	names := map[string]bool{}
	for _, h := range p.Handlers {
		if h.unresolved() || strings.Contains(h.Visit.Task.Name, "{{") {
			return
		}
		names[h.Visit.Task.Name] = true
		if r := h.Visit.Role; r != nil {
			names[r.Name+" : "+h.Visit.Task.Name] = true
		}
		for _, n := range nodes(h.Visit.Task.Value("listen")) {
			names[n.Text] = true
		}
		for _, l := range h.Visit.Chain {
			if l.Include != nil {
				names[l.Include.Name] = true
			}
		}
	}
	for _, t := range p.All {
		if t.awaitsVariable() {
			continue
		}
		for _, n := range nodes(t.Visit.Task.Value("notify")) {
			if n.Kind == source.String && !strings.Contains(n.Text, "{{") && !strings.Contains(n.Text, "{%") && !names[n.Text] {
				t.add("unknown_handlers", n.Text)
				t.flag("unknown-handler")
			}
		}
	}
}

// awaitsVariable tells that a task runs only where a variable is defined that nothing here defines: with the role that brings it, and
// that role's handlers.
func (t *Task) awaitsVariable() bool {
	return slices.ContainsFunc(t.conds, func(c condition) bool {
		return len(c.names) == 1 && c.names[0].test == "defined" && !c.negated && !c.names[0].negated && len(c.names[0].path) == 0 && !t.defines(c.names[0].root)
	})
}

// defines tells that a name has a value in the scope of the task, or is set by some task of the play.
func (t *Task) defines(name string) bool {
	_, known := t.outerValue(name)
	return known || t.Play.runtime[name]
}

// validated are the configurations that a broken edit of which takes a service or a login down, and how to test them.
var validated = []struct{ path, validate, service string }{
	{"/etc/ssh/sshd_config", "sshd -t -f %s", "ssh"}, {"/etc/sudoers", "visudo -cf %s", ""}, {"/etc/sudoers.d", "visudo -cf %s", ""},
	{"/etc/nginx", "nginx -t", "nginx"}, {"/etc/apache2", "apachectl configtest", "apache2"}, {"/etc/httpd", "apachectl configtest", "apache2"},
	{"/etc/haproxy/haproxy.cfg", "haproxy -c -f %s", "haproxy"},
}

// validations: edits of such files without validate, and the restarts that would load them.
func (p *Play) validations(managed map[string][]*Task) {
	tested := slices.ContainsFunc(p.All, func(t *Task) bool {
		return t.Shell != nil && slices.ContainsFunc(t.spoken(), func(c *shell.Call) bool {
			return (c.Program == "nginx" || c.Program == "sshd") && hasWord(c.Args, "-t") || c.Program == "apachectl" || c.Program == "visudo" || c.Program == "haproxy" && hasWord(c.Args, "-c")
		})
	})
	for _, t := range p.Tasks {
		if t.Shell != nil || t.str("validate") != "" || tested {
			continue
		}
		for _, w := range t.writes {
			for _, row := range validated {
				if !under(row.path, w.Path) || w.Absent || w.Directory || !w.Whole && !w.Part || row.service != "" && managed[row.service] == nil {
					continue
				}
				t.set("unvalidated", Fields{"path": w.Path, "validate": row.validate, "service": row.service, "whole_file": strings.Contains(row.validate, "%s")})
				t.flag("unvalidated")
				for _, restart := range managed[row.service] {
					if !restart.Handler() && restart.order > t.order && restart.stateOf(row.service) == "restarted" && row.service != "" {
						restart.set("unvalidated", Fields{"path": w.Path, "validate": row.validate, "service": row.service, "restart": true, "whole_file": true})
						restart.flag("unvalidated")
					}
				}
			}
		}
	}
}
