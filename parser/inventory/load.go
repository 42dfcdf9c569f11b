package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pylint-deploy/parser/pyre"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// Load reads inventory sources in turn; later ones add to and override earlier ones. A source is a file (INI, YAML, JSON or
// TOML, vaulted or not), a directory of files, an executable that prints JSON, or a comma-separated list of hosts. A source that
// cannot be read is an error with Options.Strict; without, as in Ansible, it is warned of and the others count.
func Load(ctx context.Context, sources []string, opts Options) (*Inventory, error) {
	inv := New(opts)
	for _, s := range sources {
		if s == "" {
			continue
		}
		if !strings.Contains(s, ",") {
			abs, err := filepath.Abs(s)
			if err != nil {
				return nil, fmt.Errorf("inventory %s: %w", s, err)
			}
			s = abs
		}
		inv.sources = append(inv.sources, s)
		if err := inv.source(ctx, s); err != nil {
			return nil, err
		}
	}
	if !inv.parsed && opts.Needed {
		return nil, fmt.Errorf("No inventory was parsed, please check your configuration and options.")
	}
	if !inv.parsed && !opts.Quiet {
		inv.warn("No inventory was parsed, only implicit localhost is available")
	}
	inv.current = ""
	if inv.parsed {
		inv.reconcile()
	}
	return inv, nil
}

// source reads a source, and warns of one that cannot be read, or fails.
func (inv *Inventory) source(ctx context.Context, path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return inv.whole(ctx, path)
	}
	err := inv.single(ctx, path)
	switch {
	case err == nil:
		inv.parsed = true
	case inv.opts.Strict || ctx.Err() != nil:
		return err
	default:
		inv.warn("%v", err)
		inv.warn("Unable to parse %s as an inventory source", path)
	}
	return nil
}

// whole reads a directory, of which something must be an inventory with Options.Strict.
func (inv *Inventory) whole(ctx context.Context, path string) error {
	before := inv.parsed
	inv.parsed = false
	if err := inv.directory(ctx, path); err != nil {
		return err
	}
	if !inv.parsed && inv.opts.Strict {
		return fmt.Errorf("Completely failed to parse inventory source %s", path)
	}
	if !inv.parsed {
		inv.warn("Unable to parse %s as an inventory source", path)
	}
	inv.parsed = inv.parsed || before
	return nil
}

// single reads a source that is no directory.
func (inv *Inventory) single(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil && strings.Contains(path, ","):
		inv.current = path
		return inv.list(path)
	case err != nil:
		return fmt.Errorf("cannot read the inventory: %w", err)
	}
	inv.current = path
	if info.Mode()&0o111 != 0 && isScript(path) {
		if !inv.enabled("script") {
			return disabled(path, "script")
		}
		return inv.script(ctx, path)
	}
	return inv.file(path)
}

// ignoredSuffixes are those of files that a directory may hold without their being inventories (INVENTORY_IGNORE_EXTS).
var ignoredSuffixes = []string{".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".ini", ".cfg", ".retry"}

// directory reads all inventories of a directory in order of name.
func (inv *Inventory) directory(ctx context.Context, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot read the inventory: %w", err)
	}
	for _, e := range entries {
		if skip, err := inv.ignored(e.Name()); err != nil {
			return err
		} else if skip {
			continue
		}
		if err := inv.source(ctx, filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (inv *Inventory) ignored(name string) (bool, error) {
	switch name {
	case "group_vars", "host_vars", "vars_plugins":
		return true, nil
	}
	suffixes := inv.opts.IgnoredSuffixes
	if suffixes == nil {
		suffixes = ignoredSuffixes
	}
	for _, suffix := range suffixes {
		if strings.HasSuffix(name, suffix) {
			return true, nil
		}
	}
	for _, pattern := range inv.opts.IgnoredNames {
		re, err := pyre.Compile(pattern, 0)
		if err != nil {
			return false, fmt.Errorf("the pattern %q of files to ignore is no regular expression: %w", pattern, err)
		}
		if m, err := re.Search(name); err != nil || m != nil {
			return true, err
		}
	}
	return strings.HasPrefix(name, "."), nil
}

// file reads an INI, YAML, JSON or TOML file.
func (inv *Inventory) file(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("cannot read the inventory: %w", err)
	}
	if vars.IsVault(text) {
		if inv.opts.Decrypt == nil {
			return fmt.Errorf("cannot open the inventory %s: %w", path, vars.ErrNoPassword)
		}
		if text, err = inv.opts.Decrypt(text); err != nil {
			return fmt.Errorf("cannot open the inventory %s: %w", path, err)
		}
	}
	switch filepath.Ext(path) {
	case ".toml":
		return inv.tomlFile(path, text)
	case ".yml", ".yaml", ".json", "":
		return inv.eitherForm(path, text)
	}
	return inv.iniFile(path, text)
}

func (inv *Inventory) iniFile(path string, text []byte) error {
	if !inv.enabled("ini") {
		return disabled(path, "ini")
	}
	return inv.ini(path, string(text))
}

// eitherForm reads a file whose name does not say what it is: YAML where that gives a mapping, else INI. Where it is
// neither, the name decides which of the two errors counts.
func (inv *Inventory) eitherForm(path string, text []byte) error {
	f, err := source.Parse(path, text)
	if err == nil && (len(f.Docs) == 0 || f.Docs[0].Kind == source.Mapping) {
		return inv.yamlFile(f)
	}
	iniErr := inv.iniFile(path, text)
	if iniErr == nil || filepath.Ext(path) == "" && !bytes.HasPrefix(bytes.TrimSpace(text), []byte("---")) {
		return iniErr
	}
	if err == nil {
		err = &source.Error{Pos: f.Docs[0].Pos, Why: "an inventory in YAML must be a mapping of groups", Hint: `start with "all:"`}
	}
	return err
}

func (inv *Inventory) yamlFile(f *source.File) error {
	if len(f.Docs) == 0 {
		return nil
	}
	root := f.Docs[0]
	if plugin := root.Get("plugin"); plugin != nil {
		return inv.plugin(plugin, root)
	}
	if !inv.enabled("yaml") {
		return disabled(root.Pos.File, "yaml")
	}
	return inv.yaml(root)
}

// plugin runs the plugin that a file configures.
func (inv *Inventory) plugin(name, config *source.Node) error {
	switch name.Text {
	case "constructed", "ansible.builtin.constructed":
		if !inv.enabled("auto") && !inv.enabled("constructed") {
			return disabled(name.Pos.File, "constructed")
		}
		return inv.constructed(config)
	}
	return &source.Error{Pos: name.Pos, Why: fmt.Sprintf("the inventory plugin %s is not supported", name.Text),
		Hint: "write its hosts out with: ansible-inventory --list --export --output FILE.json"}
}

// isScript tells whether an executable file is a program: it starts with "#!", or is no text.
func isScript(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := f.Read(head)
	head = head[:n]
	if bytes.HasPrefix(head, []byte("#!")) {
		return true
	}
	switch filepath.Ext(path) {
	case ".ini", ".cfg", ".json", ".yml", ".yaml", ".toml":
		return false
	}
	return bytes.IndexByte(head, 0) >= 0
}

// script runs an executable inventory: PATH --list, and PATH --host NAME where the list has no _meta.
func (inv *Inventory) script(ctx context.Context, path string) error {
	root, err := runScript(ctx, path, "--list")
	if err != nil {
		return err
	}
	var meta *source.Node
	var named []string
	for _, p := range root.Pairs {
		if p.Key.Text == "_meta" {
			meta = p.Value.Get("hostvars")
			continue
		}
		hosts, err := inv.scriptGroup(p)
		if err != nil {
			return err
		}
		named = append(named, hosts...)
	}
	for _, host := range named {
		own := meta.Get(host)
		if meta == nil {
			if own, err = runScript(ctx, path, "--host", host); err != nil {
				return err
			}
		}
		for k, v := range vars.Dict(own, inv.opts.Decrypt).All() {
			inv.setVar(inv.Hosts[host].Vars, k, v)
		}
	}
	return nil
}

func runScript(ctx context.Context, path string, args ...string) (*source.Node, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	command := strings.Join(append([]string{path}, args...), " ")
	if err != nil {
		return nil, fmt.Errorf("the inventory script %s failed: %w: %s", command, err, strings.TrimSpace(stderr.String()))
	}
	if len(bytes.TrimSpace(out)) == 0 {
		out = []byte("{}")
	}
	f, err := source.Parse("output of "+command, out)
	if err != nil {
		return nil, err
	}
	if len(f.Docs) != 1 || f.Docs[0].Kind != source.Mapping {
		return nil, errors.New("the inventory script " + command + " must print a JSON object")
	}
	return f.Docs[0], nil
}

// scriptGroup reads one group of a script: {"hosts": [], "vars": {}, "children": []}, or a list of hosts.
func (inv *Inventory) scriptGroup(p source.Pair) (hosts []string, err error) {
	g := inv.group(p.Key.Text)
	list := p.Value
	if p.Value.Kind == source.Mapping {
		list = p.Value.Get("hosts")
		if list == nil && p.Value.Get("vars") == nil && p.Value.Get("children") == nil && len(p.Value.Pairs) > 0 {
			inv.host(g.Name, g.Name, 0)
			hosts = append(hosts, g.Name)
			for k, v := range vars.Dict(p.Value, inv.opts.Decrypt).All() {
				inv.setVar(g.Vars, k, v)
			}
			return hosts, nil
		}
		for _, v := range p.Value.Get("vars").Entries() {
			inv.setGroupVar(g, v.Key.Text, vars.Value(v.Value, inv.opts.Decrypt))
		}
	}
	if list != nil && list.Kind != source.Sequence {
		return nil, &source.Error{Pos: list.Pos, Why: fmt.Sprintf("the hosts of the group %s must be a list", g.Name)}
	}
	if list != nil {
		for _, h := range list.Items {
			inv.host(h.Text, g.Name, 0)
			hosts = append(hosts, h.Text)
		}
	}
	if children := p.Value.Get("children"); children != nil {
		for _, c := range children.Items {
			if err := inv.child(g.Name, c.Text); err != nil {
				return nil, &source.Error{Pos: c.Pos, Why: err.Error()}
			}
		}
	}
	return hosts, nil
}
