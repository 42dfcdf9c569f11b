package template

import (
	"fmt"
	"strconv"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// configLookup reads settings: of ansible.cfg and the environment, or of a plugin.
func configLookup(l *lookupCall) ([]value.Value, error) {
	missing, err := l.textOption("on_missing", "error")
	if err != nil {
		return nil, err
	}
	if missing != "error" && missing != "warn" && missing != "skip" {
		return nil, value.Errorf(value.ValueError, "Invalid value %q for configuration option \"on_missing\", valid values are: error, warn, skip", missing)
	}
	kind, err := l.textOption("plugin_type", "")
	if err != nil {
		return nil, err
	}
	plugin, err := l.textOption("plugin_name", "")
	if err != nil {
		return nil, err
	}
	if (kind == "") != (plugin == "") {
		return nil, value.Errorf(value.ValueError, "Both plugin_type and plugin_name are required, cannot use one without the other")
	}
	read := l.setting
	if kind != "" {
		options, ok := pluginSettings[kind+" "+plugin]
		if !ok {
			return nil, fmt.Errorf("Unable to load %s plugin %q: this program has no such plugin, or none with settings", kind, plugin)
		}
		read = func(name string) (value.Value, bool, error) { return l.pluginSetting(options[name]) }
	}
	names, err := l.names()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, name := range names {
		v, found, err := read(name)
		switch {
		case err != nil:
			return nil, err
		case found:
			out = append(out, v)
		case missing == "error":
			return nil, fmt.Errorf("Unable to find setting %s", name)
		case missing == "warn":
			l.warn("Skipping, did not find setting " + name)
		}
	}
	return out, nil
}

var settingName = pattern.New(`^[A-Z][A-Z0-9_]*$`)

func (l *lookupCall) setting(name string) (value.Value, bool, error) {
	if !settingName.MatchString(name) {
		return nil, false, value.Errorf(value.ValueError, "Invalid setting %q attempted. Unable to find setting %s", name, name)
	}
	if l.cfg.Setting == nil {
		return nil, false, nil
	}
	v, found := l.cfg.Setting(name)
	return v, found, nil
}

// pluginSetting is where a setting of a plugin comes from: variables, the first one that is set; a setting; a default.
type pluginSetting struct {
	vars    []string
	setting string
	initial value.Value
}

// pluginSettings are the settings of plugins that have a counterpart here, by kind and name of the plugin.
var pluginSettings = map[string]map[string]*pluginSetting{
	"connection ssh": {
		"host":             {vars: []string{"ansible_host", "ansible_ssh_host", "inventory_hostname"}},
		"remote_user":      {vars: []string{"ansible_ssh_user", "ansible_user"}, setting: "DEFAULT_REMOTE_USER"},
		"port":             {vars: []string{"ansible_ssh_port", "ansible_port"}, setting: "DEFAULT_REMOTE_PORT"},
		"private_key_file": {vars: []string{"ansible_private_key_file", "ansible_ssh_private_key_file"}, setting: "DEFAULT_PRIVATE_KEY_FILE"},
		"ssh_args":         {vars: []string{"ansible_ssh_args"}, setting: "SSH_ARGS"},
		"ssh_common_args":  {vars: []string{"ansible_ssh_common_args"}, setting: "SSH_COMMON_ARGS"},
		"ssh_extra_args":   {vars: []string{"ansible_ssh_extra_args"}, setting: "SSH_EXTRA_ARGS"},
		"timeout":          {vars: []string{"ansible_ssh_timeout"}, setting: "DEFAULT_TIMEOUT"},
	},
	"shell sh": {
		"remote_tmp": {vars: []string{"ansible_remote_tmp"}, initial: value.Str("~/.ansible/tmp")},
	},
	"become sudo": {
		"become_user":  {vars: []string{"ansible_become_user", "ansible_sudo_user"}, setting: "DEFAULT_BECOME_USER"},
		"become_exe":   {vars: []string{"ansible_become_exe", "ansible_sudo_exe"}, setting: "DEFAULT_BECOME_EXE", initial: value.Str("sudo")},
		"become_flags": {vars: []string{"ansible_become_flags", "ansible_sudo_flags"}, setting: "DEFAULT_BECOME_FLAGS", initial: value.Str("-H -S -n")},
	},
}

func (l *lookupCall) pluginSetting(p *pluginSetting) (value.Value, bool, error) {
	if p == nil {
		return nil, false, nil
	}
	for _, name := range p.vars {
		v, found, err := l.Lookup(name)
		if err != nil {
			return nil, false, err
		}
		if _, undefined := v.(*value.Undefined); found && !undefined {
			return numbered(v), true, nil
		}
	}
	if p.setting != "" && l.cfg.Setting != nil {
		if v, found := l.cfg.Setting(p.setting); found && v != value.None {
			return numbered(v), true, nil
		}
	}
	if p.initial != nil {
		return p.initial, true, nil
	}
	return value.None, true, nil
}

// numbered is text of digits as a number, as the ports and times among the settings are.
func numbered(v value.Value) value.Value {
	if text, ok := textOf(v); ok {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value.Int(n)
		}
	}
	return v
}
