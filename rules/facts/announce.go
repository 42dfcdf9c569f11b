package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/rules/facts/shell"
)

// announcements: what is told or tested before the notified handlers have run.
func (p *Play) announcements() {
	var waiting []*Task
	var last *Task
	for _, t := range p.Tasks {
		if t.flushes(last) {
			waiting = nil
		}
		last = t
		if len(waiting) > 0 && t.announces() {
			t.announcesBefore(waiting)
		}
		if t.Visit.Task.Value("notify") != nil {
			waiting = append(waiting, t)
		}
	}
}

// announcesBefore notes the handlers that wait: all of them under a message, under a test those that it is about.
func (t *Task) announcesBefore(waiting []*Task) {
	var refs, names []any
	for _, w := range waiting {
		concerned := false
		for _, handler := range w.notify() {
			if notifiers[t.Module] || t.tests(handler.(string)) {
				names, concerned = append(names, handler), true
			}
		}
		if concerned {
			refs = append(refs, w.ref())
		}
	}
	if len(refs) > 0 {
		t.set("announced", Fields{"waiting": refs, "handlers": names})
		t.flag("announced")
	}
}

// Notifiers are modules that tell somebody something.
var notifiers = map[string]bool{"mail": true, "slack": true, "twilio": true, "telegram": true, "mattermost": true, "pushover": true, "pushbullet": true,
	"jabber": true, "irc": true, "rocketchat": true, "hipchat": true, "discord": true, "nexmo": true, "sendgrid": true, "flowdock": true, "campfire": true,
	"grove": true, "typetalk": true, "bearychat": true, "catapult": true, "cisco_webex": true, "matrix": true, "office_365_connector_card": true, "syslogger": true,
	"logentries_msg": true, "say": true, "mqtt": true, "newrelic_deployment": true, "honeybadger_deployment": true, "rollbar_deployment": true, "airbrake_deployment": true, "sns": true, "pagerduty_change": true, "circonus_annotation": true, "datadog_event": true, "librato_annotation": true, "stackdriver": true}

// announces tells that a task sends a message, or tests whether something answers on the target.
func (t *Task) announces() bool {
	if notifiers[t.Module] {
		t.flag("notification")
		return true
	}
	switch t.Module {
	case "wait_for":
		return t.delegated() == "" && t.str("port") != "" && (t.str("host") == "" || onTarget(t.str("host")))
	case "uri":
		m := strings.ToUpper(t.str("method"))
		return (m == "" || m == "GET" || m == "HEAD") && onTarget(t.str("url")) && t.Visit.Task.Value("register") == nil
	}
	return false
}

// onTarget tells that an address is the target's own.
func onTarget(address string) bool {
	return slices.ContainsFunc([]string{"localhost", "127.0.0.1", "0.0.0.0", "inventory_hostname", "ansible_"}, func(s string) bool { return strings.Contains(address, s) })
}

// webServers answer for what runs behind them.
var webServers = strings.Fields("nginx apache apache2 httpd haproxy caddy varnish traefik lighttpd uwsgi gunicorn php tomcat")

// tests tells that a test is about what a handler restarts: they share a word, or the handler is a web server's and the test asks one.
func (t *Task) tests(handler string) bool {
	web := t.Module == "uri" || slices.Contains([]string{"80", "443", "8080", "8443"}, t.str("port"))
	about := words(t.name() + " " + t.str("url") + " " + t.str("host") + " " + t.arg("port", "url").Text)
	return slices.ContainsFunc(words(handler), func(w string) bool {
		return web && slices.Contains(webServers, w) || slices.ContainsFunc(about, func(a string) bool { return strings.HasPrefix(a, w) || strings.HasPrefix(w, a) })
	})
}

// fillers are words of names that say nothing of what a handler or a test is about.
var fillers = strings.Fields("restart reload start stop service services wait until the for all run check ensure that and has been come open port daemon server servers http https localhost ansible default address item facts host inventory hostname control plane")

// words are the telling words of a text, in lower case.
func words(text string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }), func(w string) bool {
		return len(w) < 3 || slices.Contains(fillers, w)
	})
}

// flushes tells that the handlers that wait are run before a task: by meta, or because a part of the play has ended.
func (t *Task) flushes(before *Task) bool {
	if t.Module == "meta" && strings.Contains(t.freeForm(), "flush_handlers") {
		return true
	}
	if before == nil {
		return false
	}
	from, to := before.Visit.Section, t.Visit.Section
	return from != to && (from == playbook.PreTasks || to == playbook.PostTasks)
}

// relateLostHandlers finds notifications that are lost because the play ends before its handlers: at a command that is known to fail
// from the second run on, or where the play says so. What had changed is found unchanged by the run after.
func relateLostHandlers(p *Play, _ registers, _ *Builder) {
	if p.Play == nil {
		return
	}
	forced := p.Play.Value("force_handlers") != nil
	var waiting []*Task
	var last *Task
	for _, t := range p.Tasks {
		if t.flushes(last) {
			waiting = nil
		}
		last = t
		if fails := !forced && t.endsPlay(); fails || t.givesUp() {
			waiting = t.losesHandlers(waiting, fails)
		}
		if t.Visit.Task.Value("notify") != nil {
			waiting = append(waiting, t)
		}
	}
}

// losesHandlers notes that the tasks that wait for their handlers lose them at t. Those that never run together with it go on waiting.
func (t *Task) losesHandlers(waiting []*Task, fails bool) (left []*Task) {
	for _, w := range waiting {
		if exclusive(w, t) {
			left = append(left, w)
			continue
		}
		w.set("handlers_lost", Fields{"handlers": w.notify(), "by": t.ref(), "fails": fails, "sometimes": len(t.conds) > 0})
		w.flag("handlers-lost")
	}
	return left
}

// givesUp tells that a task ends the play without a failure: no handler that waits is run then, force_handlers or not.
func (t *Task) givesUp() bool {
	how := strings.Fields(t.freeForm())
	return t.Module == "meta" && len(how) > 0 && slices.Contains([]string{"end_play", "end_host", "end_batch"}, how[0]) && !t.never()
}

// endsPlay tells that a command fails in every run but the first.
func (t *Task) endsPlay() bool {
	if t.Shell == nil || t.Shell.Class != shell.CreateOnce || t.guarded() || len(t.conds) > 0 || t.never() || t.rescued() || t.inRescue() {
		return false
	}
	for _, k := range []string{"ignore_errors", "failed_when"} {
		if t.Visit.Inherited(k) != nil || t.Visit.Task.Value(k) != nil {
			return false
		}
	}
	return !slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool { return c.Class == shell.CreateOnce && (c.Hidden || c.Unheeded) })
}
