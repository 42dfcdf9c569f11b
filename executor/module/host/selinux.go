package host

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

var (
	selinuxState  = regexp.MustCompile(`(?m)^SELINUX=.*$`)
	selinuxPolicy = regexp.MustCompile(`(?m)^SELINUXTYPE=.*$`)
)

// runSELinux is ansible.posix.selinux: the mode now and after the next boot.
func runSELinux(ctx context.Context, c *module.Call) (module.Result, error) {
	file := c.Path("configfile")
	if file == "" {
		file = "/etc/selinux/config"
	}
	state, policy := c.Args.Str("state"), c.Args.Str("policy")
	content, err := text(c.Sys, file)
	if err != nil || content == "" {
		return nil, module.Fail("Unable to find file " + file + ". Is SELinux installed?")
	}
	if policy == "" && state != "disabled" {
		return nil, module.Fail("Policy is required if state is not 'disabled'")
	}
	after := selinuxState.ReplaceAllString(content, "SELINUX="+state)
	if policy != "" {
		after = selinuxPolicy.ReplaceAllString(after, "SELINUXTYPE="+policy)
	}
	enforce, err := c.Sys.ReadFile("/sys/fs/selinux/enforce")
	running := err == nil
	res := module.Result{"changed": content != after, "msg": "", "policy": policy, "configfile": file, "state": state, "reboot_required": false}
	var said []string
	if content != after {
		said = append(said, "Config SELinux state changed to '"+state+"'")
		if err := put(c.Sys, file, after); err != nil {
			return nil, err
		}
	}
	mode := map[string]string{"enforcing": "1", "permissive": "0"}[state]
	switch {
	case running && mode != "" && strings.TrimSpace(string(enforce)) != mode:
		if _, err := program.Must(program.Change(ctx, c.Sys, "setenforce", mode)); err != nil {
			return nil, err
		}
		res["changed"] = true
		said = append(said, "SELinux state changed to '"+state+"'")
	case running == (state == "disabled"):
		res["reboot_required"] = true
		said = append(said, "Reboot is required to set SELinux state to '"+state+"'")
	}
	res["msg"] = strings.Join(said, ", ")
	return res, nil
}

// runSEBoolean is ansible.posix.seboolean.
func runSEBoolean(ctx context.Context, c *module.Call) (module.Result, error) {
	name, want := c.Args.Str("name"), c.Args.Bool("state")
	res := module.Result{"changed": false, "name": name, "state": want, "persistent": c.Args.Bool("persistent")}
	value, err := c.Sys.ReadFile("/sys/fs/selinux/booleans/" + name)
	if err != nil {
		if c.Args.Bool("ignore_selinux_state") {
			return res, nil
		}
		return nil, module.Fail("SELinux is disabled on this host, or it has no boolean " + name + ".")
	}
	f := strings.Fields(string(value))
	live := len(f) > 0 && f[0] == "1"
	stored := live
	if c.Args.Bool("persistent") {
		if stored, err = storedBoolean(ctx, c, name, live); err != nil {
			return nil, err
		}
	}
	if live == want && stored == want {
		return res, nil
	}
	res["changed"] = true
	argv := []string{"setsebool"}
	if c.Args.Bool("persistent") {
		argv = append(argv, "-P")
	}
	_, err = program.Must(program.Change(ctx, c.Sys, append(argv, name, map[bool]string{true: "1", false: "0"}[want])...))
	return res, err
}

// storedBoolean asks semanage for the value after a boot, where semanage is installed.
func storedBoolean(ctx context.Context, c *module.Call, name string, live bool) (bool, error) {
	if !program.Have(c.Sys, "semanage") {
		return live, nil
	}
	out, err := program.Read(ctx, c.Sys, "semanage", "boolean", "-l", "-n")
	for _, l := range program.Lines(out.Out) {
		if f := strings.Fields(strings.NewReplacer("(", " ", ")", " ", ",", " ").Replace(l)); len(f) > 2 && f[0] == name {
			return f[2] == "on", err
		}
	}
	return live, err
}
