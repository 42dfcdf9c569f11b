package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"time"

	"pylint-deploy/executor/module"
)

// command is ansible.builtin.command and, through a shell, ansible.builtin.shell.
//
// Known difference: output that is no UTF-8 reaches the result as it is; how it is shown is the controller's business.
type command struct {
	*module.Call
	shell  bool
	line   string   // as it is written, for a shell and for messages
	argv   []string // what runs
	result module.Result
}

func runCommand(ctx context.Context, c *module.Call) (module.Result, error) {
	return (&command{Call: c, shell: c.Args.Bool("_uses_shell")}).run(ctx)
}

func runShell(ctx context.Context, c *module.Call) (module.Result, error) {
	return (&command{Call: c, shell: true}).run(ctx)
}

func (t *command) run(ctx context.Context) (module.Result, error) {
	t.result = module.Result{"changed": false, "stdout": "", "stderr": "", "rc": nil, "cmd": nil, "start": nil, "end": nil,
		"delta": nil, "msg": ""}
	if err := t.read(); err != nil {
		return nil, err
	}
	chdir, err := t.workingDir()
	if err != nil {
		return nil, err
	}
	if done, err := t.guarded(chdir); done || err != nil {
		return t.result, err
	}
	if t.Sys.DryRun() {
		t.result["rc"] = 0
		t.result["msg"] = "Command would have run if not in check mode"
		t.result["changed"] = t.Args.Has("creates") || t.Args.Has("removes")
		if t.result["changed"] == false {
			t.result["skipped"] = true
		}
		return t.result, nil
	}
	return t.execute(ctx, chdir)
}

// fail is a failure with the keys that command always returns.
func (t *command) fail(rc any, msg string) error {
	t.result["rc"] = rc
	return &module.Failure{Msg: msg, Result: t.result}
}

// read finds out what is to run.
func (t *command) read() error {
	t.line = t.Args.Str("_raw_params")
	if t.line == "" {
		t.line = t.Args.Str("cmd")
	}
	for _, word := range t.Args.List("argv") {
		t.argv = append(t.argv, fmt.Sprint(word))
	}
	if strings.TrimSpace(t.line) == "" && len(t.argv) == 0 {
		return t.fail(256, "no command given")
	}
	if t.line != "" && len(t.argv) > 0 {
		return t.fail(256, "only command or argv can be given, not both")
	}
	if t.shell {
		t.result["cmd"] = t.line
		executable := t.Path("executable")
		if executable == "" {
			executable = "/bin/sh"
		}
		t.argv = []string{executable, "-c", t.line}
		return nil
	}
	if t.Args.Str("executable") != "" {
		t.Warn("As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' module. Not using '%s'.",
			t.Args.Str("executable"))
	}
	if t.line != "" {
		var err error
		if t.argv, err = module.SplitWords(t.line); err != nil {
			return t.fail(257, fmt.Sprintf("cannot split the command into words: %v", err))
		}
	}
	t.result["cmd"] = append([]string(nil), t.argv...)
	if expand, given := t.Args["expand_argument_vars"].(bool); !given || expand {
		for i, word := range t.argv {
			t.argv[i] = t.ExpandPath(word)
		}
	}
	return nil
}

func (t *command) workingDir() (string, error) {
	dir := t.Path("chdir")
	if dir == "" {
		return "", nil
	}
	info, err := t.Sys.Stat(dir)
	if err == nil && !info.Mode.IsDir() {
		err = &fs.PathError{Op: "chdir", Path: dir, Err: syscall.ENOTDIR}
	}
	if err != nil {
		text := "Unable to change directory before execution: " + bytesErrno(err)
		t.result["msg"] = text
		return "", t.fail(nil, text)
	}
	return dir, nil
}

// guarded answers creates and removes, whose patterns are relative to chdir.
func (t *command) guarded(chdir string) (bool, error) {
	verb := "Did"
	if t.Sys.DryRun() {
		verb = "Would"
	}
	for _, g := range []struct {
		arg   string
		found bool
		state string
	}{{"creates", true, "exists"}, {"removes", false, "does not exist"}} {
		pattern := t.Path(g.arg)
		if pattern == "" {
			continue
		}
		found, err := t.Glob(chdir, pattern)
		if err != nil {
			return false, err
		}
		if (len(found) > 0) == g.found {
			t.result["msg"] = fmt.Sprintf("%s not run command since '%s' %s", verb, pattern, g.state)
			t.result["stdout"] = fmt.Sprintf("skipped, since %s %s", pattern, g.state)
			t.result["rc"] = 0
			return true, nil
		}
	}
	return false, nil
}

func (t *command) execute(ctx context.Context, chdir string) (module.Result, error) {
	cmd := module.Cmd{Argv: t.argv, Dir: chdir}
	if t.Args.Has("stdin") {
		text := t.Args.Text("stdin")
		if add, given := t.Args["stdin_add_newline"].(bool); text != "" && (!given || add) {
			text += "\n"
		}
		cmd.Stdin = []byte(text)
	}
	t.result["changed"] = true
	out, err := t.Sys.Run(ctx, cmd)
	if err != nil {
		return nil, t.cannotRun(err)
	}
	strip := func(b []byte) string { return string(b) }
	if keep, given := t.Args["strip_empty_ends"].(bool); !given || keep {
		strip = func(b []byte) string { return strings.TrimRight(string(b), "\r\n") }
	}
	t.result["rc"], t.result["stdout"], t.result["stderr"] = out.RC, strip(out.Stdout), strip(out.Stderr)
	t.result["start"], t.result["end"] = stampText(out.Start), stampText(out.End)
	t.result["delta"] = deltaText(out.End.Sub(out.Start))
	if out.RC != 0 {
		return nil, t.fail(out.RC, "non-zero return code")
	}
	return t.result, nil
}

// cannotRun words a program that did not start as run_command does: with the errno as rc, and no times.
func (t *command) cannotRun(err error) error {
	rc := 257
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		rc = int(errno)
	case errors.Is(err, fs.ErrNotExist):
		rc = int(syscall.ENOENT)
	default:
		return err
	}
	program := &fs.PathError{Op: "run", Path: t.argv[0], Err: syscall.Errno(rc)}
	return module.Fail(bytesErrno(program), "rc", rc, "cmd", strings.Join(t.argv, " "), "stdout", "", "stderr", "")
}

// bytesErrno words an error about a path that Python had as bytes.
func bytesErrno(err error) string { return strings.Replace(module.Errno(err), ": '", ": b'", 1) }

// stampText writes a local time as Python's str(datetime).
func stampText(t time.Time) string { return t.Format("2006-01-02 15:04:05.000000") }

// deltaText writes a duration as Python's str(timedelta).
func deltaText(d time.Duration) string {
	d = d.Round(time.Microsecond)
	days := ""
	if n := int(d / (24 * time.Hour)); n > 0 {
		days = fmt.Sprintf("%d day%s, ", n, map[bool]string{true: "s"}[n > 1])
		d %= 24 * time.Hour
	}
	text := fmt.Sprintf("%s%d:%02d:%02d", days, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	if us := d % time.Second / time.Microsecond; us > 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}
