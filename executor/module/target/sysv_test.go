//go:build target

package target

import "testing"

// ownScript is an init script of a service that is a file.
const ownScript = `cat >/etc/init.d/mine <<'E'
#!/bin/sh
### BEGIN INIT INFO
# Provides: mine
# Required-Start: $remote_fs
# Required-Stop: $remote_fs
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: of a test
### END INIT INFO
case $1 in
  start|restart|reload) touch /run/mine; echo "$1 $2" >>/run/mine.log ;;
  stop) rm -f /run/mine ;;
  status) if [ -e /run/mine ]; then echo mine is running; else echo mine is stopped; exit 3; fi ;;
esac
E
chmod 755 /etc/init.d/mine`

// sysvSteps are services where systemd does not run.
func sysvSteps() []step {
	const service, sysvinit = "ansible.builtin.service", "ansible.builtin.sysvinit"
	const why = "a pattern that is not found means that the service does not run, as Ansible documents it; its module fails"
	found := map[string]string{"changed": why, "failed": why, "msg": why, "name": why, "state": why}
	return exactly([]step{
		{module: sysvinit, shell: ownScript, args: m{"name": "mine", "state": "started"}},
		{module: sysvinit, args: m{"name": "mine", "state": "reloaded"}},
		{module: sysvinit, args: m{"name": "mine", "state": "restarted", "sleep": 0, "arguments": "a 'b c'"}},
		{module: sysvinit, args: m{"name": "mine", "state": "stopped", "enabled": true}},
		{module: sysvinit, args: m{"name": "mine", "enabled": false}},
		{module: sysvinit, args: m{"name": "mine", "enabled": true, "runlevels": []any{"3", "5"}}},
		{module: sysvinit, args: m{"name": "mine", "state": "started", "pattern": "nosuchprocess"}},
		{module: sysvinit, args: m{"name": "nosuch", "state": "started"}, fails: true},
		{module: sysvinit, args: m{"name": "mine"}, fails: true},
		{module: sysvinit, args: m{"name": "pdbroken", "state": "started"}, fails: true, shell: "printf '#!/bin/sh\\ncase $1 in status) exit 3;; esac\\nexit 7\\n' >/etc/init.d/pdbroken; chmod 755 /etc/init.d/pdbroken"},
		{module: service, args: m{"name": "mine", "state": "stopped"}},
		{module: service, args: m{"name": "mine", "state": "started"}},
		{module: service, args: m{"name": "mine", "state": "reloaded"}},
		{module: service, args: m{"name": "mine", "state": "restarted"}},
		{module: service, args: m{"name": "mine", "state": "restarted", "sleep": 0, "arguments": "x"}},
		{module: service, args: m{"name": "mine", "enabled": false}},
		{module: service, args: m{"name": "mine", "enabled": true, "state": "started"}},
		{module: service, args: m{"name": "mine", "state": "started", "pattern": "nosuchprocess"}, fails: true, differs: found},
		{module: service, args: m{"name": "nosuch", "state": "started"}, fails: true},
		{module: service, args: m{"name": "nosuch", "enabled": true}, fails: true},
		{module: service, args: m{"name": "pdbroken", "state": "started"}, fails: true},
		{module: service, args: m{"state": "started"}, fails: true},
		{module: service, args: m{"name": "mine"}, fails: true},
		{module: service, args: m{"name": "mine", "state": "started", "masked": true}, fails: true},
	})
}

func TestServicesWithoutSystemd(t *testing.T) { play(t, sysvSteps()) }
