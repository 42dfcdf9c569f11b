package net

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// ufwTask is one call of the ufw module. Whether something changed is told by ufw's status and its rule files before
// and after, or in check mode by what ufw --dry-run would write.
type ufwTask struct {
	*module.Call
	commands []any // as reported
	state    string
	rules    string
	changed  bool
	idle     bool // ufw was run for its status alone
}

// runUfw is community.general.ufw.
func runUfw(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &ufwTask{Call: c, commands: []any{}}
	t.rules = t.tuples()
	if err := t.status(ctx); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		arg string
		do  func(context.Context, string) error
	}{{"state", t.setState}, {"default", t.setDefault}, {"rule", t.setRule}, {"logging", t.setLogging}} {
		if v := c.Args.Str(step.arg); v != "" {
			if err := step.do(ctx, v); err != nil {
				return nil, err
			}
		}
	}
	if c.Check {
		return module.Result{"changed": t.changed, "commands": t.commands}, nil
	}
	after := t.state
	if t.idle {
		t.note("status", "verbose")
	} else {
		var err error
		if after, err = t.ufw(ctx, true, "status", "verbose"); err != nil {
			return nil, err
		}
	}
	changed := t.changed || t.state != after || t.rules != t.tuples()
	return module.Result{"changed": changed, "commands": t.commands, "msg": strings.TrimRight(after, "\n")}, nil
}

// lastStatus is what ufw said of its status last, which takes it longer than all else that a task does that finds its rule there. Where the
// run can have changed nothing since (Call.Epoch), its rules are the same, and it is not long ago, the next task goes by it.
var lastStatus struct {
	sync.Mutex
	epoch                uint64
	program, rules, said string
	at                   time.Time
}

// statusHolds is how long nobody else is expected to touch the firewall: the time of a loop.
const statusHolds = 5 * time.Second

// status finds out how the firewall stands.
func (t *ufwTask) status(ctx context.Context) (err error) {
	p, err := program.Path(t.Sys, "ufw")
	if err != nil {
		return err
	}
	last := &lastStatus
	last.Lock()
	defer last.Unlock()
	if t.Epoch != 0 && t.Epoch == last.epoch && p == last.program && t.rules == last.rules && time.Since(last.at) < statusHolds {
		t.note("status", "verbose")
	} else {
		last.epoch = 0
		if last.said, err = t.ufw(ctx, true, "status", "verbose"); err != nil {
			return err
		}
		last.epoch, last.program, last.rules, last.at = t.Epoch, p, t.rules, time.Now()
	}
	t.state, t.idle = last.said, true
	return nil
}

// ufw runs ufw and fails with its words.
func (t *ufwTask) ufw(ctx context.Context, reads bool, args ...string) (string, error) {
	p, err := program.Path(t.Sys, "ufw")
	if err != nil {
		return "", err
	}
	t.note(args...)
	t.idle = false
	argv := append([]string{p}, args...)
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Reads: reads})
	if err != nil {
		return "", err
	}
	if out.RC != 0 {
		msg := out.Err
		if msg == "" {
			msg = out.Out
		}
		return "", module.Fail(msg, "commands", t.commands)
	}
	return out.Out, nil
}

// note adds a command to those that are reported.
func (t *ufwTask) note(args ...string) {
	p, _ := program.Path(t.Sys, "ufw") // it is there: the status was read
	t.commands = append(t.commands, program.Quote(append([]string{p}, args...)))
}

// stands tells that ufw has a rule already, so that telling it again would make it say "Skipping adding existing rule" and do nothing. That is
// told for rules of ports alone, from and to anywhere, where they are written as ufw keeps them; ufw itself settles the others, as it does all where it keeps no rules for IPv6.
func (t *ufwTask) stands(action string) bool {
	a := t.Args
	for _, special := range []string{"direction", "interface", "interface_in", "interface_out", "from_port", "name", "comment", "insert"} {
		if a.Text(special) != "" {
			return false
		}
	}
	port, proto := a.Text("to_port"), a.Text("proto")
	if a.Bool("route") || a.Bool("delete") || a.Bool("log") || a.Text("from_ip") != "any" || a.Text("to_ip") != "any" || !plainPorts.MatchString(port) {
		return false
	}
	if proto == "" {
		proto = "any"
	}
	for _, f := range [][2]string{{"/etc/ufw/user.rules", "0.0.0.0/0"}, {"/etc/ufw/user6.rules", "::/0"}} {
		data, err := t.Sys.ReadFile(f[0])
		if err != nil || !strings.Contains(string(data), "\n### tuple ### "+action+" "+proto+" "+port+" "+f[1]+" any "+f[1]+" in\n") {
			return false
		}
	}
	return true
}

var plainPorts = regexp.MustCompile(`^[1-9][0-9]*([,:][1-9][0-9]*)*$`)

// ruleFiles are where ufw keeps the user's rules, by version.
var ruleFiles = []string{"/lib/ufw/user.rules", "/lib/ufw/user6.rules", "/etc/ufw/user.rules", "/etc/ufw/user6.rules",
	"/var/lib/ufw/user.rules", "/var/lib/ufw/user6.rules"}

// tuples are the lines that describe rules.
func (t *ufwTask) tuples() string {
	var b strings.Builder
	for _, f := range ruleFiles {
		data, err := t.Sys.ReadFile(f)
		if err == nil {
			b.WriteString(only(string(data), func(l string) bool { return strings.HasPrefix(l, "### tuple") }))
		}
	}
	return b.String()
}

func only(text string, keep func(string) bool) string {
	var b strings.Builder
	for _, l := range strings.SplitAfter(text, "\n") {
		if l != "" && keep(l) {
			b.WriteString(l)
		}
	}
	return b.String()
}

func (t *ufwTask) setState(ctx context.Context, state string) error {
	if state == "reloaded" || state == "reset" {
		t.changed = true
	}
	if t.Check {
		on := strings.Contains(t.state, " active")
		if state == "disabled" && on || state == "enabled" && !on {
			t.changed = true
		}
		return nil
	}
	verb := map[string]string{"enabled": "enable", "disabled": "disable", "reloaded": "reload", "reset": "reset"}[state]
	_, err := t.ufw(ctx, false, "-f", verb)
	if state == "reset" && err != nil && strings.Contains(err.Error(), "already exists. Aborting") {
		// ufw names its backups by the second and refuses two resets in one: no one who starts Python for each task can meet that.
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
		t.commands = t.commands[:len(t.commands)-1]
		_, err = t.ufw(ctx, false, "-f", verb)
	}
	return err
}

// pause waits for d, or until the task is given up.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

var loggingLine = regexp.MustCompile(`Logging: (on|off)(?: \(([a-z]+)\))?`)

func (t *ufwTask) setLogging(ctx context.Context, want string) error {
	m := loggingLine.FindStringSubmatch(t.state)
	switch {
	case m == nil:
		t.changed = true
	case want != "off":
		t.changed = t.changed || m[1] == "off" || want != "on" && want != m[2]
	default:
		t.changed = t.changed || m[1] != "off"
	}
	if t.Check {
		return nil
	}
	_, err := t.ufw(ctx, false, "logging", want)
	return err
}

var defaultLine = regexp.MustCompile(`Default: (deny|allow|reject) \(incoming\), (deny|allow|reject) \(outgoing\), (deny|allow|reject|disabled) \(routed\)`)

func (t *ufwTask) setDefault(ctx context.Context, want string) error {
	direction := t.Args.Str("direction")
	if direction == "in" || direction == "out" {
		return module.Fail(`For default, direction must be one of "outgoing", "incoming" and "routed", or direction must not be specified.`)
	}
	if !t.Check {
		argv := []string{"default", want}
		if direction != "" {
			argv = append(argv, direction)
		}
		_, err := t.ufw(ctx, false, argv...)
		return err
	}
	m := defaultLine.FindStringSubmatch(t.state)
	if m == nil {
		t.changed = true
		return nil
	}
	have := m[map[string]int{"": 1, "incoming": 1, "outgoing": 2, "routed": 3}[direction]]
	t.changed = t.changed || have != want && have != "disabled"
	return nil
}

var (
	ipv4 = regexp.MustCompile(`((25[0-5]|(2[0-4]|1{0,1}[0-9]){0,1}[0-9])\.){3,3}(25[0-5]|(2[0-4]|1{0,1}[0-9]){0,1}[0-9])`)
	ipv6 = regexp.MustCompile(`([0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F]{0,4}|([0-9a-fA-F]{1,4}:){1,7}:|::`)
)

// setRule adds, inserts or deletes a rule.
func (t *ufwTask) setRule(ctx context.Context, action string) error {
	argv, err := t.ruleArgs(ctx, action)
	if err != nil {
		return err
	}
	if t.Check {
		argv = append([]string{"--dry-run"}, argv...)
	} else if t.stands(action) {
		t.note(argv...)
		return nil
	}
	out, err := t.ufw(ctx, t.Check, argv...)
	if err != nil || !t.Check {
		return err
	}
	lines := strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n")
	skipping := 0
	for _, l := range lines {
		if strings.Contains(l, "Skipping") {
			skipping++
		}
	}
	if skipping > 0 && skipping == len(lines) {
		return nil
	}
	dry := only(out, func(l string) bool { return strings.HasPrefix(l, "### tuple") })
	from, to := t.Args.Str("from_ip"), t.Args.Str("to_ip")
	before := t.rules
	for _, re := range []*regexp.Regexp{ipv4, ipv6} { // a dry run about one family prints only that family
		if starts(re, from) || starts(re, to) {
			before, dry = only(before, re.MatchString), only(dry, re.MatchString)
			break
		}
	}
	t.changed = t.changed || before != dry
	return nil
}

func starts(re *regexp.Regexp, s string) bool {
	loc := re.FindStringIndex(s)
	return loc != nil && loc[0] == 0
}

// ruleArgs builds the long form of a rule (ufw(8)).
func (t *ufwTask) ruleArgs(ctx context.Context, action string) ([]string, error) {
	a := t.Args
	direction := a.Str("direction")
	if direction != "" && direction != "in" && direction != "out" {
		return nil, module.Fail(`For rules, direction must be one of "in" and "out", or direction must not be specified.`)
	}
	if !a.Bool("route") && a.Str("interface_in") != "" && a.Str("interface_out") != "" {
		return nil, module.Fail("Only route rules can combine interface_in and interface_out")
	}
	var argv []string
	add := func(given bool, words ...string) {
		if given {
			argv = append(argv, words...)
		}
	}
	add(a.Bool("route"), "route")
	add(a.Bool("delete"), "delete")
	if a.Has("insert") && !a.Bool("delete") {
		at, ok, err := t.insertAt(ctx)
		if err != nil {
			return nil, err
		}
		add(ok, "insert", fmt.Sprint(at))
	}
	add(true, action)
	add(direction != "", direction)
	add(a.Str("interface") != "", "on", a.Str("interface"))
	add(a.Str("interface_in") != "", "in", "on", a.Str("interface_in"))
	add(a.Str("interface_out") != "", "out", "on", a.Str("interface_out"))
	add(a.Bool("log"), "log")
	for _, o := range [][2]string{{"from_ip", "from"}, {"from_port", "port"}, {"to_ip", "to"}, {"to_port", "port"}, {"proto", "proto"}, {"name", "app"}, {"comment", "comment"}} {
		add(a.Text(o[0]) != "", o[1], a.Text(o[0]))
	}
	return argv, nil
}

var numberedRule = regexp.MustCompile(`^\[ *([0-9]+)\] `)

// insertAt is the number at which a rule is to be inserted; none where it would lie behind the last.
func (t *ufwTask) insertAt(ctx context.Context) (int64, bool, error) {
	n := t.Args.Int("insert")
	relative := t.Args.Str("insert_relative_to")
	if relative == "" || relative == "zero" {
		return n, true, nil
	}
	out, err := program.Read(ctx, t.Sys, "ufw", "status", "numbered")
	if err != nil {
		return 0, false, err
	}
	var last, last4 int64
	has6 := false
	for _, l := range program.Lines(out.Out) {
		m := numberedRule.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		var no int64
		_, _ = fmt.Sscan(m[1], &no)
		last = max(last, no)
		if strings.Contains(l, "(v6)") {
			has6 = true
		} else {
			last4 = max(last4, no)
		}
	}
	base := int64(1)
	switch relative {
	case "last-ipv4":
		base = max(last4, 1)
	case "first-ipv6":
		base = last4 + 1
	case "last-ipv6":
		if base = last; !has6 {
			base = last + 1
		}
	}
	return n + base, n+base <= last, nil
}
