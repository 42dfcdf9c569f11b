package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/launch"
	"pylint-deploy/rules/facts/shell"
)

// runFlags are the options of run beyond those of launch.
type runFlags struct {
	launch.Options
	noncompliant                           string
	syntax, listTasks, listHosts, listTags bool
	verbose                                int
}

func newRunCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run PLAYBOOK...",
		Short: "Run playbooks over SSH, without Ansible here or Python there",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPlaybooks(cmd, &f, args)
		},
	}
	bindRunFlags(cmd, &f)
	return cmd
}

// bindRunFlags gives run the words of ansible-playbook.
func bindRunFlags(cmd *cobra.Command, f *runFlags) {
	o := &f.Options
	bindHostFlags(cmd, f)
	fl := cmd.Flags()
	fl.StringArrayVarP(&o.Tags, "tags", "t", nil, "only run plays and tasks tagged with these values")
	fl.StringArrayVar(&o.SkipTags, "skip-tags", nil, "only run plays and tasks whose tags do not match these values")
	fl.StringVar(&o.StartAt, "start-at-task", "", "start the playbook at the task matching this name")
	fl.BoolVar(&o.Step, "step", false, "confirm each task before running")
	fl.BoolVar(&o.ForceHandlers, "force-handlers", false, "run handlers even if a task fails")
	fl.BoolVar(&o.FlushCache, "flush-cache", false, "clear the fact cache for every host in inventory")
	fl.BoolVar(&f.syntax, "syntax-check", false, "perform a syntax check on the playbook, but do not execute it")
	fl.BoolVar(&f.listTasks, "list-tasks", false, "list all tasks that would be executed")
	fl.BoolVar(&f.listTags, "list-tags", false, "list all available tags")
	fl.BoolVar(&f.listHosts, "list-hosts", false, "outputs a list of matching hosts; does not execute anything else")
	fl.StringVar(&f.noncompliant, "noncompliant", "refuse", "what to do about error-level findings: refuse, skip, or run")
	fl.StringArrayVar(&o.Outputs, "output-file", nil, "a further output, as NAME=FILE (json, jsonl, junit, timeline)")
	fl.BoolVar(&o.Timing, "timing", false, "show how long each task took")
	fl.StringVar(&o.Timeline, "timeline", "", "write a page with hosts as rows and tasks as bars to this file")
	fl.StringVar(&o.Compat, "ansible-compat", "", "modern (types as ansible-core 2.19) or classic (as before)")
}

// bindHostFlags are the options that say which hosts are reached, and how.
func bindHostFlags(cmd *cobra.Command, f *runFlags) {
	o, fl := &f.Options, cmd.Flags()
	fl.StringArrayVarP(&o.Inventory, "inventory", "i", nil, "inventory host path or comma separated host list")
	fl.StringVarP(&o.Limit, "limit", "l", "", "further limit selected hosts to an additional pattern")
	fl.StringArrayVarP(&o.ExtraVars, "extra-vars", "e", nil, "additional variables as key=value or YAML/JSON, if filename prepend with @")
	fl.BoolVarP(&o.Check, "check", "C", false, "don't make any changes; instead, try to predict some of the changes that may occur")
	fl.BoolVarP(&o.Diff, "diff", "D", false, "when changing (small) files and templates, show the differences in those files")
	fl.IntVarP(&o.Forks, "forks", "f", 0, "number of hosts to work on at once (50)")
	fl.StringVarP(&o.User, "user", "u", "", "connect as this user")
	fl.StringVarP(&o.Connection, "connection", "c", "", "connection type to use: ssh, openssh, local")
	fl.IntVarP(&o.Timeout, "timeout", "T", 0, "override the connection timeout in seconds (10)")
	fl.StringArrayVar(&o.KeyFiles, "private-key", nil, "use this file to authenticate the connection")
	fl.StringVar(&o.SSHCommon, "ssh-common-args", "", "arguments for ssh, such as -o ProxyJump=...")
	fl.StringVar(&o.SSHExtra, "ssh-extra-args", "", "further arguments for ssh")
	fl.BoolVarP(&o.Become, "become", "b", false, "run operations as another user")
	fl.StringVar(&o.BecomeUser, "become-user", "", "run operations as this user (root)")
	fl.StringVar(&o.BecomeMethod, "become-method", "", "privilege escalation method to use: sudo, su, doas (sudo)")
	fl.BoolVarP(&o.AskBecome, "ask-become-pass", "K", false, "ask for privilege escalation password")
	fl.BoolVarP(&o.AskPass, "ask-pass", "k", false, "ask for connection password")
	fl.StringVar(&o.BecomePasswordFile, "become-password-file", "", "become password file")
	fl.StringVar(&o.PasswordFile, "connection-password-file", "", "connection password file")
	fl.StringArrayVar(&o.VaultIDs, "vault-id", nil, "the vault identity to use")
	fl.StringArrayVar(&o.VaultFiles, "vault-password-file", nil, "vault password file")
	fl.BoolVarP(&o.AskVault, "ask-vault-pass", "J", false, "ask for vault password")
	fl.BoolVar(&o.NoCoalesce, "no-coalesce", false, "make each refresh of package lists and each look at the status of ufw, also where nothing can have changed since the last of this run")
	fl.BoolVar(&o.PythonModules, "python-modules", false, "have the target's Python run modules that are not native: of library/, of collections, of the ansible-core that is installed here")
	fl.BoolVar(&o.Ephemeral, "ephemeral", false, "leave nothing behind on the targets")
	fl.StringVar(&o.Output, "output", "", "how the run is shown: default, minimal, oneline, json, jsonl, junit")
	fl.CountVarP(&f.verbose, "verbose", "v", "print more (-vvv for more, -vvvv for connection debugging)")
	fl.StringArrayVarP(&o.ModulePath, "module-path", "M", nil, "colon-separated `DIRECTORIES` of modules that are not native, before those of the settings")
	bindNeedless(fl)
	fl.SetNormalizeFunc(normalized)
	cmd.MarkFlagsMutuallyExclusive("ask-pass", "connection-password-file")
	cmd.MarkFlagsMutuallyExclusive("ask-become-pass", "become-password-file")
	cmd.MarkFlagsMutuallyExclusive("ask-vault-pass", "vault-password-file")
}

// bindNeedless accepts the flags of Ansible's programs that have nothing to say here: files go over the channel that tasks go
// over.
func bindNeedless(fl *pflag.FlagSet) {
	fl.String("sftp-extra-args", "", "accepted, without effect: sftp is not used")
	fl.String("scp-extra-args", "", "accepted, without effect: scp is not used")
}

// inward is what the rules' knowledge of programs says (strategy.Runner.Inward).
func inward(line string, isShell bool) bool {
	language := shell.Words
	if isShell {
		language = shell.Bash
	}
	return shell.Analyze(line, language).Inward()
}

func normalized(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	return pflag.NormalizedName(oldSpelling(name))
}

// oldSpelling gives the present name of a flag that ansible-playbook has under two.
func oldSpelling(name string) string {
	if now, ok := oldSpellings[name]; ok {
		return now
	}
	return name
}

var oldSpellings = map[string]string{"inventory-file": "inventory", "ask-vault-password": "ask-vault-pass", "vault-pass-file": "vault-password-file",
	"become-pass-file": "become-password-file", "conn-pass-file": "connection-password-file", "key-file": "private-key"}

// world fills in what is not a flag.
func (f *runFlags) world(cmd *cobra.Command) error {
	o := &f.Options
	o.Verbosity, o.Progress, o.Inward = f.verbose, !asAnsible(), inward
	o.Stdin, o.Stdout, o.Stderr, o.Getenv = os.Stdin, cmd.OutOrStdout(), cmd.ErrOrStderr(), os.Getenv
	var err error
	o.Dir, err = os.Getwd()
	return err
}

func runPlaybooks(cmd *cobra.Command, f *runFlags, paths []string) error {
	if err := f.world(cmd); err != nil {
		return err
	}
	var unsafe error // what the rules find is told together with what cannot be run
	if listing := f.syntax || f.listTasks || f.listTags || f.listHosts; !listing && f.noncompliant != "run" {
		f.Gate, unsafe = f.gate(cmd, paths)
	}
	s, err := launch.New(cmd.Context(), paths, f.Options)
	if err != nil {
		return sayError(cmd.ErrOrStderr(), both(err, unsafe), exitBegin)
	}
	defer s.Close()
	if f.syntax || f.listTasks || f.listTags || f.listHosts {
		if err := s.List(cmd.OutOrStdout(), launch.Lists{Syntax: f.syntax, Tasks: f.listTasks, Tags: f.listTags, Hosts: f.listHosts}); err != nil {
			return sayError(cmd.ErrOrStderr(), err, strategy.ExitParse)
		}
		return nil
	}
	if err := both(s.Refuse(f.noncompliant != "refuse"), unsafe); err != nil {
		return sayError(cmd.ErrOrStderr(), err, strategy.ExitParse)
	}
	code, err := s.Run(cmd.Context())
	if closed := s.Close(); err == nil {
		err = closed
	}
	if errors.Is(err, context.Canceled) {
		return sayError(cmd.ErrOrStderr(), errors.New("User interrupted execution"), exitInterrupted)
	}
	if err != nil {
		return sayError(cmd.ErrOrStderr(), err, code)
	}
	if code != 0 {
		return &exitError{Code: code}
	}
	return nil
}

// both is errors.Join that leaves a single error as it is.
func both(err, other error) error {
	switch {
	case err == nil:
		return other
	case other == nil:
		return err
	}
	return errors.Join(err, other)
}

// exitInterrupted is ansible-playbook's code for Ctrl-C.
const exitInterrupted = 99

// exitBegin is the code of a run that did not begin, where the error says nothing more exact.
const exitBegin = 1

// sayError shows an error as ansible-playbook does. Content that cannot be read ends with 1, as documented; under the name
// of a program of Ansible with that program's 4.
func sayError(w io.Writer, err error, code int) error {
	if asAnsible() {
		code = ansibleCode(err, code)
	} else if code == strategy.ExitParse || code == exitOptions {
		code = 1
	}
	if asAnsible() {
		err = likeAnsible(err)
	}
	fmt.Fprintf(w, "ERROR! %v\n", err)
	return &exitError{Code: code}
}
