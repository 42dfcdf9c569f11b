package strategy

import (
	"math/rand/v2"
	"strings"
	"sync"

	"pylint-deploy/executor/agent/wire"
)

// epochs tell targets whether anything that this run did can have changed what a module found out before (wire.Call.Epoch), so that it
// need not ask again: what package mirrors serve, how the firewall stands. Who publishes a package and installs it in the same run gets it:
// a mirror may be a host of the run, and a command may do anything anywhere.
//
// So each call counts, when it is begun and when it has ended, except those of modules that are known to change nothing but what they
// say that they change: they count if they report a change. What a target did itself it counts itself (agent.Server), so that calls that
// are sent together need not wait for each other's results here.
type epochs struct {
	mu    sync.Mutex
	off   bool   // --no-coalesce; or a job runs in the background, of which nobody knows when it does what
	count uint64 // begins where no other run does: the agent of the controller's own host may serve several
}

func newEpochs(off bool) *epochs { return &epochs{off: off, count: 1 + rand.Uint64()>>1} }

// honest are modules that change only what they report.
var honest = modules("setup", "gather_facts", "stat", "find", "slurp", "fetch", "ping", "getent", "service_facts", "package_facts", "wait_for",
	"apt", "apt_key", "apt_repository", "deb822_repository", "debconf", "dpkg_selections", "dnf", "yum", "package", "rpm_key", "yum_repository",
	"copy", "template", "file", "lineinfile", "blockinfile", "replace", "assemble", "tempfile", "unarchive", "get_url", "git", "cron", "known_hosts",
	"group", "user", "hostname", "iptables", "service", "systemd", "systemd_service", "sysvinit",
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

// watch numbers calls in the order in which the target does them, and counts what they change as their replies come.
func (m *epochs) watch(calls []wire.Call, each func(wire.Reply)) func(wire.Reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	silent := map[uint32]bool{} // calls that count without a word
	for i := range calls {
		c := &calls[i]
		m.off = m.off || c.AsyncSeconds > 0
		if !m.off {
			c.Epoch = m.count
		}
		if !honest[c.Module] {
			silent[c.ID] = true
			m.count++
		}
	}
	return func(reply wire.Reply) {
		if silent[reply.ID] || reply.Result["changed"] == true {
			m.something()
		}
		each(reply)
	}
}

// something counts what may have changed anything.
func (m *epochs) something() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
}
