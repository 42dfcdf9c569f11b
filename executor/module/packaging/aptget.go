package packaging

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// aptGet runs apt-get and its relatives for one task: environment, dpkg options, lock and policy-rc.d in one place.
type aptGet struct {
	call     *module.Call
	deadline time.Time // until when a held lock is waited for
}

func newAptGet(c *module.Call) *aptGet {
	return &aptGet{call: c, deadline: time.Now().Add(time.Duration(c.Args.Int("lock_timeout")) * time.Second)}
}

var aptEnv = map[string]string{"DEBIAN_FRONTEND": "noninteractive", "DEBIAN_PRIORITY": "critical"}

// dpkgOptions are the -o Dpkg::Options::= arguments.
func (g *aptGet) dpkgOptions() []string {
	var out []string
	for _, o := range strings.Split(g.call.Args.Str("dpkg_options"), ",") {
		if o = strings.TrimSpace(o); o != "" {
			out = append(out, "-o", "Dpkg::Options::=--"+o)
		}
	}
	return out
}

// flags turns yes/no arguments into options.
func (g *aptGet) flags(table [][2]string) []string {
	var out []string
	for _, f := range table {
		if g.call.Args.Bool(f[0]) {
			out = append(out, f[1])
		}
	}
	return out
}

// simulate is the option that makes apt-get only say what it would do, in check mode.
func (g *aptGet) simulate() []string {
	if g.call.Check {
		return []string{"--simulate"}
	}
	return nil
}

// run runs argv until the lock is free or lock_timeout is over. In check mode argv holds --simulate and changes nothing.
func (g *aptGet) run(ctx context.Context, argv []string) (program.Output, error) {
	real := append([]string{argv[0]}, argv[1:]...)
	if argv[0] == "apt-get" {
		real = append([]string{"apt-get", "-o", "DPkg::Lock::Timeout=" + strconv.FormatInt(g.call.Args.Int("lock_timeout"), 10)}, argv[1:]...)
	}
	for {
		out, err := program.Exec(ctx, g.call.Sys, module.Cmd{Argv: real, Env: aptEnv, Reads: g.call.Check, Whole: true})
		if err != nil || out.RC == 0 || !locked(out) || time.Now().After(g.deadline) {
			return out, err
		}
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// locked tells whether another package manager held the lock.
func locked(o program.Output) bool {
	for _, s := range []string{"Could not get lock", "Unable to lock", "Unable to acquire the dpkg frontend lock", "lock was locked by another process"} {
		if strings.Contains(o.Err, s) {
			return true
		}
	}
	return false
}

// change is run with policy-rc.d in place, for commands that may start services.
func (g *aptGet) change(ctx context.Context, argv []string) (program.Output, error) {
	restore, err := g.policyRcD()
	if err != nil {
		return program.Output{}, err
	}
	out, err := g.run(ctx, argv)
	if rerr := restore(); err == nil {
		err = rerr
	}
	return out, err
}

const (
	policyRcD      = "/usr/sbin/policy-rc.d"
	policyRcDSaved = "/usr/sbin/.policy-rc.d.saved"
)

// policyRcD puts a policy-rc.d with the wanted exit code in place and returns what puts the old one back.
func (g *aptGet) policyRcD() (func() error, error) {
	sys := g.call.Sys
	if !g.call.Args.Has("policy_rc_d") || sys.DryRun() {
		return func() error { return nil }, nil
	}
	_, err := sys.Lstat(policyRcD)
	had := err == nil
	if had {
		if err := sys.Rename(policyRcD, policyRcDSaved); err != nil {
			return nil, &module.Failure{Msg: "Fail to move " + policyRcD + ": " + err.Error()}
		}
	}
	text := "#!/bin/sh\nexit " + strconv.FormatInt(g.call.Args.Int("policy_rc_d"), 10) + "\n"
	if err := writeFile(sys, policyRcD, text, 0o755); err != nil {
		return nil, &module.Failure{Msg: "Failed to create or chmod " + policyRcD + ": " + err.Error()}
	}
	return func() error {
		if had {
			return sys.Rename(policyRcDSaved, policyRcD)
		}
		return sys.Remove(policyRcD)
	}, nil
}

var summaryLine = regexp.MustCompile(`^[0-9]+ (packages )?upgraded`)

// aptDiff is the part of the output that lists what changes, as the diff of Ansible's apt module.
func aptDiff(c *module.Call, out string) map[string]any {
	if !c.Diff {
		return map[string]any{}
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	start, end := 0, len(lines)
	for _, marker := range []string{"Resolving dependencies...", "Reading state information..."} {
		if i := index(lines, marker); i >= 0 {
			start = i + 1
			break
		}
	}
	for i, l := range lines {
		if summaryLine.MatchString(l) {
			end = i + 1
			break
		}
	}
	if start > end {
		start = end
	}
	return map[string]any{"prepared": strings.Join(lines[start:end], "\n")}
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// upgrade brings the whole system up: mode yes, safe, full or dist.
func (g *aptGet) upgrade(ctx context.Context, mode string) (module.Result, error) {
	c := g.call
	aptitude := program.Have(c.Sys, "aptitude") && !c.Args.Bool("force_apt_get") && mode != "dist"
	var argv []string
	var name string
	if aptitude {
		name = map[bool]string{true: "full-upgrade", false: "safe-upgrade"}[mode == "full"]
		argv = append([]string{"aptitude", "-y"}, g.dpkgOptions()...)
		if c.Args.Bool("force") {
			argv = append(argv, "--assume-yes", "--allow-untrusted")
		}
	} else {
		argv = append([]string{"apt-get", "-y"}, g.dpkgOptions()...)
		argv = append(argv, g.flags([][2]string{{"force", "--force-yes"}})...)
	}
	argv = append(argv, g.flags([][2]string{
		{"fail_on_autoremove", "--no-remove"}, {"allow_unauthenticated", "--allow-unauthenticated"}, {"allow_downgrade", "--allow-downgrades"}})...)
	argv = append(argv, g.simulate()...)
	switch {
	case aptitude:
		argv = append(argv, name)
	case mode == "dist" || mode == "full":
		name = "dist-upgrade"
		argv = append(argv, append([]string{name}, g.flags([][2]string{{"autoremove", "--auto-remove"}})...)...)
	default:
		name = "upgrade"
		argv = append(argv, append([]string{name, "--with-new-pkgs"}, g.flags([][2]string{{"autoremove", "--auto-remove"}})...)...)
	}
	if r := c.Args.Str("default_release"); r != "" {
		argv = append(argv, "-t", r)
	}
	out, err := g.change(ctx, argv)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("'%s %s' failed: %s", argv[0], name, out.Err)
	}
	res := module.Result{"changed": true, "msg": out.Out, "stdout": out.Out, "stderr": out.Err}
	if strings.Contains(out.Out, "\n0 upgraded, 0 newly installed") || strings.Contains(out.Out, "\n0 packages upgraded, 0 newly installed") {
		res["changed"] = false
		return res, nil
	}
	res["diff"] = aptDiff(c, out.Out)
	return res, nil
}

// cleanup runs autoremove or autoclean.
func (g *aptGet) cleanup(ctx context.Context, operation, changedMark string) (module.Result, error) {
	argv := append([]string{"apt-get", "-y"}, g.dpkgOptions()...)
	argv = append(argv, g.flags([][2]string{{"purge", "--purge"}, {"force", "--force-yes"}})...)
	argv = append(append(argv, operation), g.simulate()...)
	out, err := g.change(ctx, argv)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("'apt-get %s' failed: %s", operation, out.Err)
	}
	return module.Result{"changed": strings.Contains(out.Out, changedMark), "stdout": out.Out, "stderr": out.Err, "diff": aptDiff(g.call, out.Out)}, nil
}

// clean empties the archive of downloaded packages.
func (g *aptGet) clean(ctx context.Context) error {
	out, err := program.Change(ctx, g.call.Sys, "apt-get", "clean")
	if err == nil && (out.RC != 0 || out.Err != "") {
		return out.Failed("%s", strings.TrimSuffix("apt-get clean failed: "+out.Err, ": "))
	}
	return err
}
