package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"pylint-deploy/executor/module"
)

// Command is the word before an agent's own arguments: a program that holds more than an agent knows by it what it is
// started as.
const Command = "__agent"

// Main is the program of an agent. args are those after Command: "serve [--remove FILE]", "job ID FILE" or "version".
// It returns the exit code.
func Main(args []string, modules func() (*module.Registry, error)) int {
	if err := run(args, modules); err != nil {
		fmt.Fprintln(os.Stderr, "pylint-deploy agent:", err)
		return 1
	}
	return 0
}

func run(args []string, modules func() (*module.Registry, error)) error {
	if len(args) > 0 && args[0] == "version" {
		fmt.Println("pylint-deploy agent")
		return nil
	}
	registry, err := modules()
	if err != nil {
		return err
	}
	switch {
	case len(args) == 3 && args[0] == "job":
		return runJob(job{ID: args[1], File: args[2]}, registry)
	case len(args) == 3 && args[0] == "serve" && args[1] == "--remove":
		os.Remove(args[2])
		os.Remove(filepath.Dir(args[2]))
		fallthrough
	case len(args) == 1 && args[0] == "serve":
		return serve(registry)
	}
	return errors.New("this program is started by pylint-deploy; there is nothing to start by hand")
}

// serve answers on the standard streams. They are moved away first: a program that a module starts can neither eat nor
// write frames.
func serve(registry *module.Registry) error {
	in, err := moveAway(0, os.O_RDONLY)
	if err != nil {
		return err
	}
	out, err := moveAway(1, os.O_WRONLY)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	server := Server{Modules: registry}
	err = server.Serve(ctx, in, out)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil // cut in the middle of a frame
	}
	return err
}

// moveAway duplicates a descriptor to one that children do not inherit, and puts /dev/null in its place.
func moveAway(fd, flag int) (*os.File, error) {
	moved, err := syscall.Dup(fd)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(moved)
	null, err := os.OpenFile(os.DevNull, flag, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	if err := replace(fd, int(null.Fd())); err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(moved), os.DevNull), nil
}
