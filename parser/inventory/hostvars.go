package inventory

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// equal tells whether two variables are the same; what cannot be compared is not.
func equal(a, b value.Value) bool {
	x, errX := value.Repr(a)
	y, errY := value.Repr(b)
	return errX == nil && errY == nil && x == y
}

// HostVars are a host's variables from the inventory and from group_vars and host_vars, merged by Ansible's precedence:
// all, then groups, then the host; in each the inventory's before those of the files beside it, and these before those
// beside the playbook. The dict is shared and must not be changed. Hosts that no source names have those of "all".
func (inv *Inventory) HostVars(host string) (*value.Dict, error) {
	inv.mu.Lock()
	known := inv.hostVars[host]
	inv.mu.Unlock()
	if known != nil {
		return known, nil
	}
	out, err := inv.mergedVars(host, true)
	if err != nil {
		return nil, err
	}
	inv.mu.Lock()
	inv.hostVars[host] = out
	inv.mu.Unlock()
	return out, nil
}

// mergedVars computes HostVars, with or without the variables of files.
func (inv *Inventory) mergedVars(host string, files bool) (*value.Dict, error) {
	out := value.NewDict()
	others := slices.DeleteFunc(slices.Clone(inv.groupsOf(host)), func(name string) bool { return name == "all" })
	for _, name := range append([]string{"all"}, others...) {
		vars.Combine(out, inv.Groups[name].Vars, inv.opts.MergeHashes)
	}
	for _, names := range [][]string{{"all"}, others} {
		if !files {
			break
		}
		if err := inv.addFiles(out, inv.hostDirs(), "group_vars", names); err != nil {
			return nil, err
		}
	}
	if h := inv.lookup(host); h != nil {
		vars.Combine(out, h.Vars, inv.opts.MergeHashes)
	}
	if !files {
		return out, nil
	}
	return out, inv.addFiles(out, inv.hostDirs(), "host_vars", []string{host})
}

// addFiles lays the variables of files over out: of each directory that has such files, those of all names.
func (inv *Inventory) addFiles(out *value.Dict, dirs []string, kind string, names []string) error {
	for _, dir := range dirs {
		for _, name := range names {
			d, err := inv.fileVars(filepath.Join(dir, kind), name)
			if err != nil {
				return err
			}
			vars.Combine(out, d, inv.opts.MergeHashes)
		}
	}
	return nil
}

// varsDirs are the directories with group_vars and host_vars: beside each source, then beside the playbook.
func (inv *Inventory) varsDirs() []string {
	var dirs []string
	for _, source := range inv.sources {
		info, err := os.Stat(source)
		switch {
		case err != nil && strings.Contains(source, ","):
			continue
		case err == nil && info.IsDir():
			dirs = append(dirs, source)
		default:
			dirs = append(dirs, filepath.Dir(source))
		}
	}
	if inv.opts.PlaybookDir != "" {
		dirs = append(dirs, inv.opts.PlaybookDir)
	}
	return dirs
}

// hostDirs are varsDirs for what a host gets: without a playbook the working directory counts like one's.
func (inv *Inventory) hostDirs() []string {
	if inv.opts.PlaybookDir == "" && inv.opts.WorkDir != "" {
		return append(inv.varsDirs(), inv.opts.WorkDir)
	}
	return inv.varsDirs()
}

func (inv *Inventory) fileVars(dir, name string) (*value.Dict, error) {
	key := filepath.Join(dir, name)
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if d := inv.files[key]; d != nil {
		return d, nil
	}
	d, err := vars.Named(dir, name, inv.opts.Decrypt, inv.opts.MergeHashes)
	if err != nil {
		return nil, err
	}
	inv.files[key] = d
	return d, nil
}

// GroupVars are a group's own variables with those of its files, for --export and --graph.
func (inv *Inventory) GroupVars(group string) (*value.Dict, error) {
	g := inv.Groups[group]
	out := g.Vars.Copy()
	if err := inv.addFiles(out, inv.varsDirs(), "group_vars", []string{group}); err != nil {
		return nil, err
	}
	if g.Priority != 1 {
		out.SetStr("ansible_group_priority", value.Int(g.Priority))
	}
	return out, nil
}

// lookup finds a host; "localhost" and its addresses are there even if no source names them.
func (inv *Inventory) lookup(name string) *Host {
	if h := inv.Hosts[name]; h != nil {
		return h
	}
	if !isLocalhost(name) {
		return nil
	}
	for _, known := range inv.order { // the first such host of the inventory stands for all
		if isLocalhost(known) {
			return inv.Hosts[known]
		}
	}
	h := &Host{Name: name, Vars: value.NewDict(), Implicit: true}
	h.Vars.SetStr("ansible_connection", value.Str("local"))
	if inv.opts.Interpreter != "" {
		h.Vars.SetStr("ansible_python_interpreter", value.Str(inv.opts.Interpreter))
	}
	return h
}

// isLocalhost tells whether a name means this machine (LOCALHOST of Ansible).
func isLocalhost(name string) bool {
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}
