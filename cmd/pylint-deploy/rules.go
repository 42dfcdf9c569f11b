package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pylint-deploy/rules/docs"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/policy"
	"pylint-deploy/rules/regotest"
	"pylint-deploy/rules/settings"
)

func newRulesCommand() *cobra.Command {
	var format string
	var dirs []string
	cmd := &cobra.Command{
		Use:   "rules [ID]",
		Short: "List the rules, or explain one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := allRules(dirs)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return explainRule(cmd.OutOrStdout(), all, args[0])
			}
			return listRules(cmd.OutOrStdout(), all, format)
		},
		ValidArgsFunction: completeRules,
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringArrayVar(&dirs, "rules", nil, "the rules below `DIR`, too")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp)) // fails for unknown flags only
	cmd.AddCommand(newRulesNewCommand(), newRulesTestCommand())
	return cmd
}

// allRules are the built-in rules and those of users' directories.
func allRules(dirs []string) ([]engine.Meta, error) {
	set, err := engine.Load(policy.Files)
	if err != nil {
		return nil, err
	}
	all := set.Rules()
	for _, dir := range dirs {
		own, err := engine.LoadDir(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, own.Rules()...)
	}
	return all, nil
}

// completeRules offers rule ids with their titles to the shell.
func completeRules(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	all, err := allRules(nil)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	out := make([]cobra.Completion, len(all))
	for i, m := range all {
		out[i] = cobra.CompletionWithDesc(m.ID, m.Title)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func explainRule(w io.Writer, all []engine.Meta, id string) error {
	var near []string
	for _, m := range all {
		if m.ID == id {
			_, err := io.WriteString(w, docs.Rule(m))
			return err
		}
		if strings.Contains(m.ID, id) {
			near = append(near, m.ID)
		}
	}
	if near = append(near, settings.Aliases(id)...); len(near) > 0 {
		return fmt.Errorf("no rule %q: did you mean %s?", id, strings.Join(near, ", "))
	}
	return fmt.Errorf("no rule %q: `pylint-deploy rules` lists them", id)
}

func listRules(w io.Writer, all []engine.Meta, format string) error {
	switch format {
	case "text":
		for _, m := range all {
			fix := "   "
			if m.Fix {
				fix = "fix"
			}
			fmt.Fprintf(w, "%-7s  %s  %-34s  %s\n", m.Level, fix, m.ID, m.Title)
		}
		return nil
	case "json":
		type row struct {
			ID    string `json:"id"`
			Level string `json:"level"`
			Title string `json:"title"`
			Fix   bool   `json:"fix"`
			Docs  string `json:"docs"`
		}
		rows := []row{}
		for _, m := range all {
			rows = append(rows, row{m.ID, string(m.Level), m.Title, m.Fix, m.Page})
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	}
	return fmt.Errorf("unknown format %q: choose text or json", format)
}

func newRulesTestCommand() *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the Rego tests of your own rules, with coverage",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return fmt.Errorf("%s is not a directory with rules", args[0])
			}
			report, err := regotest.Run(cmd.Context(), os.DirFS(args[0]))
			if err != nil {
				return err
			}
			return showTests(cmd.OutOrStdout(), report, verbose)
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "name the tests that pass, too")
	return cmd
}

func showTests(w io.Writer, r *regotest.Report, verbose bool) error {
	for _, t := range r.Results {
		switch {
		case t.Err != nil:
			fmt.Fprintf(w, "ERROR %s: %s: %v\n", t.Place, t.Name, t.Err)
		case t.Failed:
			fmt.Fprintf(w, "FAIL  %s: %s\n%s", t.Place, t.Name, t.Output)
		case verbose:
			fmt.Fprintf(w, "ok    %s: %s\n", t.Place, t.Name)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(r.Covered)) {
		if c := r.Covered[file]; c < 100 {
			fmt.Fprintf(w, "%5.1f%% of %s is covered\n", c, file)
		}
	}
	fmt.Fprintf(w, "%d passed, %d failed\n", len(r.Results)-r.Failures(), r.Failures())
	switch {
	case len(r.Results) == 0:
		return &exitError{1, fmt.Errorf("there are no tests (rules named test_... in files named ..._test.rego)")}
	case r.Failures() > 0:
		return &exitError{2, nil}
	}
	return nil
}

func newRulesNewCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "new CATEGORY/NAME",
		Short: "Scaffold a rule of your own with its test and its page",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := scaffold(args[0])
			if err != nil {
				return err
			}
			for _, f := range files {
				path := filepath.Join(dir, f.path)
				if err := writeNew(path, f.text); err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), path)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "rules", "directory of your rules")
	return cmd
}

// writeNew writes a file that must not be there yet.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("scaffolding: %w", err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
