// Package service is what runs: systemd units, SysV and OpenRC services, and supervisor's programs.
package service

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.service", Run: runService},
		{Name: "ansible.builtin.systemd_service", Run: runSystemd},
		{Name: "ansible.builtin.sysvinit", Run: runSysvinit},
		{Name: "community.general.supervisorctl", Run: runSupervisorctl},
	}
}

// Rare are modules that the base program does without.
func Rare() []module.Module {
	return []module.Module{{Name: "ansible.builtin.service_facts", Run: runServiceFacts}}
}

// systemdBooted tells whether systemd runs the target, by the test of sd_booted(3).
func systemdBooted(sys module.System) bool {
	if !program.Have(sys, "systemctl") {
		return false
	}
	for _, p := range []string{"/run/systemd/system", "/dev/.run/systemd", "/dev/.systemd"} {
		if _, err := sys.Stat(p); err == nil {
			return true
		}
	}
	comm, err := sys.ReadFile("/proc/1/comm")
	return err == nil && strings.Contains(string(comm), "systemd")
}

// managerOf names the service manager that "use: auto" means.
func managerOf(sys module.System) string {
	switch {
	case systemdBooted(sys):
		return "systemd"
	case program.Have(sys, "rc-service"):
		return "openrc"
	}
	return "service"
}

// runService is ansible.builtin.service: it hands over to the manager of the target.
func runService(ctx context.Context, c *module.Call) (module.Result, error) {
	use := strings.TrimPrefix(strings.ToLower(c.Args.Str("use")), "ansible.builtin.")
	if use == "" || use == "auto" {
		use = managerOf(c.Sys)
	}
	switch use {
	case "systemd", "systemd_service":
		for _, a := range []string{"pattern", "sleep", "arguments"} {
			if c.Args.Text(a) != "" {
				c.Warn("Ignoring %q as it is not used in \"systemd\"", a)
			}
		}
		if needs := slices.IndexFunc(needName, c.Args.Has); needs >= 0 && c.Args.Str("name") == "" {
			return nil, module.Fail("missing parameter(s) required by '" + needName[needs] + "': name")
		}
		return runSystemd(ctx, c)
	case "sysvinit", "service", "openrc":
		if err := refuse(c, use); err != nil {
			return nil, err
		}
	}
	switch use {
	case "sysvinit":
		return runSysvinit(ctx, c)
	case "service", "openrc":
		return runInit(ctx, c, use)
	}
	return nil, &module.Failure{Msg: "service manager " + use + " is not supported: use systemd, sysvinit, openrc or service"}
}

// needName are arguments that are about one service.
var needName = []string{"enabled", "masked", "state"}

// ofSystemd are arguments that systemd alone has.
var ofSystemd = []string{"daemon_reexec", "daemon_reload", "force", "masked", "no_block", "scope"}

// refuse checks what depends on the manager, and so is known only here: without systemd a service needs a name, and something that is to be done.
func refuse(c *module.Call, use string) error {
	var unknown []string
	for _, name := range ofSystemd {
		if c.Args[name] != nil {
			unknown = append(unknown, name)
		}
	}
	switch {
	case len(unknown) > 0:
		return module.Fail("Unsupported parameters for (" + use + ") module: " + strings.Join(unknown, ", ") + ". They are systemd's, which does not run here.")
	case c.Args.Str("name") == "":
		return module.Fail("missing required arguments: name")
	case c.Args.Str("state") == "" && c.Args["enabled"] == nil:
		return module.Fail("one of the following is required: state, enabled")
	}
	return nil
}
