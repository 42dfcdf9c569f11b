package net

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// firewalld is one call of the module: it asks firewall-cmd, or firewall-offline-cmd where the daemon does not run.
type firewalld struct {
	*module.Call
	tool    string
	offline bool
	zone    string
	changed bool
	msgs    []string
}

// fwRule is what a zone may have: the words of the query, of the command that adds it, and of the one that takes it away.
type fwRule struct {
	query, add, remove []string
	// said is how a change is told.
	said string
	// timed rules may end by themselves.
	timed bool
}

// simple are the arguments that are one value of a zone: the option, and how Ansible names them in its messages.
var simpleRules = []struct{ arg, option, said string }{
	{"service", "service", "service"}, {"port", "port", "port"}, {"protocol", "protocol", "protocol"}, {"rich_rule", "rich-rule", "rich_rule"},
	{"icmp_block", "icmp-block", "icmp-block"}, {"source", "source", "source"}, {"interface", "interface", "interface"},
}

// runFirewalld is ansible.posix.firewalld.
func runFirewalld(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &firewalld{Call: c}
	permanent, immediate := c.Args.Bool("permanent"), c.Args.Bool("immediate")
	if err := t.reach(ctx, &permanent, &immediate); err != nil {
		return nil, err
	}
	state := c.Args.Str("state")
	if err := t.findZone(ctx, state); err != nil {
		return nil, err
	}
	rules, err := t.rules()
	if err != nil {
		return nil, err
	}
	if len(rules) == 0 && c.Args.Str("target") == "" {
		if c.Args.Str("zone") == "" || state != "present" && state != "absent" {
			return nil, module.Fail("no rule is given, and state is not present or absent of a zone")
		}
		if err := t.wholeZone(ctx, state == "present", permanent); err != nil {
			return nil, err
		}
	}
	enable := state == "enabled" || state == "present"
	for _, r := range rules {
		if permanent {
			if err := t.apply(ctx, r, enable, true); err != nil {
				return nil, err
			}
		}
		if immediate {
			if err := t.apply(ctx, r, enable, false); err != nil {
				return nil, err
			}
		}
	}
	if target := c.Args.Str("target"); target != "" {
		if err := t.target(ctx, target, enable, permanent); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": t.changed, "msg": strings.Join(t.msgs, ", ")}, nil
}

// reach finds out whether the daemon runs, and settles what is changed.
func (t *firewalld) reach(ctx context.Context, permanent, immediate *bool) error {
	out, err := program.Read(ctx, t.Sys, "firewall-cmd", "--state")
	if err != nil {
		return err
	}
	t.tool = "firewall-cmd"
	if running := out.RC == 0; !running {
		if !t.Args.Bool("offline") {
			return module.Fail("firewalld is not running: " + out.Said() + ". With offline: true its permanent configuration is changed all the same")
		}
		t.tool, t.offline = "firewall-offline-cmd", true
		*permanent, *immediate = true, false
	}
	if t.Args["permanent"] == nil && !t.offline {
		*immediate = true
	}
	if !*permanent && !*immediate {
		return module.Fail("At least one of permanent or immediate must be true")
	}
	if *permanent && t.Args.Int("timeout") > 0 && !*immediate {
		return module.Fail("timeout is for rules that are not permanent")
	}
	return nil
}

func (t *firewalld) findZone(ctx context.Context, state string) error {
	t.zone = t.Args.Str("zone")
	if t.zone != "" {
		return nil
	}
	out, err := program.Must(program.Read(ctx, t.Sys, t.tool, "--get-default-zone"))
	t.zone = strings.TrimSpace(out.Out)
	return err
}

// rules are what the arguments ask for.
func (t *firewalld) rules() ([]fwRule, error) {
	var out []fwRule
	a := t.Args
	for _, s := range simpleRules {
		v := a.Text(s.arg)
		if v == "" {
			continue
		}
		if s.arg == "port" && !strings.Contains(v, "/") {
			return nil, module.Fail("improper port format (missing protocol?)")
		}
		out = append(out, fwRule{query: []string{"--query-" + s.option + "=" + v}, add: []string{"--add-" + s.option + "=" + v}, remove: []string{"--remove-" + s.option + "=" + v},
			said: s.said + " " + v, timed: s.arg != "source" && s.arg != "interface"})
		if s.arg == "interface" { // it may be in another zone, which it leaves then
			out[len(out)-1].add = []string{"--change-interface=" + v}
		}
	}
	for _, arg := range []struct{ name, option string }{{"masquerade", "masquerade"}, {"icmp_block_inversion", "icmp-block-inversion"}} {
		if !a.Has(arg.name) {
			continue
		}
		rule := fwRule{query: []string{"--query-" + arg.option}, add: []string{"--add-" + arg.option}, remove: []string{"--remove-" + arg.option},
			said: arg.option, timed: arg.name == "masquerade"}
		switch strings.ToLower(a.Text(arg.name)) {
		case "true", "yes", "on", "1":
		case "false", "no", "off", "0":
			rule.add, rule.remove = rule.remove, rule.add
			rule.query = append(rule.query, "not")
		default:
			if b, ok := a[arg.name].(bool); !ok || !b {
				rule.add, rule.remove = rule.remove, rule.add
				rule.query = append(rule.query, "not")
			}
		}
		out = append(out, rule)
	}
	forwards := a.List("port_forward")
	if len(forwards) > 1 {
		return nil, module.Fail("Only one port forward supported at a time")
	}
	for _, f := range forwards {
		m, _ := f.(map[string]any)
		arg := module.Args(m)
		spec := "port=" + arg.Text("port") + ":proto=" + arg.Text("proto")
		if p := arg.Text("toport"); p != "" {
			spec += ":toport=" + p
		}
		if ip := arg.Text("toaddr"); ip != "" {
			spec += ":toaddr=" + ip
		}
		if arg.Text("port") == "" || arg.Text("proto") == "" {
			return nil, module.Fail("port_forward needs port and proto")
		}
		out = append(out, fwRule{query: []string{"--query-forward-port=" + spec}, add: []string{"--add-forward-port=" + spec}, remove: []string{"--remove-forward-port=" + spec},
			said: "port_forward " + spec, timed: true})
	}
	return out, nil
}

// words begins a command about the zone.
func (t *firewalld) words(permanent bool, rest ...string) []string {
	argv := []string{t.tool}
	if permanent && !t.offline {
		argv = append(argv, "--permanent")
	}
	if t.zone != "" {
		argv = append(argv, "--zone="+t.zone)
	}
	return append(argv, rest...)
}

func where(permanent bool) string {
	return map[bool]string{true: "Permanent", false: "Non-permanent"}[permanent]
}

func (t *firewalld) apply(ctx context.Context, r fwRule, enable, permanent bool) error {
	negated := len(r.query) > 1 && r.query[1] == "not"
	out, err := program.Read(ctx, t.Sys, t.words(permanent, r.query[0])...)
	if err != nil {
		return err
	}
	if out.RC != 0 && out.RC != 1 {
		return out.Failed("%s", out.Said())
	}
	present := (out.RC == 0) != negated
	t.msgs = append(t.msgs, where(permanent)+" operation")
	if present == enable {
		return nil
	}
	words := r.add
	if !enable {
		words = r.remove
	} else if s := t.Args.Int("timeout"); s > 0 && !permanent && r.timed {
		words = append(append([]string{}, words...), fmt.Sprintf("--timeout=%d", s))
	}
	t.changed = true
	t.msgs = append(t.msgs, fmt.Sprintf("Changed %s to %s", r.said, t.Args.Str("state")))
	_, err = program.Must(program.Change(ctx, t.Sys, t.words(permanent, words...)...))
	return err
}

// target sets what becomes of a packet that no rule of the zone is about; it is permanent alone.
func (t *firewalld) target(ctx context.Context, target string, enable, permanent bool) error {
	if !permanent {
		return module.Fail("target is a permanent setting of a zone: permanent must be true")
	}
	out, err := program.Must(program.Read(ctx, t.Sys, t.words(true, "--get-target")...))
	if err != nil {
		return err
	}
	want := target
	if !enable {
		want = "default"
	}
	if have := strings.TrimSpace(out.Out); have == want || !enable && have != target {
		return nil
	}
	t.changed = true
	t.msgs = append(t.msgs, fmt.Sprintf("Permanent operation, Changed target to %s", want))
	_, err = program.Must(program.Change(ctx, t.Sys, t.words(true, "--set-target="+want)...))
	return err
}

// wholeZone makes or removes a zone; that is permanent alone.
func (t *firewalld) wholeZone(ctx context.Context, present, permanent bool) error {
	if !permanent {
		return module.Fail("Zone operations must be permanent. Make sure you didn't set the 'permanent' flag to 'false' or the 'immediate' flag to 'true'.")
	}
	argv := []string{t.tool}
	if !t.offline {
		argv = append(argv, "--permanent")
	}
	out, err := program.Must(program.Read(ctx, t.Sys, append(argv, "--get-zones")...))
	if err != nil {
		return err
	}
	there := false
	for _, z := range strings.Fields(out.Out) {
		there = there || z == t.zone
	}
	t.msgs = append(t.msgs, "Permanent operation")
	if there == present {
		return nil
	}
	t.changed = true
	verb := map[bool]string{true: "--new-zone=", false: "--delete-zone="}[present]
	t.msgs = append(t.msgs, fmt.Sprintf("%s zone %s", map[bool]string{true: "Added", false: "Removed"}[present], t.zone))
	_, err = program.Must(program.Change(ctx, t.Sys, append(argv, verb+t.zone)...))
	return err
}
