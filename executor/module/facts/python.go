//go:build linux

package facts

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// Nothing here needs a Python on the target, but playbooks ask for the facts of one (ansible_python.executable). Where there is
// one it is asked, while the other facts are gathered; where there is none, these facts are missing.

// pythons are the interpreters that are tried where none is named.
var pythons = []string{"python3", "python"}

// askPython prints the interpreter's path, its version, its kind, and whether it has TLS, a line each. It runs isolated and
// without site, which is what takes the time at the start of an interpreter.
const askPython = `import sys
from importlib.util import find_spec
print(sys.executable)
print(*sys.version_info)
print(sys.version.split()[0])
print(sys.implementation.name)
print(find_spec("_ssl") is not None)`

// pythonAnswer is the output of askPython, "" where there was none.
type pythonAnswer chan string

// startPython asks the interpreter in the background.
func (g *gatherer) startPython() {
	answer := make(pythonAnswer, 1)
	g.asked = answer
	program := g.interpreter()
	if program == "" {
		answer <- ""
		return
	}
	go func() {
		out, err := g.Sys.Run(g.ctx, module.Cmd{Argv: []string{program, "-I", "-S", "-c", askPython}, Reads: true})
		if err != nil || out.RC != 0 {
			answer <- ""
			return
		}
		answer <- string(out.Stdout)
	}()
}

// interpreter is the one that ansible_python_interpreter names, or the first that is found.
func (g *gatherer) interpreter() string {
	if named := g.Args.Str("_interpreter"); strings.HasPrefix(named, "/") {
		return named
	}
	for _, name := range pythons {
		if p, err := g.Sys.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

func (g *gatherer) python() {
	lines := strings.Split(strings.TrimSpace(<-g.asked), "\n")
	if len(lines) != 5 {
		return
	}
	version := strings.Fields(lines[1])
	if len(version) != 5 {
		return
	}
	parts := map[string]any{}
	info := make([]any, len(version))
	for i, name := range []string{"major", "minor", "micro", "releaselevel", "serial"} {
		info[i] = version[i]
		if n, err := strconv.Atoi(version[i]); err == nil {
			info[i] = n
		}
		parts[name] = info[i]
	}
	g.facts["python"] = map[string]any{"executable": lines[0], "version": parts, "version_info": info, "type": lines[3], "has_sslcontext": lines[4] == "True"}
	g.facts["python_version"] = lines[2]
}
