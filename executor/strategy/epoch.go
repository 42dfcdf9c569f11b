package strategy

import (
	"math/rand/v2"
	"path"
	"strings"
	"sync"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/agent/wire"
)

// epochs tell targets whether anything that this run did can have changed what a module found out before (wire.Call.Epoch), so that it
// need not ask again: what package mirrors serve, how the firewall stands. Who publishes a package and installs it in the same run gets it:
// a mirror may be a host of the run, and a command may do anything anywhere.
//
// So each call that was done counts once it has ended, except those of modules that are known to change nothing but what they say that they
// change: they count if they report a change. Commands that are known to change nothing that anybody looks for again never count (Runner.Inward). One whose condition did not hold on the target was not done. What a target did it counts
// itself (agent.Server), too, so that calls that are sent together need not wait for each other's results here.
type epochs struct {
	mu    sync.Mutex
	off   bool   // --no-coalesce; or a job runs in the background, of which nobody knows when it does what
	count uint64 // begins where no other run does: the agent of the controller's own host may serve several
	// inward is Runner.Inward.
	inward func(line string, shell bool) bool
}

func newEpochs(off bool) *epochs { return &epochs{off: off, count: 1 + rand.Uint64()>>1} }

// honest are modules that change only what they report. wait_for is none of them: what it has waited for is often the work of somebody else.
var honest = modules("setup", "gather_facts", "stat", "find", "slurp", "fetch", "ping", "getent", "service_facts", "package_facts",
	"apt", "apt_key", "apt_repository", "deb822_repository", "debconf", "dpkg_selections", "dnf", "yum", "package", "rpm_key", "yum_repository",
	"copy", "template", "file", "lineinfile", "blockinfile", "replace", "assemble", "tempfile", "unarchive", "get_url", "git", "cron", "known_hosts",
	"pip", "group", "user", "hostname", "iptables", "service", "systemd", "systemd_service", "sysvinit",
	"ansible.posix.acl", "ansible.posix.authorized_key", "ansible.posix.firewalld", "ansible.posix.mount", "ansible.posix.sysctl",
	"community.general.alternatives", "community.general.ini_file", "community.general.locale_gen", "community.general.modprobe", "community.general.timezone",
	"community.general.ufw")

// modules is a set of names; one without a dot is of ansible.builtin.
func modules(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		if !strings.Contains(n, ".") {
			n = "ansible.builtin." + n
		}
		out[n] = true
	}
	return out
}

// watch numbers calls, and counts what they change as their replies come.
func (m *epochs) watch(calls []wire.Call, each func(wire.Reply)) func(wire.Reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[uint32]wire.Counting{}
	for i := range calls {
		c := &calls[i]
		m.off = m.off || c.AsyncSeconds > 0
		if !m.off {
			c.Epoch = m.count
		}
		c.Counts = m.counting(c)
		counts[c.ID] = c.Counts
	}
	return func(reply wire.Reply) {
		if !reply.Skipped && !reply.NotRun && counts[reply.ID].Counted(reply.Result) {
			m.something()
		}
		each(reply)
	}
}

// counting tells how a call counts.
func (m *epochs) counting(c *wire.Call) wire.Counting {
	switch line, shell, ok := commandLine(c); {
	case honest[c.Module]:
		return wire.IfChanged
	case ok && m.inward != nil && m.inward(line, shell):
		return wire.Never
	}
	return wire.Always
}

// commandLine is what a call of command or shell has run, if a shell as everybody knows it has it run; shell tells that one does.
func commandLine(c *wire.Call) (line string, shell, ok bool) {
	shell = c.Module == "ansible.builtin.shell"
	if program, _ := c.Args["executable"].(string); !shell && c.Module != "ansible.builtin.command" || program != "" && !shells[path.Base(program)] {
		return "", false, false
	}
	if argv, _ := c.Args["argv"].([]any); len(argv) > 0 {
		for i, word := range argv {
			text, isText := word.(string)
			if !isText {
				return "", false, false
			}
			if i > 0 {
				line += " "
			}
			line += action.Quote(text)
		}
		return line, true, true // quoted words mean the same to a shell
	}
	line, ok = c.Args["_raw_params"].(string)
	return line, shell, ok
}

var shells = map[string]bool{"sh": true, "bash": true, "dash": true}

// something counts what may have changed anything.
func (m *epochs) something() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
}
