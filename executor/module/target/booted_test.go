//go:build target

package target

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// bootedSide starts a runner in a booted target. enter is the command that runs its arguments there.
func bootedSide(t *testing.T, enter []string, argv ...string) *side {
	t.Helper()
	put := func(file string, stdin []byte, script string) {
		cmd := exec.Command(enter[0], append(enter[1:], "sh", "-ec", script)...)
		cmd.Stdin = bytes.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("putting %s into %v: %v\n%s", file, enter, err, out)
		}
	}
	for _, f := range []string{os.Getenv("MODRUN"), "testdata/ansible_runner.py"} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := f[strings.LastIndexByte(f, '/')+1:]
		put(f, data, "mkdir -p /run/runner; cat > /run/runner/"+name+"; chmod 755 /run/runner/"+name)
	}
	libs, err := exec.Command("tar", "-C", "/usr/lib/python3/dist-packages", "--exclude=__pycache__", "-c", "ansible", "ansible_collections/ansible/posix",
		"ansible_collections/community/general/plugins").Output()
	if err != nil {
		t.Fatal(err)
	}
	put("Ansible", libs, "mkdir -p /ansible; tar -C /ansible -x")
	s := &side{}
	s.startCommand(t, exec.Command(enter[0], append(enter[1:], argv...)...))
	return s
}

// prepareSupervisor gives a booted target supervisor with a program of its own and two in a group.
func prepareSupervisor(t *testing.T, enter []string) {
	t.Helper()
	const script = `apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends supervisor >/dev/null
printf '[program:%s]\ncommand=sleep 1d\nstartsecs=0\n' alone one two >/etc/supervisor/conf.d/test.conf
printf '[group:pair]\nprograms=one,two\n' >>/etc/supervisor/conf.d/test.conf
supervisorctl update`
	if out, err := exec.Command(enter[0], append(enter[1:], "sh", "-ec", script)...).CombinedOutput(); err != nil {
		t.Fatalf("preparing supervisor in %v: %v\n%s", enter, err, out)
	}
}

// TestBooted compares services and the firewall on two booted targets. TARGET_BOOTED holds, separated by "|", the two
// commands that run their arguments in them, such as "enter.sh web1|enter.sh web2".
func TestBooted(t *testing.T) {
	a, b, ok := strings.Cut(os.Getenv("TARGET_BOOTED"), "|")
	if !ok {
		if os.Getenv("CI") != "" {
			t.Fatal("TARGET_BOOTED must name two booted targets")
		}
		t.Skip("TARGET_BOOTED names no booted targets")
	}
	needModrun(t)
	theirs := bootedSide(t, strings.Fields(a), "python3", "/run/runner/ansible_runner.py")
	ours := bootedSide(t, strings.Fields(b), "/run/runner/modrun")
	const systemd, ufw = "ansible.builtin.systemd_service", "community.general.ufw"
	status := m2("status", "holds times and process ids")
	for _, enter := range []string{a, b} {
		prepareSupervisor(t, strings.Fields(enter))
	}
	const supervisor = "community.general.supervisorctl"
	for _, s := range []step{
		{module: systemd, args: m{"name": "cron", "state": "started"}, differs: status},
		{module: systemd, args: m{"name": "cron", "state": "stopped"}, differs: status},
		{module: systemd, args: m{"name": "cron", "state": "started", "enabled": true}, differs: status},
		{module: systemd, args: m{"name": "cron.service", "state": "restarted"}, differs: status},
		{module: systemd, args: m{"name": "cron", "enabled": false}, differs: status},
		{module: systemd, args: m{"name": "cron", "enabled": true}, differs: status},
		{module: systemd, args: m{"name": "cron", "masked": true}, differs: status},
		{module: systemd, args: m{"name": "cron", "masked": false}, differs: status},
		{module: systemd, args: m{"name": "ssh", "state": "reloaded"}, differs: status},
		{module: systemd, args: m{"name": "rsyslog", "state": "stopped", "enabled": false}, differs: status},
		{module: systemd, args: m{"name": "nosuch", "state": "started"}, fails: true, differs: status},
		{module: systemd, args: m{"name": "nosuch", "enabled": true}, fails: true, differs: status},
		{module: systemd, args: m{"name": "nosuch*", "state": "started"}, fails: true, differs: status},
		{module: systemd, args: m{"daemon_reload": true}, differs: status},
		{module: systemd, args: m{"name": "getty@tty9", "state": "started"}, differs: status},
		{module: "ansible.builtin.service_facts", args: m{}, differs: m2("ansible_facts", "compared below the services of each")},
		{module: supervisor, args: m{"name": "alone", "state": "started"}},
		{module: supervisor, args: m{"name": "alone", "state": "stopped"}},
		{module: supervisor, args: m{"name": "pair:", "state": "stopped"}},
		{module: supervisor, args: m{"name": "pair:one", "state": "started"}},
		{module: supervisor, args: m{"name": "one", "state": "started"}, fails: true},
		{module: supervisor, args: m{"name": "alone", "state": "present"}},
		{module: supervisor, args: m{"name": "nosuch", "state": "stopped"}, fails: true},
		{module: supervisor, args: m{"name": "all", "state": "stopped", "config": "/etc/supervisor/supervisord.conf"}},
		{module: systemd, args: m{"name": "supervisor", "state": "stopped"}, differs: status},
		{module: supervisor, args: m{"name": "alone", "state": "started"}, fails: true},
		{module: ufw, args: m{"rule": "allow", "to_port": "22"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "80", "proto": "tcp"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "443", "comment": "web server"}},
		{module: ufw, args: m{"rule": "deny", "from_ip": "10.9.0.0/16"}},
		{module: ufw, args: m{"rule": "allow", "from_ip": "10.66.0.2", "to_port": "5432", "proto": "tcp"}},
		{module: ufw, args: m{"rule": "limit", "to_port": "2222"}},
		{module: ufw, args: m{"rule": "reject", "to_port": "25", "direction": "out"}},
		{module: ufw, args: m{"rule": "allow", "interface": "eth0", "direction": "in", "to_port": "81"}},
		{module: ufw, args: m{"rule": "allow", "name": "OpenSSH"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "6000:6007", "proto": "tcp"}},
		{module: ufw, args: m{"rule": "deny", "to_port": "79", "insert": 1}},
		{module: ufw, args: m{"rule": "allow", "to_port": "80", "proto": "tcp", "delete": true}},
		{module: ufw, args: m{"rule": "allow", "to_port": "1", "direction": "incoming"}, fails: true},
		{module: ufw, args: m{"default": "deny", "direction": "incoming"}},
		{module: ufw, args: m{"default": "reject", "direction": "outgoing"}},
		{module: ufw, args: m{"default": "allow", "direction": "outgoing"}},
		{module: ufw, args: m{"logging": "low"}},
		{module: ufw, args: m{"logging": "full"}},
		{module: ufw, args: m{"logging": "off"}},
		{module: ufw, args: m{"state": "enabled"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "8080"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "8081", "insert": 0, "insert_relative_to": "last-ipv4"}},
		{module: ufw, args: m{"rule": "allow", "route": true, "interface_in": "eth0", "interface_out": "lo"}},
		{module: ufw, args: m{"rule": "allow", "from_ip": "fd00::/8", "to_port": "99"}},
		{module: ufw, args: m{"logging": "low"}},
		{module: ufw, args: m{"state": "reloaded"}},
		{module: ufw, args: m{"state": "disabled"}},
		// ufw names its backups by the second, and Ansible's module fails where one is there.
		{module: ufw, args: m{"state": "reset"}, apart: 1100 * time.Millisecond},
	} {
		compareStep(t, s, theirs, ours)
	}
}
