package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/executor/strategy/launch"
)

// links are the names of Ansible's programs under which this one may be installed, with the command that each means. A
// playbook's author decided long ago to run it, so findings do not stop ansible-playbook, and modules in Python are run.
var links = map[string][]string{
	"ansible":           {"exec", "--python-modules"},
	"ansible-inventory": {"inventory"},
	"ansible-playbook":  {"run", "--noncompliant=run", "--python-modules"},
	"ansible-vault":     {"vault"},
}

// The exit codes of Ansible's programs for what they cannot begin with.
const (
	exitUsage   = 2 // the command line cannot be read
	exitOptions = 5 // it makes no sense
)

// optionCode is the exit code for a command line that makes no sense.
func optionCode() int {
	if asAnsible() {
		return exitOptions
	}
	return 1
}

// ours are the flags that Ansible's programs do not have. Under their names they have to be written in full, so that no
// abbreviation of an Ansible flag is in doubt.
var ours = []string{"ansible-compat", "ephemeral", "no-coalesce", "noncompliant", "output", "output-file", "python-modules", "timeline", "timing"}

// linkName is the name of Ansible's program that this one was started as, "" for its own.
func linkName() string {
	name := filepath.Base(os.Args[0])
	if links[name] == nil {
		return ""
	}
	return name
}

// asAnsible tells whether the program was started under the name of one of Ansible's.
func asAnsible() bool { return linkName() != "" }

// throughLink completes the arguments of a program that was started as one of Ansible's, and has its commands tell their version:
// scripts ask for it first.
func throughLink(root *cobra.Command, name string, args []string) ([]string, error) {
	command, _, err := root.Find(links[name])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	command.Version = versionText(name)
	command.SetVersionTemplate("{{.Version}}")
	eachCommand(command, func(c *cobra.Command) { strictly(c, name) })
	return append(append([]string{}, links[name]...), inFull(command, args)...), nil
}

// strictly has a command end as Ansible's programs do where it cannot be read.
func strictly(c *cobra.Command, name string) {
	wrapped := func(err error) error {
		if err == nil {
			return nil
		}
		return badUsage(name, err)
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return badUsage(name, err) })
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error { return wrapped(check(c, args)) }
	}
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if forks, err := c.Flags().GetInt("forks"); err == nil && c.Flags().Changed("forks") && forks < 1 {
			return wrapped(errors.New("The number of processes (--forks) must be >= 1"))
		}
		return wrapped(c.ValidateFlagGroups())
	}
	if !c.Runnable() {
		c.RunE = func(c *cobra.Command, args []string) error {
			var names []string
			for _, sub := range c.Commands() {
				names = append(names, sub.Name())
			}
			return badUsage(name, fmt.Errorf("%q is no action: choose from %s", strings.Join(args, " "), strings.Join(names, ", ")))
		}
	}
}

func badUsage(name string, err error) error {
	return &exitError{Code: exitUsage, Err: fmt.Errorf("%s: error: %w", name, err)}
}

func eachCommand(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		eachCommand(sub, do)
	}
}

// inFull completes the long flags that are abbreviated, as Python's argparse allows it: "--lim web" is "--limit web".
func inFull(command *cobra.Command, args []string) []string {
	if sub, rest, err := command.Find(args); err == nil && sub != command && len(rest) <= len(args) {
		command = sub
	}
	out := slices.Clone(args)
	for i, arg := range out {
		if arg == "--" {
			break
		}
		name, isFlag := strings.CutPrefix(arg, "--")
		name, value, has := strings.Cut(name, "=")
		if !isFlag || name == "" || command.Flags().Lookup(name) != nil {
			continue
		}
		if full := completion(command, name); full != "" {
			out[i] = "--" + full
			if has {
				out[i] += "=" + value
			}
		}
	}
	return out
}

// completion is the one flag that begins so, "" where there is none, or several.
func completion(command *cobra.Command, head string) string {
	found := map[string]bool{}
	names := []string{"help", "version"}
	command.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	for old := range oldSpellings {
		if command.Flags().Lookup(old) != nil {
			names = append(names, old)
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, head) && !slices.Contains(ours, name) {
			found[oldSpelling(name)] = true
		}
	}
	if len(found) != 1 {
		return ""
	}
	for name := range found {
		return name
	}
	return ""
}

// versionText is what --version prints: the version of Ansible whose language this is, where things are looked for, and whose
// program it is.
func versionText(name string) string {
	dir, _ := os.Getwd()
	file, _ := config.Find(dir, os.Getenv)
	shown := file
	if file == "" {
		shown = "None"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s [core %s]\n  config file = %s\n", name, launch.CompatibleVersion, shown)
	if c, err := config.Load(file, os.Getenv); err == nil {
		fmt.Fprintf(&b, "  ansible collection location = %s\n", strings.Join(launch.CollectionPaths(c), ":"))
	}
	if program, err := os.Executable(); err == nil {
		fmt.Fprintf(&b, "  executable location = %s\n", program)
	}
	fmt.Fprintf(&b, "  pylint-deploy version = %s\n", version)
	return b.String()
}
