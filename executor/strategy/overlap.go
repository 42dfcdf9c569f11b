package strategy

import (
	"context"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
)

// With several hosts the linear strategy promises that nobody begins a task before all have ended the one before, because what a
// host does may need what another one did: a page that is served, a database that is up. Sending ahead keeps the promise
// where nobody can tell: a batch is then made of tasks that look at nothing but files and accounts of their own host. So a
// host that is ahead can neither use what another one lacks yet, nor does it matter to the others, whose tasks do not look at it.
//
// Anything else ends a batch: commands, packages, services, the network, delegation, run_once, a failure that may be
// one of all hosts, two names of one machine. Order and screen are as ever: replies wait for their task's turn.

// homely are the modules that look at and change only files and accounts of their host.
var homely = map[string]bool{}

func init() {
	for collection, names := range map[string][]string{
		"ansible.builtin.":   {"file", "copy", "template", "lineinfile", "blockinfile", "replace", "stat", "slurp", "find", "tempfile", "assemble", "user", "group", "cron", "debconf"},
		"ansible.posix.":     {"authorized_key", "acl", "sysctl"},
		"community.general.": {"ini_file", "xml", "timezone", "locale_gen", "alternatives", "xattr", "sudoers", "pam_limits"},
	} {
		for _, name := range names {
			homely[collection+name] = true
		}
	}
}

// ofOthers are variables that change with what other hosts do.
var ofOthers = map[string]bool{"ansible_play_hosts": true, "ansible_play_batch": true, "play_hosts": true, "ansible_failed_hosts": true,
	"ansible_current_hosts": true}

// overlaps tells that a host may go through a task while others are still at the ones before.
func (p *playRun) overlaps(t *plan.Task) bool {
	if len(p.hosts) == 1 {
		return true
	}
	if t.Word("any_errors_fatal") != nil || p.r.Settings.AnyErrorsFatal || p.words.maxFail >= 0 || !p.apart() {
		return false
	}
	if _, ok := quiet(t); ok {
		return true
	}
	return homely[t.FQCN] && p.knowsHandlers(t)
}

// knowsHandlers tells that no notification of the task can be one of a handler that is missing, which ends the run of all.
func (p *playRun) knowsHandlers(t *plan.Task) bool {
	for _, name := range items(t.Word("notify")) {
		text := conditionText(name)
		if template.IsTemplate(text) || p.handlerNamed(text) == nil && !p.listened(text) {
			return false
		}
	}
	return true
}

func (p *playRun) listened(topic string) bool {
	for _, h := range p.plan.Handlers {
		for _, t := range items(h.Listen) {
			if conditionText(t) == topic {
				return true
			}
		}
	}
	return false
}

// apart tells that the hosts of the batch are different machines, as far as their addresses say.
func (p *playRun) apart() bool {
	if p.isApart == nil {
		apart := p.differ()
		p.isApart = &apart
	}
	return *p.isApart
}

func (p *playRun) differ() bool {
	seen := map[string]bool{}
	for _, host := range p.hosts {
		w := words{r: p.r, scope: p.r.Store.New(p.vars, host, nil), ctx: context.Background()}
		v := &hostWords{words: w}
		kind := v.text("", p.r.Settings.Connection, "ansible_connection")
		address := v.text("", host, "ansible_host", "ansible_ssh_host")
		if v.err != nil || kindOf(kind) == "local" || seen[address] || localhosts[address] {
			return false
		}
		seen[address] = true
	}
	return true
}
