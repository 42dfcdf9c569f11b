package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pylint-deploy/parser/catalog"
)

func newModulesCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "modules [NAME]",
		Short: "List the modules that run natively, or show one's arguments",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return showModule(cmd.OutOrStdout(), args[0])
			}
			return listModules(cmd.OutOrStdout(), all)
		},
		ValidArgsFunction: completeModules,
	}
	cmd.Flags().BoolVar(&all, "all", false, "also those that are known by name and arguments only")
	return cmd
}

// completeModules offers the short names of modules to the shell.
func completeModules(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	if len(args) == 0 {
		for _, m := range catalog.All() {
			out = append(out, m.Short())
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// whereWords say who does a module's work.
var whereWords = map[catalog.Where]string{catalog.NotNative: "not native", catalog.Target: "target", catalog.Controller: "controller", catalog.Strategy: "language"}

func listModules(w io.Writer, all bool) error {
	for _, m := range catalog.All() {
		if all || m.Where != catalog.NotNative {
			if _, err := fmt.Fprintf(w, "%-10s  %s\n", whereWords[m.Where], m.FQCN); err != nil {
				return err
			}
		}
	}
	return nil
}

func showModule(w io.Writer, name string) error {
	m, ok := catalog.Lookup(name)
	if !ok {
		if fqcn, known := catalog.Known(name); known {
			return fmt.Errorf("%s is a module of Ansible's distribution, but neither native nor in the catalog", fqcn)
		}
		return fmt.Errorf("no module %q: `pylint-deploy modules --all` lists those that are known", name)
	}
	fmt.Fprintf(w, "%s (%s)\n", m.FQCN, whereWords[m.Where])
	if m.FreeForm {
		fmt.Fprintln(w, "takes a bare string")
	}
	if !m.CheckMode && m.Where == catalog.Target {
		fmt.Fprintln(w, "is skipped in check mode")
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, a := range m.AllArgs() {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", a.Name, a.Type, strings.Join(argumentNotes(&a), "; "))
	}
	return t.Flush()
}

// argumentNotes are what there is to say of an argument beyond its name and type.
func argumentNotes(a *catalog.Arg) []string {
	var notes []string
	if a.Required {
		notes = append(notes, "required")
	}
	if a.Default != "" {
		notes = append(notes, "default "+a.Default)
	}
	if len(a.Choices) > 0 {
		notes = append(notes, "one of "+strings.Join(a.Choices, ", "))
	}
	if len(a.Aliases) > 0 {
		notes = append(notes, "also "+strings.Join(a.Aliases, ", "))
	}
	switch {
	case a.Unsupported:
		notes = append(notes, "not supported here: refused")
	case a.Pointless:
		notes = append(notes, "accepted, means nothing here")
	}
	return notes
}
