package net

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// ruleWriter writes a rule's arguments in the order in which Ansible's module writes them: the text is a return value.
type ruleWriter struct {
	module.Args
	words []string
}

// opt writes an option and its value; a value that begins with "!" is negated.
func (w *ruleWriter) opt(arg, flag string) {
	w.value(w.Text(arg), flag)
}

func (w *ruleWriter) value(v, flag string) {
	switch {
	case v == "":
	case v[0] == '!':
		w.words = append(w.words, "!", flag, v[1:])
	default:
		w.words = append(w.words, flag, v)
	}
}

func (w *ruleWriter) match(wanted bool, name string) {
	if wanted {
		w.words = append(w.words, "-m", name)
	}
}

func (w *ruleWriter) csv(arg, flag string) {
	if l := w.Strs(arg); len(l) > 0 {
		w.words = append(w.words, flag, strings.Join(l, ","))
	}
}

func (w *ruleWriter) opts(table ...[2]string) {
	for _, o := range table {
		w.opt(o[0], o[1])
	}
}

// rule builds the specification of one rule (iptables(8)).
func rule(a module.Args) []string {
	w := &ruleWriter{Args: a}
	if v := a.Text("wait"); v != "" {
		w.words = append(w.words, "-w", v)
	}
	w.opts([2]string{"protocol", "-p"}, [2]string{"source", "-s"}, [2]string{"destination", "-d"})
	for _, m := range a.Strs("match") {
		w.value(m, "-m")
	}
	if f := module.Args(a.Map("tcp_flags")); len(f) > 0 && f.Has("flags") && f.Has("flags_set") {
		w.words = append(w.words, "--tcp-flags", strings.Join(f.Strs("flags"), ","), strings.Join(f.Strs("flags_set"), ","))
	}
	w.opt("jump", "-j")
	if strings.EqualFold(a.Str("jump"), "tee") {
		w.opt("gateway", "--gateway")
	}
	w.opts([2]string{"log_prefix", "--log-prefix"}, [2]string{"log_level", "--log-level"}, [2]string{"to_destination", "--to-destination"})
	w.match(len(a.Strs("destination_ports")) > 0, "multiport")
	w.csv("destination_ports", "--dports")
	w.opts([2]string{"to_source", "--to-source"}, [2]string{"goto", "-g"}, [2]string{"in_interface", "-i"}, [2]string{"out_interface", "-o"},
		[2]string{"fragment", "-f"}, [2]string{"set_counters", "-c"}, [2]string{"source_port", "--source-port"},
		[2]string{"destination_port", "--destination-port"}, [2]string{"to_ports", "--to-ports"}, [2]string{"set_dscp_mark", "--set-dscp"},
		[2]string{"set_dscp_mark_class", "--set-dscp-class"})
	switch a.Str("syn") {
	case "match":
		w.words = append(w.words, "--syn")
	case "negate":
		w.words = append(w.words, "!", "--syn")
	}
	w.extensions()
	return w.words
}

// extensions are the options that bring a match module with them.
func (w *ruleWriter) extensions() {
	a := w.Args
	matches := a.Strs("match")
	has := func(m string) bool { return slices.Contains(matches, m) }
	state := "--ctstate"
	if has("state") && !has("conntrack") {
		state = "--state"
	}
	w.match(len(a.Strs("ctstate")) > 0 && !has("conntrack") && !has("state"), "conntrack")
	w.csv("ctstate", state)
	w.match((a.Str("src_range") != "" || a.Str("dst_range") != "") && !has("iprange"), "iprange")
	w.opts([2]string{"src_range", "--src-range"}, [2]string{"dst_range", "--dst-range"})
	if set := a.Str("match_set"); set != "" {
		w.match(!has("set"), "set")
		w.value(set, "--match-set")
		if f := a.Str("match_set_flags"); f != "" {
			w.words = append(w.words, f)
		}
	}
	w.match(a.Text("limit") != "" || a.Text("limit_burst") != "", "limit")
	w.opts([2]string{"limit", "--limit"}, [2]string{"limit_burst", "--limit-burst"})
	for _, o := range [][2]string{{"uid_owner", "--uid-owner"}, {"gid_owner", "--gid-owner"}} {
		w.match(a.Text(o[0]) != "", "owner")
		w.opt(o[0], o[1])
	}
	if a.Str("jump") == "" && a.Str("reject_with") != "" {
		w.words = append(w.words, "-j", "REJECT")
	}
	w.opt("reject_with", "--reject-with")
	icmp := "--icmp-type"
	if a.Str("ip_version") == "ipv6" {
		icmp = "--icmpv6-type"
	}
	w.opt("icmp_type", icmp)
	if c := a.Text("comment"); c != "" {
		w.match(true, "comment")
		w.opt("comment", "--comment")
	}
}

// iptables is one call of the module.
type iptables struct {
	*module.Call
	tool string
}

// run runs iptables on the chain; spec is the rule, where one is meant.
func (t *iptables) run(ctx context.Context, reads bool, action string, spec ...string) (program.Output, error) {
	argv := []string{t.tool, "-t", t.Args.Str("table"), action}
	if c := t.Args.Str("chain"); c != "" {
		argv = append(argv, c)
	}
	if n := t.Args.Text("rule_num"); action == "-I" && n != "" {
		argv = append(argv, n)
	}
	return program.Exec(ctx, t.Sys, module.Cmd{Argv: append(argv, spec...), Reads: reads})
}

var policyOf = regexp.MustCompile(`\(policy ([A-Z]+)\)`)

// runIptables is ansible.builtin.iptables.
func runIptables(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	t := &iptables{c, map[bool]string{false: "iptables", true: "ip6tables"}[a.Str("ip_version") == "ipv6"]}
	shown := rule(a)
	res := module.Result{"changed": false, "ip_version": a.Str("ip_version"), "table": a.Str("table"), "chain": a["chain"], "flush": a.Bool("flush"),
		"rule": strings.Join(shown, " "), "state": a.Str("state"), "chain_management": a.Bool("chain_management")}
	if !a.Bool("flush") && a.Str("chain") == "" {
		return nil, module.Fail("Either chain or flush parameter must be specified.")
	}
	spec := shown
	if a.Str("log_prefix") != "" || a.Str("log_level") != "" {
		if j := a.Str("jump"); j != "" && j != "LOG" {
			return nil, module.Fail("Logging options can only be used with the LOG jump target.")
		}
		withJump := module.Args{}
		for k, v := range a {
			withJump[k] = v
		}
		withJump["jump"] = "LOG"
		spec = rule(withJump)
	}
	var err error
	switch {
	case a.Bool("flush"):
		res["changed"] = true
		_, err = program.Must(t.run(ctx, false, "-F"))
	case a.Str("policy") != "":
		res["changed"], err = t.policy(ctx, a.Str("policy"))
	case a.Str("state") == "absent" && len(shown) == 0:
		res["changed"], err = t.dropChain(ctx)
	default:
		res["changed"], err = t.rule(ctx, spec)
	}
	return res, err
}

func (t *iptables) policy(ctx context.Context, want string) (bool, error) {
	out, err := program.Must(t.run(ctx, true, "-L", "-n"))
	if err != nil {
		return false, err
	}
	first, _, _ := strings.Cut(out.Out, "\n")
	m := policyOf.FindStringSubmatch(first)
	if m == nil {
		return false, module.Fail("Can't detect current policy")
	}
	if m[1] == want {
		return false, nil
	}
	_, err = program.Must(t.run(ctx, false, "-P", want))
	return true, err
}

func (t *iptables) hasChain(ctx context.Context) (bool, error) {
	out, err := t.run(ctx, true, "-L", "-n")
	return out.RC == 0, err
}

func (t *iptables) dropChain(ctx context.Context) (bool, error) {
	there, err := t.hasChain(ctx)
	if err == nil && there && t.Args.Bool("chain_management") {
		_, err = program.Must(t.run(ctx, false, "-X"))
	}
	return there, err
}

func (t *iptables) rule(ctx context.Context, spec []string) (bool, error) {
	out, err := t.run(ctx, true, "-C", spec...)
	if err != nil {
		return false, err
	}
	have, want := out.RC == 0, t.Args.Str("state") == "present"
	if have == want {
		return false, nil
	}
	if !want {
		_, err = program.Must(t.run(ctx, false, "-D", spec...))
		return true, err
	}
	if t.Args.Bool("chain_management") {
		there, err := t.hasChain(ctx)
		if err != nil {
			return false, err
		}
		if !there {
			if _, err := program.Must(t.run(ctx, false, "-N")); err != nil {
				return false, err
			}
		}
	}
	_, err = program.Must(t.run(ctx, false, map[bool]string{true: "-I", false: "-A"}[t.Args.Str("action") == "insert"], spec...))
	return true, err
}
