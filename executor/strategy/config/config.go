// Package config reads Ansible's settings: ansible.cfg and the environment.
//
// A setting has one name (that of `ansible-config list`), the variables of the environment that set it, and its place in
// ansible.cfg; the environment counts more. Of the others, Unmet tells of those without which something is different, and
// Unknown of what ansible.cfg has that is no setting at all, so that nobody believes it is in force.
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

// Config is the settings of a run.
type Config struct {
	// File is the ansible.cfg that was read, absolute; "" without one.
	File   string
	values map[string]string
	given  map[string]bool
	inFile map[string]bool // given by ansible.cfg
	other  []string
	unmet  []string
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
	file := map[string]string{}
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
		if v, where := s.find(file, getenv); where != "" {
			_, inFile := file[where]
			c.values[s.name], c.given[s.name], c.inFile[s.name] = v, true, inFile
			if err := s.check(v, where, c.File, inFile); err != nil {
				return nil, err
			}
		}
		s.forget(file)
	}
	c.unheeded(file, getenv)
	for k := range file {
		c.other = append(c.other, k)
	}
	slices.Sort(c.other)
	return c, nil
}

// find is what a setting was set to, and the variable or the place in the file where; "" for nowhere.
func (s setting) find(file map[string]string, getenv func(string) string) (text, where string) {
	for _, name := range s.env {
		if v := getenv(name); v != "" {
			return v, name
		}
	}
	for _, place := range s.ini {
		if v, ok := file[place]; ok {
			return v, place
		}
	}
	return "", ""
}

// numbers are the settings that are whole numbers.
var numbers = []string{"CACHE_PLUGIN_TIMEOUT", "DEFAULT_FORKS", "DEFAULT_GATHER_TIMEOUT", "DEFAULT_POLL_INTERVAL", "DEFAULT_REMOTE_PORT", "DEFAULT_TIMEOUT",
	"DEFAULT_VERBOSITY", "DIFF_CONTEXT", "MAX_FILE_SIZE_FOR_DIFF", "SSH_RETRIES", "TASK_TIMEOUT"}

// check wants a number where one has to be.
func (s setting) check(text, where, file string, inFile bool) error {
	if !slices.Contains(numbers, s.name) {
		return nil
	}
	if _, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		return nil
	}
	origin := "env: " + where
	if inFile {
		origin = file
	}
	return fmt.Errorf("Invalid type for configuration option setting: %s (from %s): %q is no whole number", s.name, origin, text)
}

// forget takes a setting out of what nobody knows.
func (s setting) forget(file map[string]string) {
	for _, place := range s.ini {
		delete(file, place)
	}
}

// unheeded notes the settings that cannot be followed.
func (c *Config) unheeded(file map[string]string, getenv func(string) string) {
	for _, u := range unheard {
		for _, s := range u.settings {
			if text, where := s.find(file, getenv); where != "" && !same(text, s.initial) {
				if _, inFile := file[where]; inFile {
					where = c.File + ": " + where
				}
				c.unmet = append(c.unmet, where+" has no effect: "+u.why)
			}
			s.forget(file)
		}
	}
	for _, u := range needless {
		for _, s := range u.settings {
			s.forget(file)
		}
	}
}

// same tells whether a text says what holds anyway.
func same(text, initial string) bool { return canonical(text) == canonical(initial) }

func canonical(text string) string {
	text = strings.NewReplacer(" ", "", "\n", ",", "[", "", "]", "", "'", "", `"`, "").Replace(strings.ToLower(text))
	switch text {
	case "y", "yes", "on", "1", "t":
		return "true"
	case "n", "no", "off", "0", "f":
		return "false"
	}
	return text
}

// readINI reads Python's configparser format as far as ansible.cfg uses it.
func readINI(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	defer f.Close()
	out := map[string]string{}
	section, last := "", ""
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		raw := lines.Text()
		line := strings.TrimSpace(raw)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
		case (raw[0] == ' ' || raw[0] == '\t') && last != "":
			out[last] += "\n" + line
		default:
			i := strings.IndexAny(line, "=:")
			if i < 0 {
				return nil, fmt.Errorf("%s:%d:1: a line of ansible.cfg must be [section], key = value or a comment, not %q", path, n, line)
			}
			last = section + "." + strings.ToLower(strings.TrimSpace(line[:i]))
			text := strings.TrimSpace(line[i+1:])
			if j := strings.Index(text, " ;"); j >= 0 {
				text = strings.TrimSpace(text[:j])
			}
			out[last] = text
		}
	}
	return out, lines.Err()
}

// Unknown lists what ansible.cfg sets that is no setting.
func (c *Config) Unknown() []string { return c.other }

// Unmet says of each setting that cannot be followed where it is set, and how things are instead.
func (c *Config) Unmet() []string { return c.unmet }

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
