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
	var all, markdown, covers bool
	cmd := &cobra.Command{
		Use:   "modules [NAME | --coverage DIR...]",
		Short: "List the modules that run natively, show one's arguments, or count what content uses",
		Args: func(cmd *cobra.Command, args []string) error {
			if covers {
				return cobra.MinimumNArgs(1)(cmd, args)
			}
			return cobra.MaximumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if covers {
				return coverageOf(cmd.OutOrStdout(), args, markdown)
			}
			if len(args) == 1 {
				return showModule(cmd.OutOrStdout(), args[0])
			}
			if markdown {
				return writeModulesPage(cmd.OutOrStdout())
			}
			return listModules(cmd.OutOrStdout(), all)
		},
		ValidArgsFunction: completeModules,
	}
	cmd.Flags().BoolVar(&all, "all", false, "also those that are known by name and arguments only")
	cmd.Flags().BoolVar(&markdown, "markdown", false, "all native modules as docs/modules.md has them; with --coverage, the table of docs/coverage.md")
	cmd.Flags().BoolVar(&covers, "coverage", false, "count for each directory, taken for a repository, who runs its tasks: this program, the target's Python, or nobody")
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
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s", exampleOf(m))
	if d := m.Differences(); len(d) > 0 && m.Where != catalog.NotNative {
		fmt.Fprintf(w, "\nunlike Ansible's:\n  %s\n", strings.Join(d, "\n  "))
	}
	return nil
}

// exampleOf is a task with what the module cannot do without.
func exampleOf(m *catalog.Module) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- %s:\n", m.FQCN)
	given := 0
	write := func(a *catalog.Arg) {
		given++
		value := "..."
		switch {
		case len(a.Choices) > 0:
			value = a.Choices[0]
		case a.Type == catalog.Path:
			value = "/path/to/it"
		case a.Type == catalog.Bool:
			value = "true"
		case a.Type == catalog.Int:
			value = "1"
		case a.Type == catalog.List:
			value = "[...]"
		case a.Type == catalog.Dict:
			value = "{...: ...}"
		}
		fmt.Fprintf(&b, "    %s: %s\n", a.Name, value)
	}
	args := m.AllArgs()
	for i := range args {
		if args[i].Required {
			write(&args[i])
		}
	}
	for _, one := range m.RequiredOneOf {
		if a, ok := m.Arg(one[0]); ok && !a.Required {
			write(a)
		}
	}
	if given == 0 {
		return fmt.Sprintf("- %s:\n", m.FQCN)
	}
	return b.String()
}

// writeModulesPage writes docs/modules.md. A test compares.
func writeModulesPage(w io.Writer) error {
	var native []*catalog.Module
	for _, m := range catalog.All() {
		if m.Where != catalog.NotNative {
			native = append(native, m)
		}
	}
	fmt.Fprintf(w, "# Native modules\n\n`pylint-deploy modules --markdown` writes this page: %d modules. `pylint-deploy modules NAME` shows one with all that its\narguments may be.\n", len(native))
	for _, m := range native {
		var names, refused []string
		for _, a := range m.AllArgs() {
			switch {
			case a.Unsupported:
				refused = append(refused, a.Name)
			case len(a.Refused) > 0:
				names = append(names, a.Name)
				refused = append(refused, a.Name+" "+strings.Join(a.Refused, ", "))
			case a.Required:
				names = append(names, "**"+a.Name+"**")
			default:
				names = append(names, a.Name)
			}
		}
		fmt.Fprintf(w, "\n## %s\n\nRuns on the %s.", m.FQCN, strings.Replace(whereWords[m.Where], "language", "controller, as part of the language", 1))
		if !m.CheckMode && m.Where == catalog.Target {
			fmt.Fprint(w, " Is skipped in check mode.")
		}
		if len(names) > 0 {
			fmt.Fprintf(w, " Arguments: %s.", strings.Join(names, ", "))
		}
		if len(refused) > 0 {
			fmt.Fprintf(w, " Refused: %s.", strings.Join(refused, ", "))
		}
		fmt.Fprintln(w)
		for i, d := range m.Differences() {
			if i == 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "* %s\n", d)
		}
	}
	return nil
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
	case len(a.Refused) > 0:
		notes = append(notes, "refused: "+strings.Join(a.Refused, ", "))
	case a.Pointless:
		notes = append(notes, "accepted, means nothing here")
	}
	return notes
}
