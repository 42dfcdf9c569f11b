package module

import (
	"context"
	"strings"
)

// SELinux knows a target's labels. Where SELinux is off (most Debian machines) every method says so and does nothing.
type selinux struct {
	sys     System
	enabled bool
	mls     bool
}

const (
	selinuxFS    = "/sys/fs/selinux"
	selinuxXattr = "security.selinux"
)

// specialFS are file systems that give all their files one label.
var specialFS = []string{"fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"}

func newSELinux(sys System) selinux {
	s := selinux{sys: sys}
	if _, err := sys.ReadFile(selinuxFS + "/enforce"); err != nil {
		return s
	}
	s.enabled = true
	mls, _ := sys.ReadFile(selinuxFS + "/mls")
	s.mls = strings.TrimSpace(string(mls)) == "1"
	return s
}

// context reads a path's label: user, role, type and (on MLS systems) level.
func (s selinux) context(path string) ([]string, error) {
	value, err := s.sys.Getxattr(path, selinuxXattr)
	if err != nil {
		return nil, Fail("failed to retrieve selinux context", "path", path)
	}
	return strings.SplitN(strings.TrimRight(string(value), "\x00"), ":", 4), nil
}

// policy asks what label the policy has for a path.
func (s selinux) policy(path string) []string {
	out, err := s.sys.Run(context.Background(), Cmd{Argv: []string{"matchpathcon", "-n", path}, Reads: true})
	if err != nil || out.RC != 0 {
		return nil
	}
	return strings.SplitN(strings.TrimSpace(string(out.Stdout)), ":", 4)
}

// special tells whether a path lies on a file system with one label for all, and that label.
func (s selinux) special(path string) ([]string, bool) {
	mounts, err := s.sys.ReadFile("/proc/mounts")
	if err != nil {
		return nil, false
	}
	real, err := s.sys.Realpath(path)
	if err != nil {
		return nil, false
	}
	point, kind := "", ""
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		if in := f[1] == "/" || real == f[1] || strings.HasPrefix(real, f[1]+"/"); in && len(f[1]) >= len(point) {
			point, kind = f[1], f[2]
		}
	}
	for _, fs := range specialFS {
		if strings.Contains(kind, fs) {
			label, err := s.context(point)
			return label, err == nil
		}
	}
	return nil, false
}

// wanted computes a path's label from the arguments (empty parts keep, "_default" asks the policy).
func (s selinux) wanted(path string, args [4]string, cur []string) []string {
	if label, ok := s.special(path); ok {
		return label
	}
	want := append([]string(nil), cur...)
	var policy []string
	for i := range want {
		part := args[i]
		if part == "_default" {
			if policy == nil {
				policy = s.policy(path)
			}
			part = ""
			if i < len(policy) {
				part = policy[i]
			}
		}
		if part != "" {
			want[i] = part
		}
	}
	return want
}
