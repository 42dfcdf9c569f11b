package facts

import (
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/rules/facts/shell"
)

// relateOperations marks the tasks of a play that somebody runs for the sake of what it interrupts: it does nothing but restart or
// reboot, or its playbook is named after that. Each run shall do it again.
func relateOperations(p *Play, _ registers, _ *Builder) {
	if p.Play == nil || !p.onlyReboots() && !p.onlyRestarts() && !p.named() {
		return
	}
	for _, t := range p.Tasks {
		t.set("operation", true)
	}
}

// onlyReboots tells that a play reboots and waits, and does nothing else.
func (p *Play) onlyReboots() bool {
	return !slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		switch t.Module {
		case "reboot", "win_reboot", "wait_for", "wait_for_connection", "pause", "ping", "debug", "assert", "fail", "setup", "meta":
			return false
		}
		return true
	})
}

// onlyRestarts tells that a play restarts or reloads services, and does nothing else but wait for them.
func (p *Play) onlyRestarts() bool {
	return p.operates() && slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		return serviceModules[t.Module] && (t.str("state") == "restarted" || t.str("state") == "reloaded")
	})
}

// operates tells that a play only handles services that another one has set up: it restarts or stops them, and waits.
func (p *Play) operates() bool {
	return p.Play != nil && slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		return serviceModules[t.Module] && slices.Contains([]string{"restarted", "reloaded", "stopped"}, t.str("state"))
	}) && !slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		switch t.Module {
		case "service", "systemd_service", "sysvinit", "supervisorctl", "wait_for", "wait_for_connection", "pause", "debug", "assert", "fail", "meta", "set_fact", "uri", "stat",
			"slurp", "async_status":
			return false
		case "include_role", "import_role", "include_tasks", "import_tasks", "include":
			return t.unresolved()
		}
		return t.Shell == nil || t.Shell.Bare == shell.Unknown || t.Shell.Bare > shell.Imperative
	})
}

// operations are words that name what is done to servers on an occasion; what is set up "for a restart" is no restart.
var operations = pattern.New(`(?i)(^|[^a-z])(restart|reboot|reset|restore|rollback|roll_back|shutdown|failover|switchover|promote|teardown|wipe|destroy|maintenance)([^a-z]|$)`)

var purposes = pattern.New(`(?i)(^|[^a-z])(on|after|before|for|without|no)[^a-z]+$`)

// named tells that a playbook is named after an operation, by its file or its only play.
func (p *Play) named() bool {
	file := strings.TrimSuffix(filepath.Base(p.Play.Pos.File), filepath.Ext(p.Play.Pos.File))
	return p.own && namesOperation(file) || p.sole && namesOperation(p.Play.Name)
}

func namesOperation(name string) bool {
	at := operations.FindStringIndex(name)
	return at != nil && !purposes.MatchString(name[:at[0]]+" ")
}
