package foreign

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fallbacks are the names of Python in the order in which Ansible tries them.
var fallbacks = []string{"python3.11", "python3.10", "python3.9", "python3.8", "python3.7", "python3.6", "python3.5",
	"/usr/bin/python3", "/usr/libexec/platform-python", "python2.7", "/usr/bin/python", "python"}

// families are the distributions whose own Python is known, by os-release's ID.
var families = map[string]string{"debian": "debian", "linuxmint": "debian", "raspbian": "debian", "kali": "debian", "devuan": "debian", "pop": "debian",
	"neon": "debian", "ubuntu": "ubuntu", "fedora": "fedora", "rhel": "redhat", "centos": "redhat", "rocky": "redhat", "almalinux": "redhat", "ol": "redhat",
	"amzn": "redhat", "scientific": "redhat"}

// ownPythons are the distributions' own Pythons, from which version on; the newest first.
var ownPythons = map[string][]struct {
	since int
	path  string
}{
	"debian": {{10, "/usr/bin/python3"}, {0, "/usr/bin/python"}},
	"ubuntu": {{16, "/usr/bin/python3"}, {0, "/usr/bin/python"}},
	"fedora": {{0, "/usr/bin/python3"}},
	"redhat": {{9, "/usr/bin/python3"}, {8, "/usr/libexec/platform-python"}, {0, "/usr/bin/python"}},
}

// interpreter are the words that run the module: those that came with the call, or the Python that is found.
func (k *call) interpreter() ([]string, error) {
	words := k.Args.Strs("interpreter")
	if mode := k.Args.Str("discover"); mode != "" {
		python, err := k.discover(mode)
		if err != nil {
			return nil, err
		}
		k.facts["discovered_interpreter_python"] = python
		return []string{python}, nil
	}
	if len(words) == 0 {
		return nil, nil
	}
	program, err := k.Sys.LookPath(words[0])
	if err != nil {
		return words, nil // whose start tells
	}
	return append([]string{program}, words[1:]...), nil
}

// discover finds a Python as Ansible does: the distribution's own where that is known, else the first of a list.
func (k *call) discover(mode string) (string, error) {
	var found []string
	for _, name := range k.candidates() {
		if p, err := k.Sys.LookPath(name); err == nil {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return "", fmt.Errorf("no Python interpreter was found on the target (looked for %s), and %s is a Python module: install python3 there, "+
			"or name its Python with ansible_python_interpreter", strings.Join(k.candidates(), ", "), k.name)
	}
	legacy := strings.HasPrefix(mode, "auto_legacy")
	own := k.ownPython()
	if legacy && slices.Contains(found, "/usr/bin/python") {
		return "/usr/bin/python", nil
	}
	if slices.Contains(found, own) {
		return own, nil
	}
	if !strings.HasSuffix(mode, "_silent") {
		k.warnings = append(k.warnings, fmt.Sprintf("The target uses the Python interpreter at %s, which was found by its name; another one that is installed later may be found first. "+
			"Name it with ansible_python_interpreter to be sure", found[0]))
	}
	return found[0], nil
}

func (k *call) candidates() []string {
	if names := k.Args.Strs("fallback"); len(names) > 0 {
		return names
	}
	return fallbacks
}

// ownPython is the Python of the distribution, "" where that is not known.
func (k *call) ownPython() string {
	text, err := k.Sys.ReadFile("/etc/os-release")
	if err != nil {
		return ""
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = strings.Trim(value, `"'`)
	}
	major, _, _ := strings.Cut(values["VERSION_ID"], ".")
	version, err := strconv.Atoi(major)
	if err != nil {
		return ""
	}
	for _, own := range ownPythons[families[values["ID"]]] {
		if version >= own.since {
			return own.path
		}
	}
	return ""
}
