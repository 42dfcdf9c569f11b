package facts

import (
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/rules/facts/shell"
)

// relateState compares what tasks need (accounts, directories, programs, services) with what stands before and after them.
// What cannot be known is silent: a role judged without its play, files that could not be resolved, opaque commands.
func relateState(p *Play, _ registers, _ *Builder) {
	if p.Alone {
		return
	}
	made := p.provisions()
	for _, t := range p.Tasks {
		if t.delegated() != "" || t.never() || scaffold(t.Visit.Task.Pos.File) {
			continue
		}
		for _, n := range t.needs() {
			p.need(t, n, made)
		}
	}
	p.run.provided(p, made)
}

// hosts is the pattern of a play, "" outside plays.
func (p *Play) hosts() string {
	if p.Play == nil {
		return ""
	}
	if h := p.Play.Value("hosts"); h != nil {
		return h.Text
	}
	return ""
}

// ofController tells of the accounts of the machine that Ansible runs on: they are there before it.
func (p *Play) ofController(n thing) bool {
	if p.Play == nil || n.kind != "user" && n.kind != "group" {
		return false
	}
	c := p.Play.Value("connection")
	return c != nil && c.Text == "local"
}

// scaffold tells of playbooks that test others: their servers are made elsewhere.
func scaffold(file string) bool {
	return strings.Contains(file, "molecule/") || strings.Contains(file, "tests/") || strings.Contains(file, "/test/")
}

// thing is something that a task needs or makes: a kind (user, group, dir, program, service) and a name.
type thing struct{ kind, name string }

// provisions fills in what each task of a play makes, in order.
func (p *Play) provisions() *provisions {
	made := newProvisions()
	add := made.add
	for _, t := range p.Tasks {
		if t.order < made.opaque && t.opaque() {
			made.opaque = t.order
		}
		if t.order < made.installer && t.opaque() && !t.makesOnlyWhatItWrites() {
			made.installer = t.order
		}
		switch t.Module {
		case "user":
			if t.str("state") != "absent" {
				for _, n := range t.values("name") {
					add(t, "user", n)
					if t.str("group") == "" {
						add(t, "group", n)
					}
				}
			}
		case "group":
			if t.str("state") != "absent" {
				for _, n := range t.values("name") {
					add(t, "group", n)
				}
			}
		}
		for _, pkg := range t.packages() {
			if t.str("state") == "absent" {
				continue
			}
			for _, got := range packageBrings(pkg) {
				add(t, got.kind, got.name)
			}
			add(t, "package", pkg)
		}
		if t.Shell != nil {
			for _, c := range t.Shell.Calls {
				switch c.Program {
				case "useradd", "adduser", "groupadd", "addgroup":
					for _, a := range c.Args {
						add(t, "user", t.scope.text(a))
						add(t, "group", t.scope.text(a))
					}
				case "apt-get", "apt", "yum", "dnf", "apk":
					for _, a := range c.Args {
						for _, got := range packageBrings(a) {
							add(t, got.kind, got.name)
						}
						add(t, "package", a)
					}
				}
			}
		}
		for _, w := range t.writes {
			if w.Absent || !literal(w.Path) {
				continue
			}
			add(t, "dir", strings.TrimSuffix(w.Path, "/"))
			if s := serviceOf(w.Path); s != "" && strings.Contains(w.Path, "system") {
				add(t, "service", s)
			}
		}
	}
	return made
}

// need is a thing that a task needs.
type need struct {
	thing
	arg string
}

func (t *Task) needs() []need {
	var out []need
	add := func(kind, arg, name string) {
		if name != "" && !strings.Contains(name, "{{") && !strings.Contains(name, "$") {
			out = append(out, need{thing{kind, name}, arg})
		}
	}
	switch t.Module {
	case "file", "copy", "template", "get_url", "unarchive", "assemble", "lineinfile", "blockinfile":
		add("user", "owner", t.str("owner"))
		add("group", "group", t.str("group"))
	case "cron", "authorized_key":
		add("user", "user", t.str("user"))
	case "user":
		if t.str("state") != "absent" {
			add("group", "group", t.str("group"))
			for _, g := range t.values("groups") {
				add("group", "groups", g)
			}
		}
	}
	if n := t.Visit.Inherited("become_user"); n != nil && n.Value != nil {
		add("user", "become_user", t.scope.text(n.Value.Text))
	}
	switch t.Module {
	case "copy", "template", "get_url", "assemble":
		for _, w := range t.writes {
			if w.Whole && literal(w.Path) && strings.HasPrefix(w.Path, "/") {
				add("dir", "dest", parent(w.Path))
			}
		}
	}
	if serviceModules[t.Module] && !t.Play.operates() && t.Module != "supervisorctl" && t.str("state", "enabled", "masked") != "" { // others only ask for its status
		for _, s := range t.values("name", "service") {
			add("service", "name", unitName(s))
		}
	}
	return append(out, t.programNeeds()...)
}

// moduleProgram is the program that a module cannot do without.
var moduleProgram = map[string]string{"git": "git", "npm": "npm", "ufw": "ufw", "synchronize": "rsync", "subversion": "svn", "hg": "hg", "composer": "composer",
	"supervisorctl": "supervisorctl", "postgresql_db": "psql", "postgresql_user": "psql", "mysql_db": "mysql", "docker_container": "docker", "docker_image": "docker",
	"docker_compose_v2": "docker", "gem": "gem", "htpasswd": "", "firewalld": "firewall-cmd"}

func (t *Task) programNeeds() []need {
	var out []need
	if p := moduleProgram[t.Module]; p != "" && !(p == "psql" && t.arg("login_host") != nil) {
		out = append(out, need{thing{"program", p}, "module"})
	}
	if t.Shell == nil || t.Module == "raw" || t.Module == "script" || t.guarded() {
		return out
	}
	for _, c := range t.Shell.Calls {
		if !strings.Contains(c.Path, "/") && !strings.Contains(c.Path, "{{") && packageFor(c.Program) != "" && len(c.Guards) == 0 {
			out = append(out, need{thing{"program", c.Program}, "command"})
		}
	}
	return out
}

// need judges one need: provided before, provided only later, or never.
func (p *Play) need(t *Task, n need, made *provisions) {
	if n.kind == "user" && (n.name == p.User || n.name == "root") || p.basic(n.thing) || p.ofController(n.thing) {
		return
	}
	before, later := made.provider(n.thing, t)
	if before || p.run.provides(n.thing) || n.kind == "dir" && p.mayHaveDir(n.name, t) {
		return
	}
	fact := Fields{"kind": n.kind, "name": n.name, "arg": n.arg}
	if pkg := packageFor(n.name); n.kind == "program" && pkg != "" {
		fact["package"] = pkg
	}
	if later != nil && t.chosenApart(later) {
		fact["apart"] = true
	}
	if later != nil && p.replaces(later) {
		return
	}
	switch {
	case later != nil && len(t.conds) == 0 && n.kind != "dir":
		fact["by"] = later.ref()
		t.add("used_before", fact)
		t.flag("used-before")
	case later != nil && len(t.conds) == 0 && dirMaker(later, n.name):
		fact["by"] = later.ref()
		t.add("used_before", fact)
		t.flag("used-before")
	case later == nil && !p.Opaque && len(t.conds) == 0 && (made.opaque >= t.order || n.kind == "program" && made.installer >= t.order):
		t.add("missing", fact)
		t.flag("missing-" + n.kind)
	}
}

// replaces tells that a task installs what the play has stopped before: an upgrade, which takes the earlier version and all that came with
// it for granted.
func (p *Play) replaces(install *Task) bool {
	return slices.ContainsFunc(p.Tasks[:install.order], func(o *Task) bool {
		return slices.ContainsFunc(o.services(), func(s string) bool { return o.stateOf(s) == "stopped" && install.brings(thing{"service", s}) })
	})
}

// mayHaveDir tells that a directory may be there, although no task is known to make it: a package of its name is installed before, or
// a directory whose name a template gives is made.
func (p *Play) mayHaveDir(dir string, t *Task) bool {
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	return slices.ContainsFunc(p.Tasks[:t.order], func(o *Task) bool {
		return slices.ContainsFunc(o.writes, func(w Write) bool { return w.Directory && Compare(w.Path, dir) == Undecided }) ||
			slices.ContainsFunc(o.packages(), func(pkg string) bool {
				return slices.ContainsFunc(parts[min(1, len(parts)):], func(part string) bool { return len(pkg) > 2 && (part == pkg || strings.HasPrefix(part, pkg+".")) })
			})
	})
}

// dirMaker tells that a task makes exactly this directory (a file below it does not count: it needs the directory, too).
func dirMaker(t *Task, dir string) bool {
	return slices.ContainsFunc(t.writes, func(w Write) bool { return (w.Directory || w.Container) && strings.TrimSuffix(w.Path, "/") == dir })
}

// brings tells that a package of the task has the thing.
func (t *Task) brings(n thing) bool {
	return slices.ContainsFunc(t.packages(), func(p string) bool {
		return slices.ContainsFunc(packageBrings(p), func(got thing) bool {
			return got == n || got.kind == "dir" && n.kind == "dir" && under(got.name, n.name)
		})
	})
}

// deeper tells that the task makes a directory below (with its parents), or one that contains it and may fill it.
func (t *Task) deeper(dir string) bool {
	return slices.ContainsFunc(t.writes, func(w Write) bool {
		if w.Container {
			return under(w.Path, dir)
		}
		return w.Directory && under(dir, w.Path)
	})
}

// opaque: a command, script or unknown module that may make anything.
func (t *Task) opaque() bool {
	if t.Module == "script" || t.Module == "raw" || t.action().Module == nil || t.unresolved() {
		return true
	}
	if packageModules[t.Module] {
		return slices.ContainsFunc(t.packages(), func(n string) bool { return strings.Contains(n, "{{") }) || t.arg("deb") != nil
	}
	return t.Shell != nil && t.Shell.Bare >= shell.Unknown
}

// makesOnlyWhatItWrites tells that all that a command makes is known by its path: `gpg --dearmor -o KEYRING`, `mkdir DIR`.
func (t *Task) makesOnlyWhatItWrites() bool {
	return t.Shell != nil && len(t.Shell.Calls) > 0 && !slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool {
		return c.Class == shell.Unknown || c.Class > shell.Unknown && len(c.Writes) == 0
	})
}

// basic tells of what a plain Debian, Ubuntu or RHEL install has.
func (p *Play) basic(n thing) bool {
	switch n.kind {
	case "program":
		return packageFor(n.name) == ""
	case "user":
		return slices.Contains(baseUsers, n.name) || isNumber(n.name)
	case "group":
		return slices.Contains(baseUsers, n.name) || slices.Contains(baseGroups, n.name) || isNumber(n.name)
	case "service":
		return slices.Contains(baseServices, n.name) || strings.HasPrefix(n.name, "systemd-") || strings.Contains(n.name, "@") || servicePackage(n.name) == ""
	case "dir":
		return baseDir(n.name)
	}
	return false
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

var (
	baseUsers    = strings.Fields("root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody systemd-network systemd-resolve messagebus sshd _apt ubuntu debian vagrant ec2-user admin centos adm shutdown halt operator ftp dbus polkitd tss chrony syslog uuidd")
	baseGroups   = strings.Fields("root adm tty disk lp sudo wheel audio dip video plugdev staff users nogroup ssh shadow utmp kmem dialout fax voice cdrom floppy tape src sasl games crontab netdev ssl-cert input kvm render lxd systemd-journal mail wheel operator")
	baseServices = strings.Fields("ssh sshd cron crond rsyslog dbus networking network NetworkManager systemd-timesyncd getty ufw apparmor udev auditd firewalld chronyd chrony postfix irqbalance unattended-upgrades multipathd snapd polkit procps")
	baseDirs     = strings.Fields("/ /etc /etc/apt /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/preferences.d /etc/apt/keyrings /etc/apt/trusted.gpg.d /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly /etc/default /etc/init.d /etc/init /etc/logrotate.d /etc/modprobe.d /etc/modules-load.d /etc/network /etc/network/interfaces.d /etc/pam.d /etc/profile.d /etc/rsyslog.d /etc/security /etc/security/limits.d /etc/skel /etc/ssh /etc/ssh/sshd_config.d /etc/ssl /etc/ssl/certs /etc/ssl/private /etc/sudoers.d /etc/sysctl.d /etc/systemd /etc/systemd/system /etc/systemd/network /etc/tmpfiles.d /etc/udev/rules.d /etc/update-motd.d /etc/yum.repos.d /etc/sysconfig /etc/sysconfig/network-scripts /etc/pki /etc/pki/tls /etc/pki/tls/certs /etc/pki/rpm-gpg /etc/X11 /etc/ld.so.conf.d /etc/bash_completion.d /etc/dpkg/dpkg.cfg.d /etc/needrestart/conf.d /etc/netplan /etc/polkit-1/rules.d /etc/iptables /root /home /opt /srv /tmp /var /var/tmp /var/log /var/lib /var/cache /var/run /run /var/spool /var/spool/cron /var/backups /var/local /var/opt /var/mail /usr /usr/bin /usr/sbin /usr/lib /usr/share /usr/local /usr/local/bin /usr/local/sbin /usr/local/etc /usr/local/lib /usr/local/share /usr/local/src /usr/share/keyrings /usr/local/share/ca-certificates /usr/lib/systemd/system /lib/systemd/system /usr/src /bin /sbin /lib /boot /boot/grub /media /mnt /dev /proc /sys /dev/shm")
)

func baseDir(dir string) bool {
	return slices.Contains(baseDirs, dir) || under("/proc", dir) || under("/sys", dir) || under("/tmp", dir) || under("/run", dir) || under("/boot", dir) ||
		under("/usr/share", dir) || under("/usr/lib", dir) || strings.HasPrefix(dir, "/home/") || strings.HasPrefix(dir, "/root") || filepath.Base(dir) == ".ssh" || !strings.HasPrefix(dir, "/")
}
