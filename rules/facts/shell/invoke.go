package shell

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/parser/pattern"
)

func baseName(p string) string {
	if p == "" {
		return ""
	}
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[i+1:]
	}
	return p
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// wrapper is a program that runs another: which of its flags take a value, and how many words of its own follow.
type wrapper struct {
	valued []string
	own    int // words of its own before the inner command: timeout DURATION, chroot DIR
}

var wrappers = map[string]wrapper{
	"sudo":        {valued: []string{"-u", "--user", "-g", "--group", "-p", "-C", "-h", "-r", "-t", "-D"}},
	"doas":        {valued: []string{"-u", "-C"}},
	"env":         {valued: []string{"-u", "--unset", "-C", "--chdir", "-S"}},
	"nohup":       {},
	"nice":        {valued: []string{"-n", "--adjustment"}},
	"ionice":      {valued: []string{"-c", "-n", "-p"}},
	"time":        {valued: []string{"-f", "-o"}},
	"timeout":     {valued: []string{"-s", "-k", "--signal", "--kill-after"}, own: 1},
	"stdbuf":      {valued: []string{"-i", "-o", "-e"}},
	"setsid":      {},
	"builtin":     {},
	"exec":        {valued: []string{"-a"}},
	"chroot":      {own: 1},
	"flock":       {valued: []string{"-w", "--timeout", "-E"}, own: 1},
	"systemd-run": {valued: []string{"-u", "--unit", "-p", "--property", "-E", "--uid", "--gid"}},
	"chronic":     {},
	"unbuffer":    {},
	"eatmydata":   {},
	"busybox":     {},
	"arch-chroot": {own: 1},
	"nsenter":     {valued: []string{"-t", "--target"}},
	"unshare":     {},
	"fakeroot":    {},
	"gosu":        {own: 1},
	"setpriv":     {},
	"sshpass":     {valued: []string{"-p", "-f", "-d", "-P"}},
	"xargs":       {valued: []string{"-I", "-n", "-P", "-L", "-d", "-a", "-s", "--max-args", "--max-procs", "--delimiter"}},
	"dbus-launch": {},
	"scl":         {own: 2},
}

// bundled are programs that carry others inside: `k3s kubectl get pods` is kubectl.
var bundled = map[string]map[string]string{
	"k3s":      {"kubectl": "kubectl", "crictl": "crictl", "ctr": "ctr"},
	"microk8s": {"kubectl": "kubectl", "helm": "helm", "helm3": "helm", "ctr": "ctr"},
	"minikube": {"kubectl": "kubectl"},
	"rke2":     {"kubectl": "kubectl"},
}

// invoke reads one command of words: wrappers off, then the table.
func (w *walker) invoke(words []string, sc scope, line int) {
	var off []string
	for len(words) > 0 {
		if name, _, isAssign := strings.Cut(words[0], "="); isAssign && name != "" && !strings.ContainsAny(name, "/{ -") {
			words = words[1:]
			continue
		}
		name := baseName(words[0])
		if name == "command" && len(words) > 1 && (words[1] == "-v" || words[1] == "-V") {
			break
		}
		if name == "command" && len(words) > 1 {
			off, words = append(off, name), words[1:]
			continue
		}
		if inner, ok := bundled[name]; ok && len(words) > 1 && inner[words[1]] != "" {
			off, words = append(off, name), append([]string{inner[words[1]]}, words[2:]...)
			continue
		}
		if name == "ip" && len(words) > 4 && words[1] == "netns" && words[2] == "exec" {
			off, words = append(off, name), words[4:]
			continue
		}
		if w.prefix(words) {
			off, words = append(off, w.masked.unmask(words[0])), words[1:]
			continue
		}
		wr, ok := wrappers[name]
		if !ok || name == "exec" && len(words) == 1 {
			break
		}
		rest, user := unwrap(words[1:], wr)
		if name == "sudo" || name == "doas" {
			w.out.Sudo, w.out.SudoUser = name, user
		}
		if len(rest) == 0 {
			break
		}
		off, words = append(off, name), rest
	}
	sc.listed = sc.listed || contains(off, "xargs")
	if len(words) == 0 {
		return
	}
	if script, ok := shellDashC(words, w); ok {
		sc.line = line - 1
		w.script(w.remask(script), sc)
		return
	}
	w.call(words, off, sc, line)
}

// prefixName is how variables are called that hold the words before a command.
var prefixName = pattern.New(`(^|_)(exec_cmd|exec_command|exec_prefix|cmd_prefix|command_prefix|timeout_command|timeout_cmd)(_|$)`)

// prefix tells that the first word is a template for what stands before the command, or for nothing: `{{ exec_cmd | default(”) }} ceph -s`.
func (w *walker) prefix(words []string) bool {
	first := w.masked.unmask(words[0])
	if len(words) < 2 || !strings.HasPrefix(first, "{{") || templateEnd(first, "}}") != len(first) {
		return false
	}
	next := programName(w.masked.unmask(words[1]))
	if _, ok := wrappers[next]; !ok && !known(next) {
		return strings.HasPrefix(next, "{{") && w.prefix(words[1:])
	}
	expr := strings.ReplaceAll(strings.TrimSpace(first[2:len(first)-2]), `"`, "'")
	name, _, _ := strings.Cut(expr, "|")
	return strings.Contains(strings.ReplaceAll(expr, " ", ""), "default('')") || strings.HasSuffix(expr, "else ''") || prefixName.MatchString(strings.TrimSpace(name))
}

// unwrap drops a wrapper's own flags, assignments and words.
func unwrap(args []string, wr wrapper) (rest []string, user string) {
	own := wr.own
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			args = args[1:]
			continue
		case contains(wr.valued, a):
			if (a == "-u" || a == "--user") && len(args) > 1 {
				user = args[1]
			}
			args = args[min(2, len(args)):]
			continue
		case strings.HasPrefix(a, "-"):
			if u, ok := strings.CutPrefix(a, "--user="); ok {
				user = u
			}
			args = args[1:]
			continue
		case own > 0:
			own--
			args = args[1:]
			continue
		}
		break
	}
	return args, user
}

// shellDashC recognises sh -c SCRIPT, su USER -c SCRIPT, runuser -c SCRIPT, eval SCRIPT.
func shellDashC(words []string, w *walker) (string, bool) {
	name := baseName(words[0])
	switch name {
	case "eval":
		return strings.Join(words[1:], " "), len(words) > 1
	case "su", "runuser":
		w.out.Sudo = name
	case "sh", "bash", "dash", "zsh", "ksh", "ash":
	default:
		return "", false
	}
	for i, a := range words[1:] {
		if a == "-c" || a == "--command" || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && len(a) <= 5 {
			if strings.Contains(a, "e") && name != "su" {
				w.out.SetE = true
			}
			if i+2 < len(words) {
				return words[i+2], true
			}
		}
		if s, ok := strings.CutPrefix(a, "--command="); ok {
			return s, true
		}
	}
	return "", false
}

// remask brings a nested script, whose templates are back in place, into the form that the parser reads.
func (w *walker) remask(text string) string {
	m := mask(w.masked.unmask(text))
	base := len(w.masked.parts)
	if len(m.parts) == 0 {
		return m.text
	}
	w.masked.parts = append(w.masked.parts, m.parts...)
	var b strings.Builder
	s := m.text
	for {
		before, after, ok := strings.Cut(s, opens)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		number, rest, _ := strings.Cut(after, string(clos))
		n, _ := strconv.Atoi(number) // always a number: mask wrote it
		b.WriteString(opens + strconv.Itoa(n+base) + string(clos))
		s = rest
	}
}

// call classifies one command without wrappers.
func (w *walker) call(words, off []string, sc scope, line int) {
	for i := range words {
		words[i] = w.masked.unmask(words[i])
	}
	c := &Call{Path: words[0], Program: programName(words[0]), Args: words[1:], Wrappers: off, Guards: sc.guards, Hidden: sc.hidden,
		Piped: sc.piped, listed: sc.listed, Line: line, Dir: sc.dir}
	c.Plain = !sc.piped && sc.stdin == ""
	if guess, ok := assumedProgram(words[0]); ok {
		c.Program, c.assumed = guess, true
		if extra := words[1:]; guess == "python" && len(extra) > 0 {
			c.Args = extra
		}
	}
	w.shellOptions(c)
	if asksForHelp(c.Args) {
		w.out.Calls = append(w.out.Calls, c) // whatever the program is
		return
	}
	if special, ok := specials[c.Program]; ok && special(w, c, sc) {
		w.keep(c)
		return
	}
	lookUp(c)
	if c.Class == Unknown && !known(c.Program) && !known(versionless(c.Program)) && asksBySubcommand(c.Args) {
		c.Class = Read
	}
	w.keep(c)
}

// asksBySubcommand tells that a program, whatever it is, gets a word that asks: `tool version`, `tool list-addresses`.
func asksBySubcommand(args []string) bool {
	for _, a := range args[:min(2, len(args))] { // a thing may stand before its verb
		switch verb, _, _ := strings.Cut(a, "-"); verb {
		case "version", "status", "list", "show", "info", "describe", "help", "check", "verify", "validate", "lint":
			return true
		}
	}
	return false
}

// asksForHelp tells that a program is only asked what it is: by every convention it prints that and ends.
func asksForHelp(args []string) bool {
	return contains(args, "--help") || len(args) == 1 && (args[0] == "--version" || args[0] == "-version" || args[0] == "-V")
}

// keep enters a call, with what a guess may not claim taken back. What xargs removes is what was listed just before.
func (w *walker) keep(c *Call) {
	if c.Class == CreateOnce && c.listed && removes(c) {
		c.Class, c.Why = Converge, ""
	}
	if c.assumed && c.Class > Unknown {
		c.Class = Unknown
	}
	if strings.HasPrefix(c.Program, "{{") || strings.HasPrefix(c.Program, "$") {
		c.Class = Unknown
	}
	if c.Program == "kill" && w.endsOwn(c) {
		c.Class, c.Why = Read, ""
	}
	w.out.Calls = append(w.out.Calls, c)
}

// endsOwn tells that a call ends nothing but what the script has started itself.
func (w *walker) endsOwn(c *Call) bool {
	pos := positionals(c.Program, c.Args)
	return len(pos) > 0 && !slices.ContainsFunc(pos, func(p string) bool { return p != "$!" && !w.children[p] })
}

// programName is the base name without a Windows or version suffix that changes nothing.
func programName(argv0 string) string {
	if strings.HasSuffix(argv0, "}}") && !strings.Contains(argv0, "}}/") {
		return argv0
	}
	return path.Base(argv0)
}

// assumedProgram reads a program from a variable that is named after it: {{ kubectl }}, {{ docker_bin_path }}.
func assumedProgram(argv0 string) (string, bool) {
	if !strings.HasPrefix(argv0, "{{") || !strings.HasSuffix(argv0, "}}") || strings.Count(argv0, "{{") != 1 {
		return "", false
	}
	expr := strings.Trim(argv0, "{} ")
	if strings.ContainsAny(expr, " |.[(") {
		return "", false
	}
	parts := strings.FieldsFunc(expr, func(r rune) bool { return r == '_' })
	for i := len(parts) - 1; i >= 0; i-- {
		switch p := parts[i]; p {
		case "path", "bin", "cmd", "command", "binary", "executable", "host", "file", "exe", "ctl":
		case "interpreter":
			return "", false
		default:
			return p, known(p)
		}
	}
	return "", false
}

// shellOptions remembers set -e and set -o pipefail.
func (w *walker) shellOptions(c *Call) {
	if c.Program != "set" {
		return
	}
	for i, a := range c.Args {
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "e") {
			w.out.SetE = true
		}
		if a == "errexit" {
			w.out.SetE = true
		}
		if a == "pipefail" || strings.HasPrefix(a, "-") && strings.HasSuffix(a, "o") && i+1 < len(c.Args) && c.Args[i+1] == "pipefail" {
			w.out.Pipefail = true
		}
	}
}
