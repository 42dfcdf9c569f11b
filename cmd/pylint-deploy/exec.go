package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/launch"
)

func newExecCommand() *cobra.Command {
	var f runFlags
	var task launch.AdHoc
	oneLine := false
	cmd := &cobra.Command{
		Use:     "exec PATTERN",
		Short:   "Run one module on some hosts, as the program ansible does",
		Example: "  pylint-deploy exec web -i hosts -m service -a 'name=nginx state=restarted' -b",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			task.Pattern = args[0]
			if oneLine {
				f.Output = "oneline"
			}
			if f.Tree != "" {
				f.Callbacks = append(f.Callbacks, "tree")
			}
			return execTask(cmd, &f, task)
		},
	}
	bindHostFlags(cmd, &f)
	fl := cmd.Flags()
	fl.StringVarP(&task.Module, "module-name", "m", "", "name of the module to execute (command)")
	fl.StringVarP(&task.Args, "args", "a", "", "the module's arguments as key=value, or as JSON or YAML in braces")
	fl.IntVarP(&task.Async, "background", "B", 0, "run asynchronously, failing after this many seconds")
	fl.BoolVar(&f.listHosts, "list-hosts", false, "list the hosts that match; run nothing")
	fl.IntVarP(&task.Poll, "poll", "P", 15, "the poll interval if using -B")
	fl.BoolVarP(&oneLine, "one-line", "o", false, "condense output")
	fl.StringVarP(&f.Tree, "tree", "t", "", "keep the result of each host in a file of this `DIRECTORY`")
	fl.StringVar(&task.Dir, "playbook-dir", "", "the `DIRECTORY` that stands in for a playbook's: group_vars, roles, files are sought there")
	fl.IntVar(&task.Timeout, "task-timeout", 0, "the time in seconds that the task may take")
	return cmd
}

func execTask(cmd *cobra.Command, f *runFlags, task launch.AdHoc) error {
	if err := f.world(cmd); err != nil {
		return err
	}
	task.List = f.listHosts
	s, err := launch.NewAdHoc(cmd.Context(), task, f.Options)
	if err != nil {
		return sayError(cmd.ErrOrStderr(), err, exitBegin)
	}
	defer s.Close()
	if f.listHosts {
		return listed(cmd, s, task.Pattern)
	}
	if err := s.Refuse(false); err != nil {
		return sayError(cmd.ErrOrStderr(), err, strategy.ExitParse)
	}
	code, err := s.Run(cmd.Context())
	if err != nil {
		return sayError(cmd.ErrOrStderr(), err, code)
	}
	if code != 0 {
		return &exitError{Code: code}
	}
	return nil
}

func listed(cmd *cobra.Command, s *launch.Session, pattern string) error {
	hosts, err := s.Hosts(pattern)
	if err != nil {
		return sayError(cmd.ErrOrStderr(), err, exitBegin)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "  hosts (%d):\n", len(hosts))
	for _, h := range hosts {
		fmt.Fprintf(cmd.OutOrStdout(), "    %s\n", h)
	}
	return nil
}
