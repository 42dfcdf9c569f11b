package module

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// orphanGrace is how long output is awaited from processes that a program has left behind with its pipes open, as
// Ansible's run_command does.
const orphanGrace = time.Second

// whole are the programs that run to their end, whatever happens.
var whole sync.WaitGroup

// AwaitWhole waits for the programs that must not be stopped.
func AwaitWhole() { whole.Wait() }

// Run runs a program in a process group of its own, which a cancelled context ends as a whole, unless it is to be let to its end. The
// program gets no terminal and no standard input but the one that is given.
func (r *Real) Run(ctx context.Context, c Cmd) (Output, error) {
	if len(c.Argv) == 0 {
		return Output{}, errors.New("no program to run")
	}
	argv := c.Argv
	if c.Umask != nil {
		// Only a process can set its umask; the arguments pass through the shell untouched.
		argv = append([]string{"/bin/sh", "-c", fmt.Sprintf(`umask %04o; exec "$@"`, *c.Umask), "sh"}, argv...)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	if p, err := r.LookPath(argv[0]); err == nil {
		cmd.Path, cmd.Err = p, nil
	} else if !strings.Contains(argv[0], "/") {
		return Output{}, &fs.PathError{Op: "run", Path: argv[0], Err: fs.ErrNotExist}
	}
	cmd.Env = r.environ(c.Env)
	if err := r.workingDir(cmd, c.Dir); err != nil {
		return Output{}, err
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if c.Stdin != nil {
		cmd.Stdin = bytes.NewReader(c.Stdin)
	} else if c.StdinFrom != nil {
		cmd.Stdin = c.StdinFrom
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: credential(c, r.self)}
	cmd.WaitDelay = orphanGrace

	out := Output{Start: time.Now()}
	err := run(ctx, cmd, c.Whole)
	out.End = time.Now()
	out.Stdout, out.Stderr = stdout.Bytes(), stderr.Bytes()
	return out, runError(ctx, cmd, &out, err)
}

// killGrace is how long a program that was told to end may take: git removes what it has cloned by half, certbot its challenges.
const killGrace = 5 * time.Second

// run runs a program to its end, or to that of ctx.
func run(ctx context.Context, cmd *exec.Cmd, toTheEnd bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if toTheEnd {
		whole.Add(1)
		defer whole.Done()
		return cmd.Wait()
	}
	ended, killed := make(chan struct{}), make(chan struct{})
	spare := context.AfterFunc(ctx, func() {
		defer close(killed)
		group := -cmd.Process.Pid
		_ = syscall.Kill(group, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(killGrace):
		}
		_ = syscall.Kill(group, syscall.SIGKILL) // whoever is left of it
	})
	err := cmd.Wait()
	close(ended)
	if !spare() {
		<-killed
	}
	return err
}

// runError sorts what exec says: a program that ran has a return code, whatever it is.
func runError(ctx context.Context, cmd *exec.Cmd, out *Output, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s was stopped: %w", cmd.Args[0], context.Cause(ctx))
	}
	if cmd.ProcessState == nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			return pe
		}
		return err
	}
	out.RC = cmd.ProcessState.ExitCode()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		out.RC = -int(ws.Signal()) // as Python's subprocess
	}
	return nil
}

func (r *Real) workingDir(cmd *exec.Cmd, dir string) error {
	if dir == "" {
		cmd.Dir = r.dir
		if r.root != "" {
			cmd.Dir = r.root
		}
		return nil
	}
	host, err := r.hostFollow(dir)
	if err != nil {
		return err
	}
	if fi, err := os.Stat(host); err != nil {
		return r.name(dir, err)
	} else if !fi.IsDir() {
		return &fs.PathError{Op: "chdir", Path: dir, Err: syscall.ENOTDIR}
	}
	cmd.Dir = host
	return nil
}

func credential(c Cmd, self Self) *syscall.Credential {
	if c.UID == nil && c.GID == nil {
		return nil
	}
	cred := &syscall.Credential{Uid: uint32(self.UID), Gid: uint32(self.GID)}
	if c.UID != nil {
		cred.Uid = uint32(*c.UID)
	}
	if c.GID != nil {
		cred.Gid = uint32(*c.GID)
	}
	return cred
}

// environ is the process environment, the task's on top, then the program's.
func (r *Real) environ(extra map[string]string) []string {
	env := os.Environ()
	for _, layer := range []map[string]string{r.env, extra} {
		for k, v := range maps.All(layer) {
			env = append(env, k+"="+v)
		}
	}
	return env
}

// Getenv reads the environment that programs of the task get.
func (r *Real) Getenv(name string) string {
	if v, ok := r.env[name]; ok {
		return v
	}
	return os.Getenv(name)
}

// Environ implements System.
func (r *Real) Environ() map[string]string {
	out := map[string]string{}
	for _, e := range r.environ(nil) {
		name, text, _ := strings.Cut(e, "=")
		out[name] = text
	}
	return out
}

// sbin are looked in after PATH, since a login user's PATH often lacks them.
var sbin = [...]string{"/sbin", "/usr/sbin", "/usr/local/sbin"}

// LookPath finds a program as Ansible's get_bin_path does. One that is not there is fs.ErrNotExist.
func (r *Real) LookPath(name string) (string, error) {
	if strings.Contains(name, "/") {
		if executable(name) {
			return name, nil
		}
		return "", &fs.PathError{Op: "run", Path: name, Err: fs.ErrNotExist}
	}
	for _, dir := range append(filepath.SplitList(r.Getenv("PATH")), sbin[:]...) {
		if dir == "" {
			continue
		}
		if p := filepath.Join(dir, name); executable(p) {
			return p, nil
		}
	}
	return "", &fs.PathError{Op: "find program", Path: name, Err: fs.ErrNotExist}
}

func executable(p string) bool {
	fi, err := os.Stat(p)
	return err == nil && !fi.IsDir() && fi.Mode()&0o111 != 0
}
