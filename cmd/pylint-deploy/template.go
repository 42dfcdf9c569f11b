package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/template"
	"pylint-deploy/executor/template/conformance"
	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// templateFlags are the options of template.
type templateFlags struct {
	inventory []string
	host      string
	extra     []string
	compat    string
	expr      string
	cases     string
	format    string
	vault     vaultFlags
}

func newTemplateCommand() *cobra.Command {
	f := &templateFlags{}
	cmd := &cobra.Command{
		Use:   "template [FILE | -] [-e VARS]... [-i INVENTORY --host HOST]",
		Short: "Render a template file or an expression, or run a file of cases",
		Long: `Render a Jinja template with Ansible's filters, tests and lookups and print the result.

Variables come from -e and, with -i and --host, from the inventory. With --expr an expression is evaluated in
place of a file and printed: text as it is, anything else as JSON. With --cases a file of cases (JSON lines) is run and the failures and totals
are printed; the exit code is 2 when one failed.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.cases != "" && (len(args) > 0 || f.expr != ""):
				return errors.New("template: give a file, --expr or --cases, one of them")
			case f.cases != "":
				return f.runCases(cmd)
			case (f.expr == "") == (len(args) == 0):
				return errors.New("template: give a file (- for standard input), --expr or --cases, one of them")
			}
			return f.render(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.inventory, "inventory", "i", nil, "inventory file, directory, script or comma-separated list of hosts")
	flags.StringVar(&f.host, "host", "", "render with the variables of this `HOST` of the inventory")
	flags.StringArrayVarP(&f.extra, "extra-vars", "e", nil, "variables as key=value, YAML, JSON or @FILE")
	flags.StringVar(&f.compat, "ansible-compat", os.Getenv("PYLINT_DEPLOY_ANSIBLE_COMPAT"), "modern (types as ansible-core 2.19) or classic (as before)")
	flags.StringVar(&f.expr, "expr", "", "evaluate this `EXPRESSION`, without braces, and print it as JSON")
	flags.StringVar(&f.cases, "cases", "", "run the cases of this `FILE` (- for standard input)")
	flags.StringVar(&f.format, "format", "text", "with --cases: text or json")
	f.vault.register(cmd)
	return cmd
}

func (f *templateFlags) runCases(cmd *cobra.Command) error {
	compat, err := template.ParseCompat(f.compat)
	if err != nil {
		return err
	}
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("template: --format %s: text or json", f.format)
	}
	cases, err := conformance.ReadFile(f.cases)
	if err != nil {
		return err
	}
	report, err := conformance.Run(cmd.Context(), cases, compat)
	if err != nil {
		return err
	}
	if f.format == "json" {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(report)
	} else {
		err = report.Text(cmd.OutOrStdout())
	}
	if err == nil && report.Passed < report.Total {
		return &exitError{Code: 2}
	}
	return err
}

func (f *templateFlags) render(cmd *cobra.Command, args []string) error {
	compat, err := template.ParseCompat(f.compat)
	if err != nil {
		return err
	}
	settings, err := readSettings()
	if err != nil {
		return err
	}
	keys, err := keyring(cmd, settings, f.vault.sources())
	if err != nil {
		return err
	}
	warn := warner(cmd)
	inv, err := f.loadInventory(cmd, keys, warn)
	if err != nil {
		return err
	}
	extra := value.NewDict()
	for _, e := range f.extra {
		d, err := vars.Extra(e, "-e", keys.Decrypt())
		if err != nil {
			return err
		}
		vars.Combine(extra, d, false)
	}
	templar := template.New(template.Config{Compat: compat, Decrypt: keys.Decrypt(), Warn: warn,
		Hosts: func(pattern string) ([]string, error) { return hostNames(inv, pattern) }})
	scope, err := templar.HostScope(inv, f.host, extra)
	if err != nil {
		return err
	}
	if f.expr != "" {
		return f.evaluate(cmd, templar, scope)
	}
	doc, err := readDocument(args[0], cmd.InOrStdin())
	if err != nil {
		return err
	}
	out, err := templar.File(cmd.Context(), scope, doc)
	if err != nil {
		return err
	}
	_, err = io.WriteString(cmd.OutOrStdout(), out)
	return err
}

func (f *templateFlags) loadInventory(cmd *cobra.Command, keys *vars.Keyring, warn func(string)) (*inventory.Inventory, error) {
	if f.host != "" && len(f.inventory) == 0 {
		return nil, errors.New("template: --host needs an inventory (-i)")
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return inventory.Load(cmd.Context(), f.inventory, inventory.Options{
		PlaybookDir: cwd,
		Evaluate:    expressions{cmd.Context(), template.New(template.Config{NoLookups: true})},
		Decrypt:     keys.Decrypt(),
		Warn:        warn,
	})
}

func hostNames(inv *inventory.Inventory, pattern string) ([]string, error) {
	hosts, err := inv.Match(pattern)
	var names []string
	for _, h := range hosts {
		names = append(names, h.Name)
	}
	return names, err
}

func (f *templateFlags) evaluate(cmd *cobra.Command, t *template.Templar, scope template.Scope) error {
	v, err := t.Expr(cmd.Context(), scope, value.Template{Text: f.expr})
	if err != nil {
		return err
	}
	text, isText := v.(value.Str)
	if isText {
		fmt.Fprintln(cmd.OutOrStdout(), string(text))
		return nil
	}
	shown, err := template.JSON(v)
	if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), shown)
	}
	return err
}

func readDocument(path string, stdin io.Reader) (template.Document, error) {
	if path == "-" {
		text, err := io.ReadAll(stdin)
		return template.Document{Path: "./<stdin>", Text: string(text), SearchPath: []string{"templates"}}, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return template.Document{}, err
	}
	dir := filepath.Dir(path)
	return template.Document{Path: path, Text: string(text), SearchPath: []string{strings.TrimSuffix(dir, "/templates"), "."}}, nil
}
