//go:build target

package target

import "testing"

func modprobeSteps() []step {
	const modprobe = "community.general.modprobe"
	known := `mkdir -p /proc/sys/kernel /lib/modules/$(uname -r); printf 'here\nnew\nnew_one\nnew-one\nbusy\n' >/lib/modules/there
printf 'here 16384 0\nbusy 16384 1 used\n' >/proc/modules; uname -r >/proc/sys/kernel/osrelease; echo kernel/drivers/built_in.ko >/lib/modules/$(uname -r)/modules.builtin`
	// Ansible's module makes things persistent in check mode, too, so that nothing is left for the run that follows. And what it takes back
	// it writes with an empty line after each.
	lines := m2("tree", "the lines of a file stay as they are")
	return exactly([]step{
		{module: modprobe, shell: known, args: m{"name": "here"}},
		{module: modprobe, args: m{"name": "new"}},
		{module: modprobe, args: m{"name": "new", "state": "absent"}},
		{module: modprobe, args: m{"name": "new", "params": "a=1 b=two"}},
		{module: modprobe, args: m{"name": "new-one", "params": "text='one two'"}},
		{module: modprobe, args: m{"name": "new-one", "state": "absent"}},
		{module: modprobe, args: m{"name": "built_in"}},
		{module: modprobe, args: m{"name": "built_in", "state": "absent"}, fails: true},
		{module: modprobe, args: m{"name": "nosuch"}, fails: true},
		{module: modprobe, args: m{"name": "nosuch", "state": "absent"}},
		{module: modprobe, args: m{"name": "busy", "state": "absent"}, fails: true},
		{module: modprobe, noCheck: true, args: m{"name": "here", "persistent": "present"}},
		{module: modprobe, noCheck: true, args: m{"name": "here", "persistent": "present", "params": "a=1 b=two"}},
		{module: modprobe, noCheck: true, args: m{"name": "here", "persistent": "present", "params": "b=two a=1"}},
		{module: modprobe, noCheck: true, args: m{"name": "here", "persistent": "absent"}, differs: lines},
		{module: modprobe, noCheck: true, args: m{"name": "other", "state": "absent", "persistent": "absent"}, differs: lines, shell: "printf '# mine\\nother # why\\nelse\\n' >/etc/modules-load.d/hand.conf"},
		{module: modprobe, noCheck: true, args: m{"name": "new", "persistent": "present"}, shell: "echo 'new ; why' >/etc/modules-load.d/hand.conf"},
		{module: modprobe, noCheck: true, args: m{"name": "new", "persistent": "present", "params": "a=1"}, shell: "printf 'options new a=1 # why\\nblacklist x\\n' >/etc/modprobe.d/hand.conf"},
	})
}

func TestModprobe(t *testing.T) { playBare(t, modprobeSteps()) }

// withSELinux makes a root that has SELinux, with two policies and three booleans.
const withSELinux = `
mkdir -p /sys/fs/selinux/booleans /var/lib/selinux/booleans /etc/selinux/targeted/policy /etc/selinux/mls/policy
printf 0 >/sys/fs/selinux/enforce
printf '# of a test\nSELINUX=permissive\n# SELINUXTYPE= is one of these\nSELINUXTYPE=targeted\n' >/etc/selinux/config
printf 'args="ro quiet"\nargs="ro selinux=0 quiet"\n' >/boot/kernels
for b in web_net web_db mail; do printf '0 0' >/sys/fs/selinux/booleans/$b; printf 0 >/var/lib/selinux/booleans/$b; done
`

func selinuxSteps() []step {
	const selinux, boolean = "ansible.posix.selinux", "ansible.posix.seboolean"
	return exactly([]step{
		{module: selinux, args: m{"state": "permissive", "policy": "targeted"}, fails: true},
		{module: boolean, args: m{"name": "web_net", "state": true}, fails: true},
		{module: boolean, args: m{"name": "web_net", "state": true, "ignore_selinux_state": true}, fails: true},
		{module: selinux, shell: withSELinux, args: m{"state": "permissive", "policy": "targeted"}},
		{module: selinux, args: m{"state": "enforcing", "policy": "targeted"}},
		{module: selinux, args: m{"state": "disabled"}},
		{module: selinux, args: m{"state": "enforcing", "policy": "mls"}},
		{module: selinux, args: m{"state": "enforcing", "policy": "nosuch"}, fails: true},
		{module: selinux, args: m{"state": "enforcing"}, fails: true},
		{module: selinux, args: m{"state": "permissive", "policy": "mls", "update_kernel_param": true}},
		{module: selinux, args: m{"state": "disabled", "update_kernel_param": true}},
		{module: selinux, args: m{"state": "permissive", "policy": "targeted", "configfile": "/etc/selinux/other"}, shell: "echo '# empty' >/etc/selinux/other"},
		{module: selinux, args: m{"state": "permissive", "policy": "targeted", "conf": "/etc/selinux/nosuch"}, fails: true},
		{module: boolean, args: m{"name": "web_net", "state": true}},
		{module: boolean, args: m{"name": "web_net", "state": false}},
		{module: boolean, args: m{"name": "web_net", "state": true, "persistent": true}},
		{module: boolean, args: m{"name": "web_db", "state": "yes", "persistent": true}, shell: "printf '1 1' >/sys/fs/selinux/booleans/web_db"},
		{module: boolean, args: m{"name": "web_db", "state": true}, shell: "printf '0 0' >/sys/fs/selinux/booleans/web_db"},
		{module: boolean, args: m{"name": "web_db", "state": "off", "persistent": true}},
		{module: boolean, args: m{"name": "nosuch", "state": true}, fails: true},
		{module: boolean, args: m{"name": "nosuch", "state": true, "persistent": true}, fails: true},
		{module: boolean, args: m{"name": "mail", "state": true, "ignore_selinux_state": true}},
		{module: boolean, args: m{"name": "mail"}, fails: true},
		{module: selinux, args: m{"state": "enforcing", "policy": "targeted"}, shell: "rm -r /sys/fs/selinux"},
	})
}

func TestSELinux(t *testing.T) { playBare(t, selinuxSteps()) }

// zoneSteps are the time zone's where systemd does not keep it.
func zoneSteps() []step {
	const timezone = "community.general.timezone"
	return exactly([]step{
		{module: timezone, args: m{"name": "Europe/Berlin"}},
		{module: timezone, args: m{"name": "UTC"}, fails: true}, // Debian's tzdata makes Etc/UTC of it
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "rm -f /etc/timezone"},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "ln -sf /usr/share/zoneinfo/Europe/Paris /etc/localtime"},
		{module: timezone, args: m{"name": "Asia/Tokyo"}, shell: "rm /etc/localtime; cp /usr/share/zoneinfo/Asia/Tokyo /etc/localtime"},
		{module: timezone, args: m{"name": "Mars/Olympus"}, fails: true},
		{module: timezone, args: m{"hwclock": "local"}},
		{module: timezone, args: m{"hwclock": "UTC"}},
		{module: timezone, args: m{"hwclock": "local", "name": "Europe/Rome"}, shell: "printf '# c\\nUTC=yes\\nUTC=no\\n' >/etc/default/rcS"},
	})
}

func TestTimezoneByFiles(t *testing.T) { playBare(t, zoneSteps()) }
