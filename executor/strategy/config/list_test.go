package config

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/connection/sshdtest"
)

// option is an entry of `ansible-config list`.
type option struct {
	Type string
	Env  []struct{ Name string }
	INI  []struct{ Section, Key string }
}

// windows are plugins for what is no target here.
var windows = []string{"psrp", "winrm", "runas", "powershell", "cmd"}

// everyOption lists the settings of Ansible and of its plugins by name.
func everyOption(t *testing.T) map[string]option {
	program := sshdtest.Need(t, "ansible-config")
	list := func(kind string, into any) {
		t.Helper()
		out, err := exec.Command(program, "list", "-t", kind).Output()
		if err == nil {
			err = yaml.Unmarshal(out, into)
		}
		if err != nil {
			t.Fatalf("ansible-config list -t %s: %v", kind, err)
		}
	}
	all := map[string]option{}
	list("base", &all)
	for _, kind := range []string{"connection", "become", "callback", "shell", "vars", "cache", "inventory", "lookup"} {
		var plugins struct {
			Plugins map[string]map[string]map[string]option `yaml:"PLUGINS"`
		}
		list(kind, &plugins)
		for plugin, options := range plugins.Plugins[kind] {
			for name, o := range options {
				if !slices.Contains(windows, plugin) {
					all[plugin+"."+name] = o
				}
			}
		}
	}
	return all
}

// TestEverySettingOfAnsibleIsFollowedOrAccountedFor: each variable and each key of ansible.cfg that Ansible reads is one of a
// setting that is followed, or of one with a reason why not.
func TestEverySettingOfAnsibleIsFollowedOrAccountedFor(t *testing.T) {
	env, ini := map[string]string{}, map[string]string{}
	place := func(s setting) {
		for _, e := range s.env {
			env[e] = s.name
		}
		for _, i := range s.ini {
			ini[i] = s.name
		}
	}
	for _, s := range settings {
		place(s)
	}
	for _, u := range slices.Concat(unheard, needless) {
		for _, s := range u.settings {
			if strings.TrimSpace(u.why) == "" || env[s.name] != "" {
				t.Errorf("%s has no reason, or is followed after all", s.name)
			}
			place(s)
		}
	}
	for name, o := range everyOption(t) {
		for _, e := range o.Env {
			if env[e.Name] == "" {
				t.Errorf("%s: the variable %s is unknown", name, e.Name)
			}
		}
		for _, i := range o.INI {
			if ini[i.Section+"."+i.Key] == "" {
				t.Errorf("%s: %s in [%s] of ansible.cfg is unknown", name, i.Key, i.Section)
			}
		}
	}
}

func TestSettingsThatCannotBeFollowedAreNamed(t *testing.T) {
	path := write(t, "[defaults]\nerror_on_undefined_vars = False\ninvalid_task_attribute_failed = yes\nfilter_plugins = mods\nhome_grown = 1\n")
	env := map[string]string{"ANSIBLE_ENABLE_TASK_DEBUGGER": "1", "ANSIBLE_PIPELINING": "1"}
	c, err := Load(path, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		path + ": defaults.error_on_undefined_vars has no effect: an undefined variable is an error",
		"ANSIBLE_ENABLE_TASK_DEBUGGER has no effect: there is no interactive debugger",
	}
	if got := c.Unmet(); !slices.Equal(got, want) {
		t.Errorf("told of %q, want %q", got, want)
	}
	if got := c.Unknown(); !slices.Equal(got, []string{"defaults.home_grown"}) {
		t.Errorf("unknown %q", got)
	}
}

// TestNumbersAreWantedWhereAnsibleWantsThem: the settings that have to be whole numbers.
func TestNumbersAreWantedWhereAnsibleWantsThem(t *testing.T) {
	for name, o := range everyOption(t) {
		known := slices.ContainsFunc(settings, func(s setting) bool { return s.name == name })
		if whole := o.Type == "integer" || o.Type == "int"; known && whole != slices.Contains(numbers, name) {
			t.Errorf("%s is a %s with Ansible", name, o.Type)
		}
	}
	for text, good := range map[string]bool{"12": true, "lola": false, "": true} {
		_, err := Load("", func(name string) string { return map[string]string{"ANSIBLE_TIMEOUT": text}[name] })
		if (err == nil) != good || err != nil && !strings.Contains(err.Error(), "DEFAULT_TIMEOUT (from env: ANSIBLE_TIMEOUT)") {
			t.Errorf("ANSIBLE_TIMEOUT=%s: %v", text, err)
		}
	}
}

// TestInitialValuesAreThoseOfAnsible, where both have the setting and this program has no reason to differ.
func TestInitialValuesAreThoseOfAnsible(t *testing.T) {
	program := sshdtest.Need(t, "ansible-config")
	out, err := exec.Command(program, "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct{ Default yaml.Node }
	if err := yaml.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	differ := map[string]string{
		"DEFAULT_FORKS": "a fork is a goroutine", "INVENTORY_IGNORE_EXTS": "a template in Python", "DEFAULT_ROLES_PATH": "begins in ANSIBLE_HOME",
		"COLLECTIONS_PATHS":   "begins in ANSIBLE_HOME",
		"DEFAULT_MODULE_PATH": "begins in ANSIBLE_HOME", "DEFAULT_MODULE_UTILS_PATH": "begins in ANSIBLE_HOME",
	}
	for _, s := range settings {
		theirs, ok := all[s.name]
		if _, known := differ[s.name]; known || !ok {
			continue
		}
		text := theirs.Default.Value
		if theirs.Default.Kind == yaml.SequenceNode {
			var items []string
			theirs.Default.Decode(&items)
			text = strings.Join(items, ",")
		}
		if theirs.Default.Tag == "!!null" {
			text = ""
		}
		if !same(s.initial, text) {
			t.Errorf("%s is %q at first, Ansible's %q", s.name, s.initial, text)
		}
	}
}

var update = flag.Bool("update", false, "write docs/ansible-settings.md")

// TestThePageOfSettingsIsThatOfTheTables: docs/ansible-settings.md says what they say.
func TestThePageOfSettingsIsThatOfTheTables(t *testing.T) {
	const page = "../../../docs/ansible-settings.md"
	if *update {
		if err := os.WriteFile(page, Page(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, Page()) {
		t.Errorf("%s is out of date: go test ./executor/strategy/config -update", page)
	}
}
