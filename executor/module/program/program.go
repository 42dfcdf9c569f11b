// Package program runs programs on the target and tells of their failures the way Ansible's modules do: with rc, stdout
// and stderr beside msg.
//
// Programs are looked up as Ansible's get_bin_path does, run with a plain C locale so that what they say can be read, and
// are given their arguments as a list: there is no shell anywhere in here.
package program

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
)

// Output is what came of a program that ran to its end.
type Output struct {
	RC       int
	Out, Err string
	argv     []string
}

// Path finds a required program. The error is a *module.Failure that names the program.
func Path(sys module.System, name string) (string, error) {
	p, err := sys.LookPath(name)
	if err != nil {
		var f *module.Failure
		if errors.As(err, &f) {
			return "", err
		}
		return "", &module.Failure{Msg: fmt.Sprintf("Failed to find required executable %q in paths: %s", name, searched(sys))}
	}
	return p, nil
}

// searched is the list of directories that the message of a missing program names.
func searched(sys module.System) string {
	dirs := strings.Split(sys.Getenv("PATH"), ":")
	for _, d := range []string{"/sbin", "/usr/sbin", "/usr/local/sbin"} {
		if !contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return strings.Join(dirs, ":")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Have tells whether a program is present.
func Have(sys module.System, name string) bool {
	_, err := sys.LookPath(name)
	return err == nil
}

// Change runs a program that may change the target; in check mode it is not run and answers success.
func Change(ctx context.Context, sys module.System, argv ...string) (Output, error) {
	return Exec(ctx, sys, module.Cmd{Argv: argv})
}

// Read runs a program that changes nothing, in check mode too.
func Read(ctx context.Context, sys module.System, argv ...string) (Output, error) {
	return Exec(ctx, sys, module.Cmd{Argv: argv, Reads: true})
}

// Exec runs cmd. Its first argument is looked up when it is not a path. A program that fails is not an error: see Output.RC.
func Exec(ctx context.Context, sys module.System, cmd module.Cmd) (Output, error) {
	if !strings.Contains(cmd.Argv[0], "/") {
		p, err := Path(sys, cmd.Argv[0])
		if err != nil {
			return Output{}, err
		}
		cmd.Argv = append([]string{p}, cmd.Argv[1:]...)
	}
	env := map[string]string{"LC_ALL": "C", "LANG": "C", "LC_MESSAGES": "C", "LANGUAGE": ""}
	for k, v := range cmd.Env {
		env[k] = v
	}
	cmd.Env = env
	out, err := sys.Run(ctx, cmd)
	if err != nil {
		return Output{}, fmt.Errorf("running %s: %w", cmd.Argv[0], err)
	}
	return Output{RC: out.RC, Out: string(out.Stdout), Err: string(out.Stderr), argv: cmd.Argv}, nil
}

// Failed makes the failure of a program that ended badly.
func (o Output) Failed(format string, args ...any) *module.Failure {
	return &module.Failure{
		Msg:    fmt.Sprintf(format, args...),
		Result: module.Result{"rc": o.RC, "stdout": o.Out, "stderr": o.Err},
	}
}

// Said is the text that explains a failure: stderr, or stdout where that is empty.
func (o Output) Said() string {
	if s := strings.TrimSpace(o.Err); s != "" {
		return s
	}
	return strings.TrimSpace(o.Out)
}

// Must turns a non-zero return code into a failure with the program's own words, as run_command(check_rc=True) does.
func Must(o Output, err error) (Output, error) {
	if err != nil {
		return o, err
	}
	if o.RC != 0 {
		f := o.Failed("%s", strings.TrimRight(o.Err, "\n"))
		f.Result["cmd"] = Quote(o.argv)
		return o, f
	}
	return o, nil
}

// Lines splits output into its non-empty lines.
func Lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimRight(l, "\r"); strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return out
}

// Quote writes a command for a person to read; never for a shell to run.
func Quote(argv []string) string {
	out := make([]string, len(argv))
	for i, a := range argv {
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$*?[]#~&;|<>(){}!`") {
			a = "'" + strings.ReplaceAll(a, "'", `'"'"'`) + "'"
		}
		out[i] = a
	}
	return strings.Join(out, " ")
}
