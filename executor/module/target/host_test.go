//go:build target

package target

import "testing"

func cronSteps() []step {
	const cron = "ansible.builtin.cron"
	return []step{
		{module: cron, args: m{"name": "check dirs", "hour": "5,2", "job": "ls -alh > /dev/null"}},
		{module: cron, args: m{"name": "check dirs", "hour": "6", "job": "ls -alh > /dev/null"}},
		{module: cron, args: m{"name": "daily", "special_time": "daily", "job": "/bin/true"}},
		{module: cron, args: m{"name": "off", "minute": "*/5", "job": "/bin/true", "disabled": true}},
		{module: cron, args: m{"name": "PATH", "env": true, "job": "/bin:/usr/bin"}},
		{module: cron, args: m{"name": "MAILTO", "env": true, "job": "root", "insertafter": "PATH"}},
		{module: cron, args: m{"name": "SHELL", "env": true, "job": "/bin/sh", "insertbefore": "PATH"}},
		{module: cron, args: m{"name": "X", "env": true, "job": "y", "insertafter": "NOPE"}, fails: true},
		{module: cron, args: m{"name": "PATH", "env": true, "job": "/usr/bin"}},
		{module: cron, args: m{"name": "MAILTO", "env": true, "state": "absent"}},
		{module: cron, shell: "(crontab -l; echo '1 2 3 4 5 /bin/byhand') | crontab -", args: m{"name": "adopted", "minute": "1", "hour": "2", "day": "3", "month": "4", "weekday": "5", "job": "/bin/byhand"}},
		{module: cron, args: m{"name": "daily", "state": "absent"}},
		{module: cron, args: m{"name": "nosuch", "state": "absent"}},
		{module: cron, args: m{"name": "file job", "cron_file": "myjob", "user": "root", "minute": "0", "job": "/bin/true"}},
		{module: cron, args: m{"name": "file job 2", "cron_file": "myjob", "user": "daemon", "special_time": "hourly", "job": "/bin/true"}},
		{module: cron, args: m{"name": "file job", "cron_file": "myjob", "state": "absent"}},
		{module: cron, args: m{"name": "file job 2", "cron_file": "myjob", "state": "absent"}},
		{module: cron, args: m{"name": "no user", "cron_file": "other", "job": "/bin/true"}, fails: true},
		{module: cron, args: m{"name": "no job"}, fails: true},
		{module: cron, args: m{"name": "both", "special_time": "daily", "hour": "1", "job": "x"}, fails: true},
		{module: cron, args: m{"name": "of daemon", "user": "daemon", "job": "/bin/true", "minute": "7"}},
		{module: cron, args: m{"name": "tail", "cron_file": "tailed", "user": "root", "job": "x"}, shell: "printf '1 1 1 1 1 root y' > /etc/cron.d/tailed"},
	}
}

func TestCron(t *testing.T) { play(t, cronSteps()) }

func hostSteps() []step {
	const sysctl, mount, alt, modprobe = "ansible.posix.sysctl", "ansible.posix.mount", "community.general.alternatives", "community.general.modprobe"
	return []step{
		{module: sysctl, args: m{"name": "vm.swappiness", "value": "5", "reload": false}},
		{module: sysctl, args: m{"name": "vm.swappiness", "value": "6", "reload": false}},
		{module: sysctl, args: m{"name": "net.ipv4.ip_forward", "value": "1", "reload": false, "sysctl_file": "/etc/sysctl.d/99-x.conf"}},
		{module: sysctl, args: m{"name": "kernel.sem", "value": "250 32000 100 128", "reload": false}},
		{module: sysctl, args: m{"name": "net.ipv4.ip_forward", "value": "yes", "reload": false}, shell: "printf '# c\\na = 1\\nnet.ipv4.ip_forward = 0\\n\\nb=2\\n' > /etc/sysctl.conf"},
		{module: sysctl, args: m{"name": "net.ipv4.ip_forward", "state": "absent", "reload": false}},
		{module: sysctl, args: m{"name": "net.ipv4.ip_forward", "state": "absent", "reload": false}},
		{module: sysctl, args: m{"name": "x.y", "value": "", "reload": false}, fails: true},
		{module: sysctl, args: m{"name": "vm.swappiness", "value": " 7 ", "reload": false}},
		{module: sysctl, args: m{"name": "-net.ipv4.conf.all.accept_redirects", "value": "0", "reload": false}, shell: "printf 'net.ipv4.conf.all.accept_redirects=1\n' >> /etc/sysctl.conf"},
		{module: sysctl, args: m{"name": "fs.file-max", "value": "100000", "reload": false, "sysctl_file": "/etc/new/99-x.conf"}, shell: "mkdir -p /etc/new"},
		{module: mount, args: m{"path": "/mnt/data", "src": "/dev/sdz1", "fstype": "ext4", "state": "present"}},
		{module: mount, args: m{"path": "/mnt/data", "src": "/dev/sdz1", "fstype": "ext4", "opts": "noatime", "passno": "2", "state": "present"}},
		{module: mount, args: m{"path": "/mnt/with space", "src": "/dev/sdz2", "fstype": "xfs", "state": "present", "boot": false, "opts": "rw"}},
		{module: mount, args: m{"path": "none", "src": "/swap", "fstype": "swap", "state": "present", "opts": "sw"}},
		{module: mount, args: m{"path": "none", "src": "/swap2", "fstype": "swap", "state": "present", "opts": "sw"}},
		{module: mount, args: m{"path": "/mnt/data", "state": "absent_from_fstab"}},
		{module: mount, args: m{"path": "/mnt/data", "state": "unmounted"}},
		{module: mount, args: m{"path": "/mnt/nosuch", "src": "/nosuchsource", "fstype": "none", "opts": "bind", "state": "mounted"}, fails: true, differs: m2("changed", "a mount that fails has changed nothing: fstab is as before")},
		{module: mount, args: m{"path": "/mnt/gone", "state": "absent"}},
		{module: mount, args: m{"path": "/mnt/other", "src": "LABEL=x", "fstype": "auto", "fstab": "/etc/fstab.other", "state": "present"}, shell: ": > /etc/fstab.other"},
		{module: alt, shell: "for i in 1 2; do printf '#!/bin/sh\\n' > /usr/local/bin/ed$i; chmod 755 /usr/local/bin/ed$i; done", args: m{"name": "myed", "link": "/usr/bin/myed", "path": "/usr/local/bin/ed1", "priority": 10}},
		{module: alt, args: m{"name": "myed", "link": "/usr/bin/myed", "path": "/usr/local/bin/ed2", "priority": 5, "state": "present"}},
		{module: alt, args: m{"name": "myed", "path": "/usr/local/bin/ed2"}},
		{module: alt, args: m{"name": "myed", "path": "/usr/local/bin/ed2", "state": "auto"}},
		{module: alt, args: m{"name": "myed", "path": "/usr/local/bin/ed1", "priority": 70}},
		{module: alt, args: m{"name": "myed", "path": "/usr/local/bin/ed2", "state": "absent"}},
		{module: alt, args: m{"name": "myed", "path": "/usr/local/bin/nope", "link": "/usr/bin/myed"}, fails: true},
		{module: alt, args: m{"name": "newed", "path": "/usr/local/bin/ed1"}, fails: true},
		{module: alt, args: m{"name": "subbed", "link": "/usr/bin/subbed", "path": "/usr/local/bin/ed1", "subcommands": []any{m{"name": "subbed-man", "path": "/etc/hostname", "link": "/usr/share/subbed-man"}}}},
		{module: alt, args: m{"name": "subbed", "link": "/usr/bin/subbed", "path": "/usr/local/bin/ed2", "priority": 90}},
		{module: alt, args: m{"name": "subbed", "path": "/usr/local/bin/ed1", "state": "selected"}},
		{module: "ansible.builtin.debconf", args: m{"name": "tzdata", "question": "tzdata/Areas", "vtype": "select", "value": "Europe"}},
		{module: "ansible.builtin.debconf", args: m{"name": "tzdata", "question": "tzdata/Areas", "vtype": "select", "value": "Asia"}},
		{module: "ansible.builtin.debconf", args: m{"name": "tzdata"}},
		{module: "ansible.builtin.debconf", args: m{"name": "mine", "question": "mine/flag", "vtype": "boolean", "value": "True"}},
		{module: "ansible.builtin.package_facts", args: m{"manager": []any{"apt"}}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/debian stable main", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb [arch=amd64 signed-by=/k] https://u:p@example.org/debian/x stable main", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb  http://example.org/b   stable main", "filename": "named", "mode": "0600", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/debian stable main", "state": "absent", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/off x main", "update_cache": false}, shell: "echo '# deb http://example.org/off x main # why' > /etc/apt/sources.list.d/off.list"},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "rubbish", "update_cache": false}, fails: true},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb-src http://example.org/src stable main contrib", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/flat ./", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/named stable main", "filename": "named", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/b stable main", "filename": "named", "state": "absent", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb http://example.org/never stable main", "state": "absent", "update_cache": false}},
		{module: "ansible.builtin.apt_repository", args: m{"repo": "deb [ arch=amd64 ] http://example.org/spaced stable main", "update_cache": false}},
		{module: "ansible.builtin.yum_repository", args: m{"name": "epel", "description": "EPEL", "baseurl": "https://x/$releasever", "gpgcheck": false}, shell: "mkdir -p /etc/yum.repos.d"},
		{module: "ansible.builtin.yum_repository", args: m{"name": "two", "file": "epel", "description": "Two", "baseurl": []any{"https://a", "https://b"}, "enabled": true, "priority": "3", "gpgkey": "https://k"}},
		{module: "ansible.builtin.yum_repository", args: m{"name": "epel", "state": "absent"}},
		{module: "ansible.builtin.yum_repository", args: m{"name": "two", "file": "epel", "state": "absent"}},
	}
}

func TestHost(t *testing.T) { play(t, hostSteps()) }
