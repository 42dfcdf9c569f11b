//go:build target

package target

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bootedSide starts a runner in a booted target.
func bootedSide(t *testing.T, name string, argv ...string) *side {
	t.Helper()
	program := os.Getenv("TARGET_PROGRAM")
	put := func(file string, stdin []byte, script string) {
		cmd := exec.Command(program, "enter", name, "sh", "-ec", script)
		cmd.Stdin = bytes.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("putting %s into %s: %v\n%s", file, name, err, out)
		}
	}
	for _, f := range []string{modrun(t), "testdata/ansible_runner.py"} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(f)
		put(f, data, "mkdir -p /run/runner; cat > /run/runner/"+base+"; chmod 755 /run/runner/"+base)
	}
	libs, err := exec.Command("tar", "-C", "/usr/lib/python3/dist-packages", "--exclude=__pycache__", "-c", "ansible", "ansible_collections/ansible/posix",
		"ansible_collections/community/general/plugins").Output()
	if err != nil {
		t.Fatal(err)
	}
	put("Ansible", libs, "mkdir -p /ansible; tar -C /ansible -x")
	root, err := exec.Command(program, "root", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	s := &side{root: strings.TrimSpace(string(root))}
	s.startCommand(t, exec.Command(program, append([]string{"enter", name}, argv...)...))
	return s
}

// sh runs a script in a target.
func (p *pair) sh(t *testing.T, script string) {
	t.Helper()
	for _, name := range p.names {
		run(t, os.Getenv("TARGET_PROGRAM"), "enter", name, "sh", "-ec", script)
	}
}

// pair are two booted targets, one for each program.
type pair struct {
	names        [2]string
	theirs, ours *side
	// apart is what their settings differ in from the beginning, told what has been told of.
	apart map[string][2]string
	told  map[string]bool
}

// bootedPair starts runners in the targets that TARGET_BOOTED names, such as "web1|web2"; TARGET_PROGRAM is what keeps them.
func bootedPair(t *testing.T) *pair {
	t.Helper()
	a, b, ok := strings.Cut(os.Getenv("TARGET_BOOTED"), "|")
	if !ok || os.Getenv("TARGET_PROGRAM") == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TARGET_BOOTED must name two booted targets, and TARGET_PROGRAM the program that keeps them")
		}
		t.Skip("TARGET_BOOTED names no booted targets, or TARGET_PROGRAM none")
	}
	p := &pair{told: map[string]bool{}, names: [2]string{a, b}, theirs: bootedSide(t, a, "python3", "/run/runner/ansible_runner.py"), ours: bootedSide(t, b, "/run/runner/modrun")}
	p.apart = p.differences(t)
	return p
}

// play runs steps on both targets and compares results and settings.
func (p *pair) play(t *testing.T, steps []step) {
	t.Helper()
	for _, s := range steps {
		if s.shell != "" {
			p.sh(t, s.shell)
		}
		compareStep(t, s, p.theirs, p.ours)
		p.compareSettings(t, fmt.Sprintf("%s %v", s.module, brief(s.args)), s.differs["tree"] != "")
	}
}

// compareSettings compares what is below /etc now. A difference is told once, and never where it is on purpose.
func (p *pair) compareSettings(t *testing.T, what string, onPurpose bool) {
	t.Helper()
	for path, d := range p.differences(t) {
		if !p.told[path] && p.apart[path] != d {
			p.told[path] = true
			if !onPurpose {
				t.Errorf("%s: after it %s\n  ansible: %s\n  ours:    %s", what, path, d[0], d[1])
			}
		}
	}
}

// differences are the files below /etc that are not the same on both: what each side has there.
func (p *pair) differences(t *testing.T) map[string][2]string {
	t.Helper()
	theirs, ours := settings(t, p.theirs.root), settings(t, p.ours.root)
	out := map[string][2]string{}
	for path := range maps.Keys(theirs) {
		if theirs[path] != ours[path] {
			out[path] = [2]string{theirs[path], ours[path]}
		}
	}
	for path := range maps.Keys(ours) {
		if theirs[path] == "" {
			out[path] = [2]string{"(absent)", ours[path]}
		}
	}
	return out
}

// settings are all files below a root's /etc.
func settings(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(filepath.Join(root, "etc"), func(p string, _ fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(p, root)
		if err != nil || unsettled(rel) {
			return err
		}
		line, err := describe(p)
		out[rel] = line
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unsettled tells of files whose names or contents hold times.
func unsettled(path string) bool {
	return strings.HasSuffix(path, ".old") || strings.HasSuffix(path, ".cache") || strings.Contains(path, ".rules.2")
}

// TestBooted compares on two booted targets what needs systemd, a network of its own or a name of its own.
func TestBooted(t *testing.T) {
	t.Parallel()
	p := bootedPair(t)
	for _, family := range []struct {
		name  string
		steps []step
	}{{"systemd", systemdSteps()}, {"supervisor", supervisorSteps()}, {"ufw", ufwSteps()}, {"firewalld", firewalldSteps()}, {"hostname", hostnameSteps()}, {"timezone", timezoneSteps()}} {
		t.Run(family.name, func(t *testing.T) { p.play(t, family.steps) })
	}
	t.Run("playbook", p.runPlaybook)
}

func systemdSteps() []step {
	const systemd = "ansible.builtin.systemd_service"
	status := m2("status", "holds times and process ids")
	return []step{
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
	}
}

// withPrograms gives supervisor a program of its own and two in a group.
const withPrograms = `printf '[program:%s]\ncommand=sleep 1d\nstartsecs=0\n' alone one two >/etc/supervisor/conf.d/test.conf
printf '[group:pair]\nprograms=one,two\n' >>/etc/supervisor/conf.d/test.conf
supervisorctl update`

func supervisorSteps() []step {
	const supervisor, systemd = "community.general.supervisorctl", "ansible.builtin.systemd_service"
	return []step{
		{module: supervisor, shell: withPrograms, args: m{"name": "alone", "state": "started"}},
		{module: supervisor, args: m{"name": "alone", "state": "stopped"}},
		{module: supervisor, args: m{"name": "pair:", "state": "stopped"}},
		{module: supervisor, args: m{"name": "pair:one", "state": "started"}},
		{module: supervisor, args: m{"name": "one", "state": "started"}, fails: true},
		{module: supervisor, args: m{"name": "alone", "state": "present"}},
		{module: supervisor, args: m{"name": "nosuch", "state": "stopped"}, fails: true},
		{module: supervisor, args: m{"name": "all", "state": "stopped", "config": "/etc/supervisor/supervisord.conf"}},
		{module: systemd, args: m{"name": "supervisor", "state": "stopped"}, differs: m2("status", "holds times and process ids")},
		{module: supervisor, args: m{"name": "alone", "state": "started"}, fails: true},
	}
}

func ufwSteps() []step {
	const ufw = "community.general.ufw"
	return []step{
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
		{module: ufw, args: m{"rule": "allow", "to_port": "22,80,443", "proto": "tcp"}},
		{module: ufw, args: m{"rule": "allow", "to_port": "443,80,22", "proto": "tcp"}},
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
	}
}

func hostnameSteps() []step {
	const hostname = "ansible.builtin.hostname"
	return exactly([]step{
		{module: hostname, args: m{"name": "db1"}, shell: "hostnamectl set-hostname start"},
		{module: hostname, args: m{"name": "db2"}},
		{module: hostname, args: m{"name": "web.example.com"}},
		{module: hostname, args: m{"name": "web.example.com", "use": "systemd"}},
		{module: hostname, args: m{"name": "byfile", "use": "debian"}},
		{module: hostname, args: m{"name": "alpine1", "use": "alpine"}, differs: m2("ansible_facts", "the host takes the new name on, not the one that the file had before")},
		{module: hostname, args: m{"name": "rc1", "use": "openrc"}, shell: "hostname byfile; mkdir -p /etc/conf.d; printf '# of OpenRC\\nhostname=\"old\"\\n' >/etc/conf.d/hostname"},
		{module: hostname, args: m{"name": "red1", "use": "redhat"}, shell: "mkdir -p /etc/sysconfig; printf 'NETWORKING=yes\\nHOSTNAME=old\\n' >/etc/sysconfig/network"},
		{module: hostname, args: m{"name": "suse1", "use": "sles"}},
		{module: hostname, args: m{"name": strings.Repeat("long", 17)}, fails: true},
		{module: hostname, args: m{"name": "transient"}, shell: "hostname drifted"},
		{module: hostname, args: m{"name": "stored"}, shell: "echo other >/etc/hostname; hostname stored"},
		{module: hostname, args: m{"name": "commented"}, shell: "printf '# the name\\ncommented\\n' >/etc/hostname"},
		{module: hostname, args: m{"name": "db1"}},
	})
}

func timezoneSteps() []step {
	const timezone = "community.general.timezone"
	return exactly([]step{
		{module: timezone, args: m{"name": "Europe/Berlin"}},
		{module: timezone, args: m{"name": "UTC"}},
		{module: timezone, args: m{"name": "Etc/UTC"}},
		{module: timezone, args: m{"name": "America/Argentina/Buenos_Aires"}},
		{module: timezone, args: m{"name": "Mars/Olympus"}, fails: true},
		{module: timezone, args: m{"name": "Europe"}, fails: true},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "rm -f /etc/timezone"},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "echo Europe/Paris >/etc/timezone"},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "ln -sf ../usr/share/zoneinfo/Europe/Paris /etc/localtime; systemctl stop systemd-timedated"},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "rm -f /etc/localtime; systemctl stop systemd-timedated"},
		{module: timezone, args: m{"hwclock": "UTC"}},
		{module: timezone, args: m{"name": "UTC", "hwclock": "UTC"}},
		{module: timezone, args: m{}, fails: true},
	})
}
