package main

import (
	"github.com/spf13/cobra"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/launch"
)

func newExecCommand() *cobra.Command {
	var f runFlags
	var task launch.AdHoc
	cmd := &cobra.Command{
		Use:     "exec PATTERN",
		Short:   "Run one module on some hosts, as the program ansible does",
		Example: "  pylint-deploy exec web -i hosts -m service -a 'name=nginx state=restarted' -b",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			task.Pattern = args[0]
			return execTask(cmd, &f, task)
		},
	}
	bindHostFlags(cmd, &f)
	cmd.Flags().StringVarP(&task.Module, "module-name", "m", "command", "name of the module to execute")
	cmd.Flags().StringVarP(&task.Args, "args", "a", "", "the module's arguments as key=value, or as JSON or YAML in braces")
	cmd.Flags().IntVarP(&task.Async, "background", "B", 0, "run asynchronously, failing after this many seconds")
	cmd.Flags().IntVarP(&task.Poll, "poll", "P", 15, "the poll interval if using -B")
	return cmd
}

func execTask(cmd *cobra.Command, f *runFlags, task launch.AdHoc) error {
	if err := f.world(cmd); err != nil {
		return err
	}
	if f.Output == "" {
		f.Output = "minimal"
	}
	s, err := launch.NewAdHoc(cmd.Context(), task, f.Options)
	if err != nil {
		return sayError(cmd.ErrOrStderr(), err, strategy.ExitParse)
	}
	defer s.Close()
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
