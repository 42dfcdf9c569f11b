package net

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// firewalld is one call of the module: it asks firewall-cmd, or firewall-offline-cmd where the daemon does not run.
type firewalld struct {
	*module.Call
	// tool is the program, once it is known which.
	tool    string
	offline bool
}

// firewallSetting is one thing that a zone may have, now or from the next start on.
type firewallSetting struct {
	has func(ctx context.Context, permanent bool) (bool, error)
	set func(ctx context.Context, on, permanent bool) error
	// want tells whether the zone shall have it.
	want bool
	// added and removed tell of a change of the zone, whose name stands for %s; change tells of one of the setting.
	added, removed, change string
}

// runFirewalld is ansible.posix.firewalld.
func runFirewalld(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &firewalld{Call: c}
	permanent, immediate := c.Args.Bool("permanent"), c.Args.Bool("immediate")
	if !permanent && !immediate {
		immediate = true
	}
	s, err := t.setting()
	if err != nil {
		return nil, err
	}
	var phases []bool // permanent or not
	where := "Permanent and Non-Permanent(immediate) operation"
	switch {
	case permanent && immediate:
		phases = []bool{true, false}
	case permanent:
		phases, where = []bool{true}, "Permanent operation"
	default:
		phases, where = []bool{false}, "Non-permanent operation"
	}
	changed, err := t.bring(ctx, s, phases)
	if err != nil {
		return nil, err
	}
	if changed && c.Check {
		return module.Result{"changed": true}, nil
	}
	said := []string{where}
	if changed {
		if told := map[bool]string{true: s.added, false: s.removed}[s.want]; told != "" {
			zone, err := t.zone(ctx)
			if err != nil {
				return nil, err
			}
			said = append(said, strings.ReplaceAll(told, "%s", zone))
		}
		if s.change != "" {
			said = append(said, fmt.Sprintf("Changed %s to %s", s.change, c.Args.Str("state")))
		}
	}
	if t.offline {
		said = append(said, "(offline operation: only on-disk configs were altered)")
	}
	return module.Result{"changed": changed, "msg": strings.Join(said, ", ")}, nil
}

// bring asks first what is there in each phase, and changes what is not as wanted.
func (t *firewalld) bring(ctx context.Context, s *firewallSetting, phases []bool) (changed bool, err error) {
	var wrong []bool
	for _, permanent := range phases {
		has, err := s.has(ctx, permanent)
		if err != nil {
			return false, err
		}
		if has != s.want {
			wrong = append(wrong, permanent)
		}
	}
	if t.Check {
		return len(wrong) > 0, nil
	}
	for _, permanent := range wrong {
		if err := s.set(ctx, s.want, permanent); err != nil {
			return false, err
		}
	}
	return len(wrong) > 0, nil
}

// notRunning is firewall-cmd's exit code where there is no daemon that it could ask.
const notRunning = 252

// read asks about the zone. The first question shows whether the daemon runs.
func (t *firewalld) read(ctx context.Context, permanent bool, words ...string) (program.Output, error) {
	first := t.tool == ""
	if first {
		t.tool = "firewall-cmd"
	}
	out, err := program.Read(ctx, t.Sys, t.words(permanent, words...)...)
	if err != nil || out.RC != notRunning || !first {
		return out, err
	}
	if !t.Args.Bool("permanent") || t.Args.Bool("immediate") {
		return out, module.Fail("firewall is not currently running, unable to perform immediate actions without a running firewall daemon")
	}
	t.tool, t.offline = "firewall-offline-cmd", true
	return program.Read(ctx, t.Sys, t.words(permanent, words...)...)
}

// change runs a command about the zone.
func (t *firewalld) change(ctx context.Context, permanent bool, words ...string) error {
	_, err := program.Must(program.Change(ctx, t.Sys, t.words(permanent, words...)...))
	return err
}

// words begins a command about the zone: the default one where none is given.
func (t *firewalld) words(permanent bool, rest ...string) []string {
	argv := []string{t.tool}
	if permanent && !t.offline {
		argv = append(argv, "--permanent")
	}
	if zone := t.Args.Str("zone"); zone != "" && !strings.HasSuffix(rest[0], "-zones") && !strings.Contains(rest[0], "-zone=") {
		argv = append(argv, "--zone="+zone)
	}
	return append(argv, rest...)
}

// zone is the name of the zone that is meant.
func (t *firewalld) zone(ctx context.Context) (string, error) {
	if zone := t.Args.Str("zone"); zone != "" {
		return zone, nil
	}
	out, err := program.Must(program.Read(ctx, t.Sys, t.tool, "--get-default-zone"))
	return strings.TrimSpace(out.Out), err
}

// options are the arguments that are settings of a zone, under the names that firewall-cmd and Ansible's messages have for them.
var options = []struct {
	arg, option, said string
	// ofZone settings are told as something that a zone gets, not as something that changes.
	ofZone bool
	// timed settings may end by themselves.
	timed bool
}{
	{arg: "icmp_block", option: "icmp-block", said: "icmp-block", timed: true},
	{arg: "icmp_block_inversion", option: "icmp-block-inversion", said: "icmp-block-inversion"},
	{arg: "service", option: "service", said: "service", timed: true},
	{arg: "protocol", option: "protocol", said: "protocol", timed: true},
	{arg: "source", option: "source", ofZone: true},
	{arg: "port", option: "port", said: "port", timed: true},
	{arg: "port_forward", option: "forward-port", said: "port_forward", timed: true},
	{arg: "rich_rule", option: "rich-rule", said: "rich_rule", timed: true},
	{arg: "interface", option: "interface", ofZone: true},
	{arg: "masquerade", option: "masquerade", said: "masquerade", ofZone: true},
}

// setting is what the arguments ask for: the catalog lets one of them through.
func (t *firewalld) setting() (*firewallSetting, error) {
	state, target := t.Args.Str("state"), t.Args.Str("target")
	wholeZone := state == "present" || state == "absent"
	for _, o := range options {
		if t.Args[o.arg] == nil {
			continue
		}
		value, err := t.value(o.arg)
		if err != nil {
			return nil, err
		}
		if wholeZone {
			return nil, module.Fail("absent and present state can only be used in zone level operations")
		}
		return t.option(o.option, value, o.said, o.ofZone, o.timed), nil
	}
	if target != "" {
		return t.target(target, state == "enabled" || state == "present"), nil
	}
	if !wholeZone {
		return nil, module.Fail("nothing is given that a zone could have: service, port, rich_rule, ...")
	}
	return t.wholeZone(state == "present"), nil
}

// value is an argument in the form in which firewall-cmd takes it, after =; switches have none.
func (t *firewalld) value(arg string) (string, error) {
	v := t.Args.Text(arg)
	switch arg {
	case "port":
		if v = strings.TrimSpace(v); !strings.Contains(v, "/") {
			return "", module.Fail("improper port format (missing protocol?)")
		}
	case "port_forward":
		return forward(t.Args.List(arg))
	}
	return v, nil
}

// forward is the one port forward that Ansible's module takes at a time.
func forward(list []any) (string, error) {
	if len(list) != 1 {
		return "", module.Fail("Only one port forward supported at a time")
	}
	m, _ := list[0].(map[string]any)
	f := module.Args(m)
	for _, need := range [][2]string{{"port", "port must be specified for port forward"}, {"proto", "proto udp/tcp must be specified for port forward"},
		{"toport", "toport must be specified for port forward"}} {
		if f.Text(need[0]) == "" {
			return "", module.Fail(need[1])
		}
	}
	return fmt.Sprintf("port=%s:proto=%s:toport=%s:toaddr=%s", f.Text("port"), f.Text("proto"), f.Text("toport"), f.Text("toaddr")), nil
}

// option is a setting that firewall-cmd queries, adds and removes by its name.
func (t *firewalld) option(name, value, said string, ofZone, timed bool) *firewallSetting {
	word := "=" + strings.TrimSuffix(value, ":toaddr=")
	s := &firewallSetting{want: t.Args.Str("state") == "enabled", change: said + " " + value}
	if name == "masquerade" || name == "icmp-block-inversion" { // a switch, whose value may turn the state around
		word = ""
		s.want = s.want == truth(value)
	}
	if ofZone {
		s.change = ""
		s.added, s.removed = "Added "+value+" to zone %s", "Removed "+value+" from zone %s"
	}
	add, remove := "--add-"+name+word, "--remove-"+name+word
	switch name {
	case "interface": // it may be in another zone, which it leaves then
		add = "--change-interface" + word
		s.added = "Changed " + value + " to zone %s"
	case "masquerade":
		s.added, s.removed = "Added masquerade to zone %s", "Removed masquerade from zone %s"
	}
	s.has = func(ctx context.Context, permanent bool) (bool, error) {
		out, err := t.read(ctx, permanent, "--query-"+name+word)
		if err == nil && out.RC != 0 && out.RC != 1 {
			err = out.Failed("%s", out.Said())
		}
		return out.RC == 0, err
	}
	s.set = func(ctx context.Context, on, permanent bool) error {
		switch seconds := t.Args.Int("timeout"); {
		case on && seconds > 0 && timed && !permanent:
			return t.change(ctx, permanent, add, fmt.Sprintf("--timeout=%d", seconds))
		case on:
			return t.change(ctx, permanent, add)
		case name == "service" && t.offline: // --remove-service is an older option there, which knows of no zones
			return t.change(ctx, permanent, "--remove-service-from-zone"+word)
		}
		return t.change(ctx, permanent, remove)
	}
	return s
}

// truth reads a switch as Ansible does: what is no word for no is yes.
func truth(s string) bool {
	return !slices.Contains([]string{"no", "off", "false", "0", "n", "f", "0.0"}, strings.ToLower(s))
}

// onlyPermanent is the failure of what is a matter of a zone's file.
func onlyPermanent() error {
	return module.Fail("Zone operations must be permanent. Make sure you didn't set the 'permanent' flag to 'false' or the 'immediate' flag to 'true'.")
}

// target is what becomes of a packet that no rule of the zone is about.
func (t *firewalld) target(target string, want bool) *firewallSetting {
	return &firewallSetting{
		want: want, added: "Set zone %s target to " + target, removed: "Reset zone %s target to default",
		has: func(ctx context.Context, permanent bool) (bool, error) {
			if !permanent {
				return false, onlyPermanent()
			}
			out, err := program.Must(t.read(ctx, true, "--get-target"))
			return strings.TrimSpace(out.Out) == target, err
		},
		set: func(ctx context.Context, on, _ bool) error {
			return t.change(ctx, true, "--set-target="+map[bool]string{true: target, false: "default"}[on])
		},
	}
}

// wholeZone is the zone itself.
func (t *firewalld) wholeZone(want bool) *firewallSetting {
	zone := t.Args.Str("zone")
	return &firewallSetting{
		want: want, added: "Added zone %s", removed: "Removed zone %s", change: "zone " + zone,
		has: func(ctx context.Context, permanent bool) (bool, error) {
			if !permanent {
				return false, onlyPermanent()
			}
			out, err := program.Must(t.read(ctx, true, "--get-zones"))
			return slices.Contains(strings.Fields(out.Out), zone), err
		},
		set: func(ctx context.Context, on, _ bool) error {
			return t.change(ctx, true, map[bool]string{true: "--new-zone=", false: "--delete-zone="}[on]+zone)
		},
	}
}
