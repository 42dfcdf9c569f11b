package pymodule

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// errNoCore is why nothing can be packed that imports from Ansible.
var errNoCore = errors.New("ansible-core was not found on this machine: it brings ansible.module_utils, which Python modules import. " +
	"Install it (pip install ansible-core), or name the directory that has it in PYTHONPATH")

// findCore looks for the Python package ansible: in PYTHONPATH, where the program ansible-playbook has it, in the virtual
// environment, and where Python packages usually are.
func findCore(getenv func(string) string) (string, error) {
	sites := filepath.SplitList(getenv("PYTHONPATH"))
	for _, program := range []string{"ansible-playbook", "ansible"} {
		sites = append(sites, sitesOfProgram(program)...)
	}
	home := getenv("HOME")
	for _, prefix := range []string{getenv("VIRTUAL_ENV"), filepath.Join(home, ".local"), filepath.Join(home, ".local/share/pipx/venvs/*"), "/usr/local", "/usr"} {
		if prefix != "" {
			sites = append(sites, sitesBelow(prefix)...)
		}
	}
	for _, site := range sites {
		if dir := filepath.Join(site, "ansible"); isCore(dir) {
			return dir, nil
		}
	}
	return "", errNoCore
}

func isCore(dir string) bool {
	return isFile(filepath.Join(dir, "release.py")) && isFile(filepath.Join(dir, "module_utils/basic.py"))
}

// sitesBelow are the directories of packages of an installation of Python, the newest version first.
func sitesBelow(prefix string) (out []string) {
	for _, pattern := range []string{"lib/python3*/site-packages", "lib64/python3*/site-packages", "lib/python3*/dist-packages"} {
		found, _ := filepath.Glob(filepath.Join(prefix, pattern)) // the pattern is well-formed
		slices.Reverse(found)
		out = append(out, found...)
	}
	return out
}

// sitesOfProgram are those of the Python that runs a program.
func sitesOfProgram(name string) []string {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	line, _ := bufio.NewReader(f).ReadString('\n')
	interpreter := interpreterOf([]byte(line))
	if len(interpreter) == 0 {
		return nil
	}
	return sitesBelow(filepath.Dir(filepath.Dir(interpreter[0])))
}

// released reads ansible-core's version and author from its release.py.
func released(core string) (version, author string) {
	text, err := os.ReadFile(filepath.Join(core, "release.py"))
	if err != nil {
		return "", ""
	}
	return assigned(string(text), "__version__"), assigned(string(text), "__author__")
}

// assigned is the text that a name is given at the begin of a line.
func assigned(source, name string) string {
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + `\s*=\s*['"]([^'"\\]*)['"]`).FindStringSubmatch(source)
	if m == nil {
		return ""
	}
	return m[1]
}

// interpreterOf are the words of a program's first line, nil where it names no interpreter.
func interpreterOf(program []byte) []string {
	line, _, _ := strings.Cut(string(program[:min(len(program), 4096)]), "\n")
	rest, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return nil
	}
	return strings.Fields(rest)
}
