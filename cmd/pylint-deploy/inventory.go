package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/strategy/launch"
	"pylint-deploy/executor/template"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/executor/template/pyyaml"
	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/jinja/value"
)

// inventoryFlags are the options of the command inventory.
type inventoryFlags struct {
	sources     []string
	list        bool
	host        string
	graph       bool
	vars        bool
	yaml        bool
	export      bool
	output      string
	playbookDir string
	limit       string
	extra       []string
	toml        bool
	vault       vaultFlags
}

func newInventoryCommand() *cobra.Command {
	f := &inventoryFlags{}
	cmd := &cobra.Command{
		Use:   "inventory [-i SOURCE]... (--list | --host NAME | --graph) [GROUP]",
		Short: "Show the hosts, groups and variables of an inventory, as ansible-inventory does",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := f.show(cmd, args)
			if err != nil {
				return err
			}
			if f.output != "" {
				return os.WriteFile(f.output, []byte(text), 0o644)
			}
			fmt.Fprintln(cmd.OutOrStdout(), strings.TrimSuffix(text, "\n"))
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.sources, "inventory", "i", nil, "inventory file, directory, script or comma-separated list of hosts")
	flags.BoolVar(&f.list, "list", false, "print all hosts and their variables")
	flags.StringVar(&f.host, "host", "", "print the variables of one host")
	flags.BoolVar(&f.graph, "graph", false, "draw the tree of groups")
	flags.BoolVar(&f.vars, "vars", false, "with --graph: draw variables too")
	flags.BoolVarP(&f.yaml, "yaml", "y", false, "print YAML in place of JSON")
	flags.BoolVar(&f.export, "export", false, "with --list: leave variables with the groups that define them")
	flags.StringVar(&f.output, "output", "", "with --list: write to `FILE`")
	flags.StringVar(&f.playbookDir, "playbook-dir", "", "directory with the playbook's group_vars and host_vars")
	flags.StringVarP(&f.limit, "limit", "l", "", "with --list: only these hosts' variables")
	flags.StringArrayVarP(&f.extra, "extra-vars", "e", nil, "additional variables of all hosts as key=value or YAML/JSON, if filename prepend with @")
	flags.BoolVar(&f.toml, "toml", false, "print TOML in place of JSON")
	bindVerbose(flags)
	f.vault.register(cmd)
	return cmd
}

// show makes the text that one of --list, --host and --graph prints.
func (f *inventoryFlags) show(cmd *cobra.Command, args []string) (string, error) {
	chosen := 0
	for _, given := range []bool{f.list, f.host != "", f.graph} {
		if given {
			chosen++
		}
	}
	switch {
	case chosen == 0:
		return "", senseless("No action selected, at least one of --host, --graph or --list needs to be specified.")
	case chosen > 1:
		return "", senseless("Conflicting options used, only one of --host, --graph or --list can be used at the same time.")
	}
	inv, err := f.load(cmd)
	if err != nil {
		return "", err
	}
	switch {
	case f.graph:
		group := "all"
		if len(args) == 1 {
			group = args[0]
		}
		if inv.Groups[group] == nil {
			return "", senseless("Pattern must be valid group name when using --graph")
		}
		lines, err := inv.Graph(group, f.vars)
		return strings.Join(lines, "\n"), err
	case f.host != "":
		hosts, err := inv.Match(f.host)
		if err != nil {
			return "", err
		}
		if len(hosts) != 1 {
			return "", senseless(fmt.Sprintf("You must pass a single valid host to --host parameter: %q is of %d hosts", f.host, len(hosts)))
		}
		own, err := inv.ListVars(hosts[0].Name, f.export)
		if err != nil {
			return "", err
		}
		return f.dump(own)
	}
	return f.listing(inv)
}

// load reads the inventory that the flags and the settings name.
func (f *inventoryFlags) load(cmd *cobra.Command) (*inventory.Inventory, error) {
	settings, err := readSettings()
	if err != nil {
		return nil, err
	}
	passwords := f.vault.sources()
	passwords.Ask = passwords.Ask || settings.Bool("DEFAULT_ASK_VAULT_PASS")
	keys, err := keyring(cmd, settings, passwords)
	if err != nil {
		return nil, err
	}
	f.export = f.export || settings.Bool("INVENTORY_EXPORT")
	options := launch.InventoryOptions(settings, keys)
	if options.Extra, err = launch.ExtraVars(settings, keys, f.extra, warner(cmd)); err != nil {
		return nil, err
	}
	options.PlaybookDir = f.playbookDir
	if options.PlaybookDir == "" {
		options.PlaybookDir = settings.Str("PLAYBOOK_DIR")
	}
	options.WorkDir = "."
	options.Warn, options.Evaluate = warner(cmd), expressions{cmd.Context(), template.New(template.Config{NoLookups: true})}
	sources := f.sources
	if len(sources) == 0 {
		sources = launch.DefaultInventory(settings)
	}
	return inventory.Load(cmd.Context(), sources, options)
}

// expressions computes what constructed inventories ask for.
type expressions struct {
	ctx     context.Context
	templar *template.Templar
}

// Expression implements inventory.Evaluator.
func (e expressions) Expression(text string, d *value.Dict) (value.Value, error) {
	return e.templar.Expr(e.ctx, template.Vars{Dict: d}, value.Template{Text: text})
}

func (f *inventoryFlags) listing(inv *inventory.Inventory) (string, error) {
	if f.yaml {
		tree, err := inv.Tree(f.export)
		if err != nil {
			return "", err
		}
		return f.dump(tree)
	}
	if f.toml {
		return inv.TOML(f.export)
	}
	list, err := inv.List(f.export)
	if err != nil {
		return "", err
	}
	if f.limit != "" {
		if err := limitHosts(inv, list, f.limit); err != nil {
			return "", err
		}
	}
	return f.dump(list)
}

// limitHosts leaves only the variables of the hosts that a pattern matches.
func limitHosts(inv *inventory.Inventory, list *value.Dict, limit string) error {
	all, err := inv.Match("all")
	if err != nil {
		return err
	}
	kept, err := inv.Limit(all, limit)
	if err != nil {
		return err
	}
	meta, _ := list.GetStr("_meta")
	hostVars, _ := meta.(*value.Dict).GetStr("hostvars")
	out := value.NewDict()
	for _, h := range kept {
		if own, ok := hostVars.(*value.Dict).GetStr(h.Name); ok {
			out.SetStr(h.Name, own)
		}
	}
	meta.(*value.Dict).SetStr("hostvars", out)
	return nil
}

// dump writes a value as JSON, indented and sorted, as YAML or as TOML. Templates stay as written, secrets closed.
func (f *inventoryFlags) dump(v value.Value) (string, error) {
	if table, is := v.(*value.Dict); is && f.toml && !f.yaml {
		return inventory.WriteTOML(table)
	}
	v = inventory.Plain(v, !f.yaml)
	if f.yaml {
		return pyyaml.Dump(v, pyyaml.Options{Flow: pyyaml.FlowNever})
	}
	indent := "    "
	text, err := pyjson.Dumps(v, pyjson.Options{Indent: &indent, ItemSeparator: ",", KeySeparator: ": ", SortKeys: true})
	return text, err
}
