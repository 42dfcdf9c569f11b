// Package host is what a machine is as a whole: its name, time zone, locales, kernel settings and modules, mounts,
// alternatives, SELinux.
package host

import (
	"errors"
	"io/fs"
	"strings"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.posix.sysctl", Run: runSysctl},
	}
}

// Rare are modules that the base program does without.
func Rare() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.hostname", Run: runHostname},
		{Name: "community.general.timezone", Run: runTimezone},
		{Name: "community.general.locale_gen", Run: runLocaleGen},
		{Name: "community.general.modprobe", Run: runModprobe},
		{Name: "community.general.alternatives", Run: runAlternatives},
		{Name: "community.general.pam_limits", Run: runPamLimits},
		{Name: "ansible.posix.selinux", Run: runSELinux},
		{Name: "ansible.posix.seboolean", Run: runSEBoolean},
		{Name: "ansible.posix.mount", Run: runMount},
	}
}

// text reads a file; a missing one is empty.
func text(sys module.System, file string) (string, error) {
	data, err := sys.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return string(data), nil
}

// put writes a file; a new one is readable by all.
func put(sys module.System, file, content string) error {
	spec := module.WriteSpec{}
	if _, err := sys.Stat(file); err != nil {
		mode := fs.FileMode(0o644)
		spec.Mode = &mode
	}
	return sys.Write(file, strings.NewReader(content), spec)
}
