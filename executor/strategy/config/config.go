// Package config reads Ansible's settings: ansible.cfg and the environment.
//
// A setting has one name (that of `ansible-config list`), the variables of the environment that set it, and its place in
// ansible.cfg; the environment counts more. Only settings that concern something this program does are known; what is in
// ansible.cfg beside them is listed by Unknown, so that nobody believes it is in force.
package config

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// setting is where a value comes from.
type setting struct {
	name    string
	env     []string
	ini     [2]string // section and key; "" is none
	initial string
}

// settings are in the order of ansible-core's base.yml.
var settings = []setting{
	{"ANY_ERRORS_FATAL", []string{"ANSIBLE_ANY_ERRORS_FATAL"}, [2]string{"defaults", "any_errors_fatal"}, "false"},
	{"ANSIBLE_COW_ACCEPTLIST", []string{"ANSIBLE_COW_ACCEPTLIST", "ANSIBLE_COW_WHITELIST"}, [2]string{"defaults", "cowsay_enabled_stencils"}, // for the lookup config
		"bud-frogs, bunny, cheese, daemon, default, dragon, elephant-in-snake, elephant, eyes, hellokitty, kitty, luke-koala, meow, milk, moofasa, moose, ren, " +
			"sheep, small, stegosaurus, stimpy, supermilker, three-eyes, turkey, turtle, tux, udder, vader-koala, vader, www"},
	{"BECOME_ALLOW_SAME_USER", []string{"ANSIBLE_BECOME_ALLOW_SAME_USER"}, [2]string{"privilege_escalation", "become_allow_same_user"}, "false"},
	{"CACHE_PLUGIN", []string{"ANSIBLE_CACHE_PLUGIN"}, [2]string{"defaults", "fact_caching"}, "memory"},
	{"CACHE_PLUGIN_CONNECTION", []string{"ANSIBLE_CACHE_PLUGIN_CONNECTION"}, [2]string{"defaults", "fact_caching_connection"}, ""},
	{"CACHE_PLUGIN_PREFIX", []string{"ANSIBLE_CACHE_PLUGIN_PREFIX"}, [2]string{"defaults", "fact_caching_prefix"}, "ansible_facts"},
	{"CACHE_PLUGIN_TIMEOUT", []string{"ANSIBLE_CACHE_PLUGIN_TIMEOUT"}, [2]string{"defaults", "fact_caching_timeout"}, "86400"},
	{"COLLECTIONS_PATHS", []string{"ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_COLLECTIONS_PATHS"}, [2]string{"defaults", "collections_path"}, ""},
	{"ANSIBLE_NOCOLOR", []string{"ANSIBLE_NOCOLOR", "NO_COLOR"}, [2]string{"defaults", "nocolor"}, "false"},
	{"ANSIBLE_FORCE_COLOR", []string{"ANSIBLE_FORCE_COLOR"}, [2]string{"defaults", "force_color"}, "false"},
	{"DEFAULT_BECOME", []string{"ANSIBLE_BECOME"}, [2]string{"privilege_escalation", "become"}, "false"},
	{"DEFAULT_BECOME_EXE", []string{"ANSIBLE_BECOME_EXE"}, [2]string{"privilege_escalation", "become_exe"}, ""},
	{"DEFAULT_BECOME_FLAGS", []string{"ANSIBLE_BECOME_FLAGS"}, [2]string{"privilege_escalation", "become_flags"}, ""},
	{"DEFAULT_BECOME_METHOD", []string{"ANSIBLE_BECOME_METHOD"}, [2]string{"privilege_escalation", "become_method"}, "sudo"},
	{"DEFAULT_BECOME_USER", []string{"ANSIBLE_BECOME_USER"}, [2]string{"privilege_escalation", "become_user"}, "root"},
	{"DEFAULT_ASK_PASS", []string{"ANSIBLE_ASK_PASS"}, [2]string{"defaults", "ask_pass"}, "false"},
	{"DEFAULT_BECOME_ASK_PASS", []string{"ANSIBLE_BECOME_ASK_PASS"}, [2]string{"privilege_escalation", "become_ask_pass"}, "false"},
	{"DEFAULT_ASK_VAULT_PASS", []string{"ANSIBLE_ASK_VAULT_PASS"}, [2]string{"defaults", "ask_vault_pass"}, "false"},
	{"DEFAULT_FACT_PATH", []string{"ANSIBLE_FACT_PATH"}, [2]string{"defaults", "fact_path"}, ""},
	{"DEFAULT_FORCE_HANDLERS", []string{"ANSIBLE_FORCE_HANDLERS"}, [2]string{"defaults", "force_handlers"}, "false"},
	{"DEFAULT_FORKS", []string{"ANSIBLE_FORKS"}, [2]string{"defaults", "forks"}, "50"},
	{"DEFAULT_GATHERING", []string{"ANSIBLE_GATHERING"}, [2]string{"defaults", "gathering"}, "implicit"},
	{"DEFAULT_GATHER_SUBSET", []string{"ANSIBLE_GATHER_SUBSET"}, [2]string{"defaults", "gather_subset"}, ""},
	{"DEFAULT_GATHER_TIMEOUT", []string{"ANSIBLE_GATHER_TIMEOUT"}, [2]string{"defaults", "gather_timeout"}, ""},
	{"DEFAULT_HASH_BEHAVIOUR", []string{"ANSIBLE_HASH_BEHAVIOUR"}, [2]string{"defaults", "hash_behaviour"}, "replace"},
	{"DEFAULT_HOST_LIST", []string{"ANSIBLE_INVENTORY"}, [2]string{"defaults", "inventory"}, "/etc/ansible/hosts"},
	{"DEFAULT_JINJA2_NATIVE", []string{"ANSIBLE_JINJA2_NATIVE"}, [2]string{"defaults", "jinja2_native"}, "false"},
	{"DEFAULT_LOG_PATH", []string{"ANSIBLE_LOG_PATH"}, [2]string{"defaults", "log_path"}, ""},
	{"DEFAULT_MANAGED_STR", nil, [2]string{"defaults", "ansible_managed"}, "Ansible managed"},
	{"DEFAULT_MODULE_PATH", []string{"ANSIBLE_LIBRARY"}, [2]string{"defaults", "library"}, ""},
	{"DEFAULT_MODULE_UTILS_PATH", []string{"ANSIBLE_MODULE_UTILS"}, [2]string{"defaults", "module_utils"}, ""},
	{"DEFAULT_NO_LOG", []string{"ANSIBLE_NO_LOG"}, [2]string{"defaults", "no_log"}, "false"},
	{"DEFAULT_POLL_INTERVAL", []string{"ANSIBLE_POLL_INTERVAL"}, [2]string{"defaults", "poll_interval"}, "15"},
	{"DEFAULT_PRIVATE_KEY_FILE", []string{"ANSIBLE_PRIVATE_KEY_FILE"}, [2]string{"defaults", "private_key_file"}, ""},
	{"DEFAULT_PRIVATE_ROLE_VARS", []string{"ANSIBLE_PRIVATE_ROLE_VARS"}, [2]string{"defaults", "private_role_vars"}, "false"},
	{"DEFAULT_REMOTE_PORT", []string{"ANSIBLE_REMOTE_PORT"}, [2]string{"defaults", "remote_port"}, ""},
	{"DEFAULT_REMOTE_USER", []string{"ANSIBLE_REMOTE_USER"}, [2]string{"defaults", "remote_user"}, ""},
	{"DEFAULT_ROLES_PATH", []string{"ANSIBLE_ROLES_PATH"}, [2]string{"defaults", "roles_path"}, ""},
	{"DEFAULT_STDOUT_CALLBACK", []string{"ANSIBLE_STDOUT_CALLBACK"}, [2]string{"defaults", "stdout_callback"}, "default"},
	{"CALLBACKS_ENABLED", []string{"ANSIBLE_CALLBACKS_ENABLED", "ANSIBLE_CALLBACK_WHITELIST"}, [2]string{"defaults", "callbacks_enabled"}, ""},
	{"DEFAULT_STRATEGY", []string{"ANSIBLE_STRATEGY"}, [2]string{"defaults", "strategy"}, "linear"},
	{"DEFAULT_TIMEOUT", []string{"ANSIBLE_TIMEOUT"}, [2]string{"defaults", "timeout"}, "10"},
	{"DEFAULT_TRANSPORT", []string{"ANSIBLE_TRANSPORT"}, [2]string{"defaults", "transport"}, "smart"},
	{"DEFAULT_VAULT_IDENTITY_LIST", []string{"ANSIBLE_VAULT_IDENTITY_LIST"}, [2]string{"defaults", "vault_identity_list"}, ""},
	{"DEFAULT_VAULT_PASSWORD_FILE", []string{"ANSIBLE_VAULT_PASSWORD_FILE"}, [2]string{"defaults", "vault_password_file"}, ""},
	{"DEFAULT_VERBOSITY", []string{"ANSIBLE_VERBOSITY"}, [2]string{"defaults", "verbosity"}, "0"},
	{"DEPRECATION_WARNINGS", []string{"ANSIBLE_DEPRECATION_WARNINGS"}, [2]string{"defaults", "deprecation_warnings"}, "true"},
	{"ACTION_WARNINGS", []string{"ANSIBLE_ACTION_WARNINGS"}, [2]string{"defaults", "action_warnings"}, "true"},
	{"DUPLICATE_YAML_DICT_KEY", []string{"ANSIBLE_DUPLICATE_YAML_DICT_KEY"}, [2]string{"defaults", "duplicate_dict_key"}, "warn"},
	{"TRANSFORM_INVALID_GROUP_CHARS", []string{"ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS"}, [2]string{"defaults", "force_valid_group_names"}, "never"},
	{"DIFF_ALWAYS", []string{"ANSIBLE_DIFF_ALWAYS"}, [2]string{"diff", "always"}, "false"},
	{"DIFF_CONTEXT", []string{"ANSIBLE_DIFF_CONTEXT"}, [2]string{"diff", "context"}, "3"},
	{"DISPLAY_ARGS_TO_STDOUT", []string{"ANSIBLE_DISPLAY_ARGS_TO_STDOUT"}, [2]string{"defaults", "display_args_to_stdout"}, "false"},
	{"DISPLAY_SKIPPED_HOSTS", []string{"ANSIBLE_DISPLAY_SKIPPED_HOSTS", "DISPLAY_SKIPPED_HOSTS"}, [2]string{"defaults", "display_skipped_hosts"}, "true"},
	{"DISPLAY_OK_HOSTS", []string{"ANSIBLE_DISPLAY_OK_HOSTS"}, [2]string{"defaults", "display_ok_hosts"}, "true"},
	{"DISPLAY_FAILED_STDERR", []string{"ANSIBLE_DISPLAY_FAILED_STDERR"}, [2]string{"defaults", "display_failed_stderr"}, "false"},
	{"SHOW_CUSTOM_STATS", []string{"ANSIBLE_SHOW_CUSTOM_STATS"}, [2]string{"defaults", "show_custom_stats"}, "false"},
	{"SHOW_PER_HOST_START", []string{"ANSIBLE_SHOW_PER_HOST_START"}, [2]string{"defaults", "show_per_host_start"}, "false"},
	{"CHECK_MODE_MARKERS", []string{"ANSIBLE_CHECK_MODE_MARKERS"}, [2]string{"defaults", "check_mode_markers"}, "false"},
	{"SHOW_TASK_PATH_ON_FAILURE", []string{"ANSIBLE_SHOW_TASK_PATH_ON_FAILURE"}, [2]string{"defaults", "show_task_path_on_failure"}, "false"},
	{"ERROR_ON_MISSING_HANDLER", []string{"ANSIBLE_ERROR_ON_MISSING_HANDLER"}, [2]string{"defaults", "error_on_missing_handler"}, "true"},
	{"HOST_KEY_CHECKING", []string{"ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_SSH_HOST_KEY_CHECKING"}, [2]string{"defaults", "host_key_checking"}, "true"},
	{"INJECT_FACTS_AS_VARS", []string{"ANSIBLE_INJECT_FACT_VARS"}, [2]string{"defaults", "inject_facts_as_vars"}, "true"},
	{"INTERPRETER_PYTHON", []string{"ANSIBLE_PYTHON_INTERPRETER"}, [2]string{"defaults", "interpreter_python"}, "auto"},
	{"INVENTORY_ENABLED", []string{"ANSIBLE_INVENTORY_ENABLED"}, [2]string{"inventory", "enable_plugins"}, ""},
	{"INVENTORY_ANY_UNPARSED_IS_FAILED", []string{"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"}, [2]string{"inventory", "any_unparsed_is_failed"}, "false"},
	{"INVENTORY_UNPARSED_IS_FAILED", []string{"ANSIBLE_INVENTORY_UNPARSED_FAILED"}, [2]string{"inventory", "unparsed_is_failed"}, "false"},
	{"RETRY_FILES_ENABLED", []string{"ANSIBLE_RETRY_FILES_ENABLED"}, [2]string{"defaults", "retry_files_enabled"}, "false"},
	{"RETRY_FILES_SAVE_PATH", []string{"ANSIBLE_RETRY_FILES_SAVE_PATH"}, [2]string{"defaults", "retry_files_save_path"}, ""},
	{"SSH_ARGS", []string{"ANSIBLE_SSH_ARGS"}, [2]string{"ssh_connection", "ssh_args"}, ""},
	{"SSH_COMMON_ARGS", []string{"ANSIBLE_SSH_COMMON_ARGS"}, [2]string{"ssh_connection", "ssh_common_args"}, ""},
	{"SSH_EXTRA_ARGS", []string{"ANSIBLE_SSH_EXTRA_ARGS"}, [2]string{"ssh_connection", "ssh_extra_args"}, ""},
	{"TAGS_RUN", []string{"ANSIBLE_RUN_TAGS"}, [2]string{"tags", "run"}, ""},
	{"TAGS_SKIP", []string{"ANSIBLE_SKIP_TAGS"}, [2]string{"tags", "skip"}, ""},
	{"TASK_TIMEOUT", []string{"ANSIBLE_TASK_TIMEOUT"}, [2]string{"defaults", "task_timeout"}, "0"},
	{"COMPAT", []string{"PYLINT_DEPLOY_COMPAT"}, [2]string{"pylint_deploy", "ansible_compat"}, "modern"},
}

// Config is the settings of a run.
type Config struct {
	// File is the ansible.cfg that was read, absolute; "" without one.
	File   string
	values map[string]string
	given  map[string]bool
	inFile map[string]bool // given by ansible.cfg
	other  []string
}

// Find returns the ansible.cfg that counts for a directory: ANSIBLE_CONFIG, the directory's own, the user's, the system's. A
// directory that everybody may write to does not get to say anything.
func Find(dir string, getenv func(string) string) (path, warning string) {
	if named := getenv("ANSIBLE_CONFIG"); named != "" {
		if info, err := os.Stat(named); err == nil && info.IsDir() {
			named = filepath.Join(named, "ansible.cfg")
		}
		return named, ""
	}
	local := filepath.Join(dir, "ansible.cfg")
	if _, err := os.Stat(local); err == nil {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o002 == 0 {
			return local, ""
		}
		warning = fmt.Sprintf("Ansible is being run in a world writable directory (%s), ignoring it as an ansible.cfg source.", dir)
	}
	for _, path := range []string{filepath.Join(getenv("HOME"), ".ansible.cfg"), "/etc/ansible/ansible.cfg"} {
		if _, err := os.Stat(path); err == nil {
			return path, warning
		}
	}
	return "", warning
}

// Load reads the settings from a file ("" for none) and the environment.
func Load(path string, getenv func(string) string) (*Config, error) {
	c := &Config{values: map[string]string{}, given: map[string]bool{}, inFile: map[string]bool{}}
	file := map[[2]string]string{}
	if path != "" {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		c.File = abs
		if file, err = readINI(abs); err != nil {
			return nil, err
		}
	}
	for _, s := range settings {
		c.values[s.name] = s.initial
		if v, ok := file[s.ini]; ok {
			c.values[s.name], c.given[s.name], c.inFile[s.name] = v, true, true
			delete(file, s.ini)
		}
		for _, name := range s.env {
			if v := getenv(name); v != "" {
				c.values[s.name], c.given[s.name], c.inFile[s.name] = v, true, false
				break
			}
		}
	}
	for k := range file {
		c.other = append(c.other, k[0]+"."+k[1])
	}
	slices.Sort(c.other)
	return c, nil
}

// readINI reads Python's configparser format as far as ansible.cfg uses it.
func readINI(path string) (map[[2]string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	defer f.Close()
	out := map[[2]string]string{}
	section, last := "", [2]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		raw := lines.Text()
		line := strings.TrimSpace(raw)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
		case (raw[0] == ' ' || raw[0] == '\t') && last[1] != "":
			out[last] += "\n" + line
		default:
			i := strings.IndexAny(line, "=:")
			if i < 0 {
				return nil, fmt.Errorf("%s:%d:1: a line of ansible.cfg must be [section], key = value or a comment, not %q", path, n, line)
			}
			last = [2]string{section, strings.ToLower(strings.TrimSpace(line[:i]))}
			text := strings.TrimSpace(line[i+1:])
			if j := strings.Index(text, " ;"); j >= 0 {
				text = strings.TrimSpace(text[:j])
			}
			out[last] = text
		}
	}
	return out, lines.Err()
}

// Unknown lists what ansible.cfg sets and this program does not know.
func (c *Config) Unknown() []string { return c.other }

// Given tells whether somebody set a value.
func (c *Config) Given(name string) bool { return c.given[name] }

// Str is a setting's text.
func (c *Config) Str(name string) string { return c.values[name] }

// Lookup is Str for names that may not exist.
func (c *Config) Lookup(name string) (string, bool) { v, ok := c.values[name]; return v, ok }

// Bool reads a setting as Ansible's boolean(); what cannot be read is false.
func (c *Config) Bool(name string) bool {
	switch strings.ToLower(c.values[name]) {
	case "y", "yes", "on", "1", "true", "t":
		return true
	}
	// NO_COLOR counts by being there
	return name == "ANSIBLE_NOCOLOR" && c.given[name] && !slices.Contains([]string{"0", "false", "no", "off", "f", "n"}, strings.ToLower(c.values[name]))
}

// Int reads a setting as a number; what cannot be read is 0.
func (c *Config) Int(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(c.values[name]))
	return n
}

// List reads a comma list.
func (c *Config) List(name string) []string {
	var out []string
	for _, item := range strings.Split(c.values[name], ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// Paths reads a path or a list of paths: ~ is the user's home; what is relative in ansible.cfg is so to its directory.
func (c *Config) Paths(name, separator string) []string {
	var out []string
	for _, p := range strings.Split(c.values[name], separator) {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		p = os.ExpandEnv(p)
		if rest, ok := strings.CutPrefix(p, "~"); ok && (rest == "" || rest[0] == '/') {
			if home, err := os.UserHomeDir(); err == nil {
				p = home + rest
			}
		}
		if !filepath.IsAbs(p) && c.inFile[name] && !strings.Contains(p, ",") {
			p = filepath.Join(filepath.Dir(c.File), p)
		}
		out = append(out, p)
	}
	return out
}
