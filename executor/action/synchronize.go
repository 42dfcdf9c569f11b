package action

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// rsyncFlags are synchronize's switches: the option of rsync that each one adds, on or off.
var rsyncFlags = []struct {
	arg     string
	on, off string
	def     bool
}{
	{"archive", "--archive", "", true}, {"checksum", "--checksum", "", false}, {"compress", "--compress", "", true},
	{"existing_only", "--existing", "", false}, {"dirs", "--dirs", "", false}, {"delete", "--delete-after", "", false},
	{"partial", "--partial", "", false},
}

// rsyncOverrides change single parts of archive where they are given.
var rsyncOverrides = []struct{ arg, on, off string }{
	{"recursive", "--recursive", "--no-recursive"}, {"links", "--links", "--no-links"}, {"copy_links", "--copy-links", ""},
	{"perms", "--perms", "--no-perms"}, {"times", "--times", "--no-times"}, {"owner", "--owner", "--no-owner"}, {"group", "--group", "--no-group"},
}

// synchronize runs rsync on the controller against the target (ansible.posix.synchronize).
func synchronize(ctx context.Context, c *Call) (Step, error) {
	if _, err := c.checked(); err != nil {
		return Step{}, err
	}
	program, err := exec.LookPath("rsync")
	if err != nil {
		return Step{}, &Failed{Msg: "synchronize needs the program rsync on the controller, and it is not installed"}
	}
	src, dest := c.str("src"), c.str("dest")
	if src == "" || dest == "" {
		return Step{}, &Failed{Msg: "src and dest are required"}
	}
	argv, err := c.rsync(src, dest)
	if err != nil {
		return Step{}, err
	}
	run := exec.CommandContext(ctx, program, argv...)
	var stdout, stderr strings.Builder
	run.Stdout, run.Stderr = &stdout, &stderr
	err = run.Run()
	cmd := program + " " + strings.Join(argv, " ")
	if err != nil {
		rc := -1
		if run.ProcessState != nil {
			rc = run.ProcessState.ExitCode()
		}
		return done("failed", true, "changed", false, "msg", stderr.String(), "rc", rc, "cmd", cmd)
	}
	var listed []any
	changed := false
	for _, line := range strings.Split(strings.TrimSpace(stdout.String()), "\n") {
		if rest, ok := strings.CutPrefix(line, changeMark); ok {
			changed = true
			listed = append(listed, rest)
		} else if line != "" {
			listed = append(listed, line)
		}
	}
	msg := strings.ReplaceAll(stdout.String(), changeMark, "")
	return done("changed", changed, "msg", msg, "rc", 0, "cmd", cmd, "stdout_lines", listed)
}

// changeMark is what rsync prints before each change.
const changeMark = "<<CHANGED>>"

func (c *Call) rsync(src, dest string) ([]string, error) {
	argv := []string{"--delay-updates", "-F", "--out-format=" + changeMark + "%i %n%L"}
	if c.Check {
		argv = append(argv, "--dry-run")
	}
	for _, f := range rsyncFlags {
		on, err := c.boolean(f.arg, f.def)
		if err != nil {
			return nil, &Failed{Msg: err.Error()}
		}
		if on {
			argv = append(argv, f.on)
		}
	}
	for _, f := range rsyncOverrides {
		if !c.has(f.arg) {
			continue
		}
		on, err := c.boolean(f.arg, false)
		if err != nil {
			return nil, &Failed{Msg: err.Error()}
		}
		if word := map[bool]string{true: f.on, false: f.off}[on]; word != "" {
			argv = append(argv, word)
		}
	}
	if v, ok := c.Args.GetStr("rsync_opts"); ok {
		list, err := toList(v)
		if err != nil {
			return nil, err
		}
		for _, o := range asList(list) {
			argv = append(argv, fmt.Sprint(o))
		}
	}
	about := c.Remote.About()
	if about.Connection == "local" {
		return append(argv, c.localPath(src), c.localPath(dest)), nil
	}
	argv = append(argv, "--rsh="+sshCommand(about))
	if about.BecomeUser != "" {
		argv = append(argv, "--rsync-path=sudo -n -u "+about.BecomeUser+" rsync")
	}
	remote := func(p string) string {
		if about.User != "" {
			return about.User + "@" + about.Host + ":" + p
		}
		return about.Host + ":" + p
	}
	if c.str("mode") == "pull" {
		return append(argv, remote(src), c.localPath(dest)), nil
	}
	return append(argv, c.localPath(src), remote(dest)), nil
}

// localPath is a path of the controller; a trailing slash keeps its meaning.
func (c *Call) localPath(p string) string {
	if found, err := c.find("files", p); err == nil {
		p2 := found
		if strings.HasSuffix(p, "/") {
			p2 += "/"
		}
		return p2
	}
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.BaseDir, p)
}

func sshCommand(a Address) string {
	words := []string{"ssh", "-S", "none"}
	for _, key := range a.KeyFiles {
		words = append(words, "-i", key)
	}
	if a.Port != 0 {
		words = append(words, "-o", fmt.Sprintf("Port=%d", a.Port))
	}
	return strings.Join(append(words, a.SSHArgs...), " ")
}
