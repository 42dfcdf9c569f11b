// Command pylint-deploy says what happens when an Ansible playbook is run again, and runs the ones that may be.
//
// This folder only wires: one small file a command, flags and exit codes, no logic.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/module/all"
)

// version is set by the linker (make build).
var version = "dev"

// exitError carries a command's exit code. An empty Err means that all was said already.
type exitError struct {
	Code int
	Err  error
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }

// commands are all sub-commands; each constructor is in the file of its name.
func commands() []*cobra.Command {
	return []*cobra.Command{
		newCheckCommand(),
		newDemoCommand(),
		newInventoryCommand(),
		newModulesCommand(),
		newRulesCommand(),
		newRunCommand(),
		newExecCommand(),
		newTemplateCommand(),
		newVerifyCommand(),
		newVaultCommand(),
	}
}

func main() { os.Exit(Main(os.Args[1:])) }

// Main runs the program and returns its exit code; tests call it in-process. Where no agent for a target's platform is
// embedded, the program sends itself and is started there by agent.Command.
func Main(args []string) int {
	if len(args) > 0 && args[0] == agent.Command {
		return agent.Main(args[1:], all.Registry)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	var err error
	if name := linkName(); name != "" {
		args, err = throughLink(root, name, args)
	}
	if err == nil {
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return 0
	}
	var exit *exitError
	code := 1
	if errors.As(err, &exit) {
		code = exit.Code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, said(text, code))
	}
	return code
}

// said is an error as the program says it: under its own name, or as Ansible's programs do.
func said(text string, code int) string {
	switch {
	case !asAnsible():
		return "pylint-deploy: " + text
	case code == exitUsage:
		return text // with the program's name in it
	}
	return "ERROR! " + text
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "pylint-deploy",
		Short:         "What happens when I run this playbook again?",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(commands()...)
	return root
}
