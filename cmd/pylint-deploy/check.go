package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pylint-deploy/rules"
	"pylint-deploy/rules/check"
	"pylint-deploy/rules/report"
	"pylint-deploy/rules/settings"
)

// checkFlags are the flags of `check`.
type checkFlags struct {
	formats       []string
	output        string
	failLevel     string
	rulesDirs     []string
	rolesPath     []string
	profile       string
	baseline      string
	writeBaseline string
	stdin         bool
	stdinFilename string
	fix, diff     bool
	color         string
}

func newCheckCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Say what a second run would do",
		Long: `Say what a second run of playbooks, roles and task files would do, from their text alone.

A directory is searched for playbooks, roles and task files. Exit codes: 0 nothing at or above --fail-level,
2 findings, 3 something could not be analysed, so that there may be more, 1 wrong usage or an internal error.`,
		Example: "  pylint-deploy check site.yml\n  pylint-deploy check . --format sarif=findings.sarif --format text",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "`NAME` or NAME=FILE, repeatable: "+strings.Join(report.Formats(), ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the report to `FILE` instead of stdout")
	flags.StringVar(&f.failLevel, "fail-level", "error", "exit with 2 from this `LEVEL` on: error, warning, info, none")
	flags.StringArrayVar(&f.rulesDirs, "rules", nil, "add the rules below `DIR`")
	flags.StringArrayVar(&f.rolesPath, "roles-path", nil, "search roles in `DIR`, too")
	flags.StringVar(&f.profile, "profile", "", "gate (errors), default (and warnings), strict (everything)")
	flags.StringVar(&f.baseline, "baseline", "", "leave out the findings that `FILE` accepts")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "accept all present findings in `FILE`")
	flags.BoolVar(&f.stdin, "stdin", false, "read one file's content from standard input")
	flags.StringVar(&f.stdinFilename, "stdin-filename", "stdin.yml", "the `PATH` that --stdin stands for")
	flags.BoolVar(&f.fix, "fix", false, "mend what can be mended safely")
	flags.BoolVar(&f.diff, "diff", false, "with --fix: show the changes, write nothing")
	flags.StringVar(&f.color, "color", "auto", "auto, always or never")
	registerCompletions(cmd)
	return cmd
}

func registerCompletions(cmd *cobra.Command) {
	for flag, values := range map[string][]string{"format": report.Formats(), "fail-level": {"error", "warning", "info", "none"},
		"profile": {"gate", "default", "strict"}, "color": {"auto", "always", "never"}} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // fails for unknown flags only
	}
}

// exit codes of check.
const (
	exitFindings   = 2
	exitUnanalysed = 3
)

func (f *checkFlags) run(cmd *cobra.Command, args []string) error {
	collectLate()
	if len(args) == 0 && !f.stdin {
		return errors.New("check needs a path: a playbook, a role, a file of tasks, or a directory")
	}
	if !slices.Contains([]string{"error", "warning", "info", "none"}, f.failLevel) {
		return fmt.Errorf("--fail-level %q: choose from error, warning, info, none", f.failLevel)
	}
	o := check.Options{Profile: f.profile, RulesDirs: f.rulesDirs, Baseline: f.baseline, RolesPath: f.rolesPath, Version: version, NoBaseline: f.writeBaseline != ""}
	if f.stdin {
		text, err := io.ReadAll(cmd.InOrStdin())
		if err != nil {
			return fmt.Errorf("reading standard input: %w", err)
		}
		o.Stdin = &check.Stdin{Path: f.stdinFilename, Text: text}
	}
	switch {
	case !slices.Contains([]string{"auto", "always", "never"}, f.color):
		return fmt.Errorf("--color %q: choose from auto, always, never", f.color)
	case f.fix && f.stdin:
		return errors.New("--fix mends files: it cannot mend standard input")
	case f.diff && !f.fix:
		return errors.New("--diff belongs to --fix")
	}
	targets, err := f.targets()
	if err != nil {
		return err
	}
	result, err := check.Run(cmd.Context(), args, o)
	if err != nil {
		return err
	}
	if result.Settings.Notice != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), result.Settings.Notice)
	}
	if f.fix {
		if result, err = f.mend(cmd, args, o, result); err != nil {
			return err
		}
		if f.diff {
			return nil
		}
	}
	if f.writeBaseline != "" {
		if err := settings.WriteBaseline(f.writeBaseline, result.Findings); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%d findings accepted in %s\n", len(result.Findings), f.writeBaseline)
		return nil
	}
	for _, t := range targets {
		if err := f.write(cmd.OutOrStdout(), t, &result.Report); err != nil {
			return err
		}
	}
	return verdict(result, f.failLevel)
}

// target is one report: a format and a file, "" for standard output.
type target struct{ format, file string }

// targets reads --format and -o. In a GitHub workflow findings that are written as text become annotations, too: the log has both.
func (f *checkFlags) targets() ([]target, error) {
	var out []target
	stdout := 0
	for _, name := range f.formats {
		format, file, _ := strings.Cut(name, "=")
		if !slices.Contains(report.Formats(), format) {
			return nil, fmt.Errorf("--format %q: choose from %s", format, strings.Join(report.Formats(), ", "))
		}
		if file == "" {
			stdout++
			file = f.output
		}
		out = append(out, target{format, file})
	}
	if stdout > 1 {
		return nil, errors.New("only one --format can go to standard output: write the others as NAME=FILE")
	}
	if len(out) == 0 {
		out = []target{{"text", f.output}}
	}
	if os.Getenv("GITHUB_ACTIONS") == "true" && slices.ContainsFunc(out, func(t target) bool { return t.format == "text" }) {
		out = append(out, target{"github", ""})
	}
	return out, nil
}

// roots say where the paths of formats for servers begin: the work space of the job, else the current directory. The first
// variable that is set counts.
var roots = map[string][]string{
	"github": {"GITHUB_WORKSPACE"}, "sarif": {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}, "codeclimate": {"CI_PROJECT_DIR"}, "junit": {"CI_PROJECT_DIR"},
}

func root(format string) string {
	variables, known := roots[format]
	if !known {
		return ""
	}
	for _, v := range variables {
		if dir := os.Getenv(v); dir != "" {
			return dir
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// colored follows https://no-color.org and its counterpart, FORCE_COLOR.
func (f *checkFlags) colored() bool {
	if f.color != "auto" {
		return f.color == "always"
	}
	return os.Getenv("NO_COLOR") == "" && (os.Getenv("FORCE_COLOR") != "" || term.IsTerminal(int(os.Stdout.Fd())))
}

func (f *checkFlags) write(stdout io.Writer, t target, r *report.Report) error {
	o := report.Options{Root: root(t.format)}
	if t.file == "" {
		o.Color = f.colored()
		return report.Write(stdout, t.format, r, o)
	}
	if err := os.MkdirAll(filepath.Dir(t.file), 0o755); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	file, err := os.Create(t.file)
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return errors.Join(report.Write(file, t.format, r, o), file.Close())
}

// verdict is the exit code of a check. What could not be analysed outweighs findings: who accepts 2 as "only findings" must not
// take an incomplete check for a complete one.
func verdict(r *check.Result, failLevel string) error {
	if len(r.Problems) > 0 {
		return &exitError{Code: exitUnanalysed}
	}
	levels := []rules.Level{rules.Info, rules.Warning, rules.Error}
	least := slices.Index(levels, rules.Level(failLevel))
	for _, f := range r.Findings {
		if least >= 0 && slices.Index(levels, f.Level) >= least {
			return &exitError{Code: exitFindings}
		}
	}
	return nil
}
