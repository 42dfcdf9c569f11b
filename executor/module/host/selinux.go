package host

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

const (
	selinuxConfig  = "/etc/selinux/config"
	selinuxEnforce = "/sys/fs/selinux/enforce"
)

// selinuxTask is one call of ansible.posix.selinux.
type selinuxTask struct {
	*module.Call
	file, state, policy string
	changed, reboot     bool
	said                []string
}

// runSELinux is ansible.posix.selinux: the mode now and after the next boot.
func runSELinux(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &selinuxTask{Call: c, file: c.Path("configfile"), state: c.Args.Str("state"), policy: c.Args.Str("policy")}
	if t.file == "" {
		t.file = selinuxConfig
	}
	content, err := text(c.Sys, t.file)
	if err != nil || content == "" {
		return nil, module.Fail("Unable to find file "+t.file, "details", "Please install SELinux-policy package, if this package is not installed previously.")
	}
	if t.policy == "" && t.state != "disabled" {
		return nil, module.Fail("Policy is required if state is not 'disabled'")
	}
	main, _ := text(c.Sys, selinuxConfig)
	stored, running := setting(content, "SELINUXTYPE"), setting(main, "SELINUXTYPE")
	if t.policy == "" {
		t.policy = stored
	}
	if c.Check && (t.policy != running || t.policy != stored) {
		return module.Result{"changed": true}, nil
	}
	if t.policy != running {
		t.tell("Running SELinux policy changed from '%s' to '%s'", running, t.policy)
	}
	for _, step := range []func() error{
		func() error { return t.setPolicy(stored) },
		func() error { return t.setMode(ctx) },
		func() error { return t.setState() },
		func() error { return t.setKernel(ctx) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": t.changed, "msg": strings.Join(t.said, ", "), "policy": t.policy, "configfile": t.file, "state": t.state,
		"reboot_required": t.reboot}, nil
}

// tell notes a change; what was not set before is None.
func (t *selinuxTask) tell(format string, args ...any) {
	t.changed = true
	t.said = append(t.said, strings.ReplaceAll(fmt.Sprintf(format, args...), "from ''", "from 'None'"))
}

// setting is the value of a line NAME=value, "" without one.
func setting(content, name string) string {
	for l := range strings.Lines(content) {
		if v, ok := strings.CutPrefix(l, name+"="); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// write sets a line of the file, at its end where there is none.
func (t *selinuxTask) write(name, value string) error {
	content, err := text(t.Sys, t.file)
	if err != nil {
		return err
	}
	line := name + "=" + value
	lines := strings.Split(strings.TrimSuffix(content, "\n"), "\n")
	found := false
	for i, l := range lines {
		if strings.HasPrefix(l, name+"=") {
			lines[i], found = line, true
		}
	}
	if !found {
		lines = append(lines, line)
	}
	return put(t.Sys, t.file, strings.Join(lines, "\n")+"\n")
}

func (t *selinuxTask) setPolicy(stored string) error {
	if t.policy == stored {
		return nil
	}
	if _, err := t.Sys.Stat(path.Join("/etc/selinux", t.policy, "policy")); err != nil {
		return module.Fail("Policy " + t.policy + " does not exist in /etc/selinux/")
	}
	t.tell("SELinux policy configuration in '%s' changed from '%s' to '%s'", t.file, stored, t.policy)
	return t.write("SELINUXTYPE", t.policy)
}

// setMode brings the running kernel to the wanted mode, as far as that goes without a boot.
func (t *selinuxTask) setMode(ctx context.Context) error {
	enforce, err := t.Sys.ReadFile(selinuxEnforce)
	running := "disabled"
	if err == nil {
		running = map[bool]string{true: "enforcing", false: "permissive"}[strings.TrimSpace(string(enforce)) == "1"]
	}
	switch {
	case t.state == running:
		return nil
	case running == "disabled":
		t.Warn("Reboot is required to set SELinux state to '%s'", t.state)
		t.reboot = true
		return nil
	case t.state == "disabled":
		t.reboot = true
		if running == "permissive" {
			t.Warn("SELinux state change will take effect next reboot")
			return nil
		}
		t.changed = true
		t.Warn("SELinux state temporarily changed from '%s' to 'permissive'. State change will take effect next reboot.", running)
	default:
		t.tell("SELinux state changed from '%s' to '%s'", running, t.state)
	}
	_, err = program.Must(program.Change(ctx, t.Sys, "setenforce", map[bool]string{true: "1", false: "0"}[t.state == "enforcing"]))
	return err
}

// setState is the mode after the next boot.
func (t *selinuxTask) setState() error {
	content, err := text(t.Sys, t.file)
	if err != nil {
		return err
	}
	stored := setting(content, "SELINUX")
	if stored == t.state {
		return nil
	}
	t.tell("Config SELinux state changed from '%s' to '%s'", stored, t.state)
	return t.write("SELINUX", t.state)
}

var kernelArgs = regexp.MustCompile(`(?m)^args="(.*)"$`)

// setKernel brings the command lines of all kernels to the wanted state.
func (t *selinuxTask) setKernel(ctx context.Context) error {
	if !t.Args.Bool("update_kernel_param") {
		return nil
	}
	if !program.Have(t.Sys, "grubby") {
		return module.Fail("'grubby' command not found on host", "details",
			"update_kernel_param changes the kernel's command line with grubby: install the package of that name")
	}
	out, err := program.Read(ctx, t.Sys, "grubby", "--info=ALL")
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail("unable to run grubby")
	}
	on, off := 0, 0
	for _, m := range kernelArgs.FindAllStringSubmatch(out.Out, -1) {
		if slices.Contains(strings.Split(m[1], " "), "selinux=0") {
			off++
		} else {
			on++
		}
	}
	want := t.state != "disabled"
	was := map[bool]string{true: "disabled", false: "enabled"}[want]
	switch {
	case (on > 0) == (off > 0):
		was = "<inconsistent>"
	case (on > 0) == want:
		return nil
	}
	t.tell("Kernel SELinux state changed from '%s' to '%s'", was, map[bool]string{true: "enabled", false: "disabled"}[want])
	_, err = program.Must(program.Change(ctx, t.Sys, "grubby", "--update-kernel=ALL", map[bool]string{true: "--remove-args", false: "--args"}[want], "selinux=0"))
	return err
}

// runSEBoolean is ansible.posix.seboolean.
func runSEBoolean(ctx context.Context, c *module.Call) (module.Result, error) {
	name, want, persistent := c.Args.Str("name"), c.Args.Bool("state"), c.Args.Bool("persistent")
	if _, err := c.Sys.Stat(selinuxEnforce); err != nil && !c.Args.Bool("ignore_selinux_state") {
		return nil, module.Fail("SELinux is disabled on this host.")
	}
	value, err := c.Sys.ReadFile("/sys/fs/selinux/booleans/" + name)
	if err != nil {
		return nil, module.Fail("SELinux boolean " + name + " does not exist.")
	}
	have := strings.HasPrefix(string(value), "1")
	if persistent { // what is stored counts alone
		if have, err = storedBoolean(ctx, c, name, have); err != nil {
			return nil, err
		}
	}
	res := module.Result{"changed": have != want, "name": name, "state": want, "persistent": persistent}
	if have == want {
		return res, nil
	}
	argv := []string{"setsebool"}
	if persistent {
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
