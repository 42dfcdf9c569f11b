package shell

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"pylint-deploy/parser/pattern"
)

// The table of programs. A line reads
//
//	programs [conditions] -> class [writes=SPEC] [module=NAME] [why="..."]
//
// and the first line of a program whose conditions all hold decides. Conditions are: a word (the next positional argument,
// a|b for alternatives, * for any), -x|--long (one of these flags is given), !-x (none is), =N (exactly N positionals),
// /re/ (matches the joined arguments) and !/re/.
//
//go:embed knowledge.txt
var knowledgeText string

// entry is one line of the table.
type entry struct {
	line   int
	conds  []cond
	class  Class
	writes string
	module string
	why    string
}

type cond struct {
	kind  byte // 'w' word, 'f' flag, '/' pattern, '=' count
	not   bool
	words []string
	re    *pattern.Pattern
	count int
}

var knowledge = sync.OnceValue(func() map[string][]*entry {
	table, err := parseKnowledge(knowledgeText)
	if err != nil {
		panic(err) // the table is part of the program; a test reads it
	}
	return table
})

func known(program string) bool {
	_, ok := knowledge()[program]
	if !ok {
		_, ok = specials[program]
	}
	return ok
}

func parseKnowledge(text string) (map[string][]*entry, error) {
	table := map[string][]*entry{}
	no := 0
	for line := range strings.Lines(text) {
		no++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		left, right, ok := strings.Cut(line, " -> ")
		if !ok {
			return nil, fmt.Errorf("knowledge.txt:%d: no ->", no)
		}
		e, err := parseOutcome(right)
		if err != nil {
			return nil, fmt.Errorf("knowledge.txt:%d: %w", no, err)
		}
		e.line = no
		fields := strings.Fields(left)
		for _, f := range fields[1:] {
			c, err := parseCond(f)
			if err != nil {
				return nil, fmt.Errorf("knowledge.txt:%d: %w", no, err)
			}
			e.conds = append(e.conds, c)
		}
		for _, program := range strings.Split(fields[0], ",") {
			table[program] = append(table[program], e)
		}
	}
	return table, nil
}

func parseOutcome(text string) (*entry, error) {
	e := &entry{}
	if before, why, ok := strings.Cut(text, ` why="`); ok {
		text, e.why = before, strings.TrimSuffix(why, `"`)
	}
	for i, f := range strings.Fields(text) {
		key, value, _ := strings.Cut(f, "=")
		switch {
		case i == 0:
			class, ok := classOf(f)
			if !ok {
				return nil, fmt.Errorf("no class %q", f)
			}
			e.class = class
		case key == "writes":
			e.writes = value
		case key == "module":
			e.module = value
		default:
			return nil, fmt.Errorf("what is %q?", f)
		}
	}
	return e, nil
}

func parseCond(f string) (cond, error) {
	var c cond
	f, c.not = strings.CutPrefix(f, "!")
	switch {
	case strings.HasPrefix(f, "/") && strings.HasSuffix(f, "/") && len(f) > 1:
		c.kind, c.re = '/', pattern.New(f[1:len(f)-1])
	case strings.HasPrefix(f, "-"):
		c.kind, c.words = 'f', strings.Split(f, "|")
	case strings.HasPrefix(f, "="):
		c.kind = '='
		if _, err := fmt.Sscanf(f, "=%d", &c.count); err != nil {
			return c, err
		}
	default:
		c.kind, c.words = 'w', strings.Split(f, "|")
	}
	return c, nil
}

// match finds the entry for a call, nil for a program that is not in the table or a use of it that is not.
func match(program string, args []string) *entry {
	entries := knowledge()[program]
	if entries == nil {
		entries = knowledge()[versionless(program)]
	}
	if entries == nil {
		return nil
	}
	pos := positionals(program, args)
	joined := blank(strings.Join(args, " "))
	for _, e := range entries {
		if e.holds(program, args, pos, joined) {
			return e
		}
	}
	return nil
}

// blank takes the inside out of templates: a pattern reads what is written, not the names of variables.
func blank(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "{{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString("{{}}")
		text = after[templateEnd("{{"+after, "}}")-2:]
	}
}

func (e *entry) holds(program string, args, pos []string, joined string) bool {
	next := 0
	for _, c := range e.conds {
		ok := false
		switch c.kind {
		case 'w':
			if next < len(pos) && (c.words[0] == "*" || contains(c.words, pos[next])) {
				ok = true
			}
			next++
		case 'f':
			ok = hasFlag(program, args, c.words...)
		case '/':
			ok = c.re.MatchString(joined)
		case '=':
			ok = len(pos) == c.count
		}
		if ok == c.not {
			return false
		}
	}
	return true
}

var version = pattern.New(`^([a-z][a-z_+-]*?)-?[0-9][0-9.]*$`)

// versionless makes python3.11 python, pip3 pip.
func versionless(program string) string {
	if m := version.FindStringSubmatch(program); m != nil {
		return m[1]
	}
	return program
}

// longDash are programs whose single dash begins a whole word, so that -out is no cluster of -o -u -t.
var longDash = map[string]bool{"openssl": true, "find": true, "java": true, "keytool": true, "iptables": true, "ip6tables": true,
	"xmllint": true, "terraform": true, "ip": true, "php": true, "certtool": true, "ffmpeg": true, "convert": true}

// hasFlag tells whether one of the flags is among the arguments, as a word, with =value, or inside a cluster (-rf).
func hasFlag(program string, args []string, flags ...string) bool {
	for _, a := range args {
		if a == "--" {
			return false
		}
		if !strings.HasPrefix(a, "-") {
			continue
		}
		name, _, _ := strings.Cut(a, "=")
		for _, f := range flags {
			if a == f || name == f && strings.HasPrefix(f, "--") {
				return true
			}
			if len(f) == 2 && !strings.HasPrefix(a, "--") && len(a) > 2 && !longDash[program] && clustered(a, f[1]) {
				return true
			}
		}
	}
	return false
}

// clustered looks for a letter in -abc, up to the first character that cannot be a flag letter.
func clustered(a string, letter byte) bool {
	for i := 1; i < len(a); i++ {
		if a[i] == letter {
			return true
		}
		if !(a[i] >= 'a' && a[i] <= 'z' || a[i] >= 'A' && a[i] <= 'Z') {
			return false
		}
	}
	return false
}

// valued are the flags that take the next word, by program.
var valued = map[string][]string{
	"git":                 {"-C", "-c", "--git-dir", "--work-tree", "-b", "--branch", "--depth", "-o", "--origin", "--reference", "-m", "--file"},
	"docker":              {"-H", "--host", "--context", "-c", "--config", "--name", "-v", "--volume", "-p", "--publish", "-e", "--env", "-w", "-u", "--user", "--network", "--net", "-f", "--file", "--filter", "--format", "--env-file", "--entrypoint", "--rm-after", "-l", "--label", "--restart", "-t", "--tag", "--log-driver", "--mount", "-m", "--memory", "--hostname"},
	"kubectl":             {"-n", "--namespace", "--context", "--kubeconfig", "-f", "--filename", "-o", "--output", "-l", "--selector", "-c", "--timeout", "--for", "-s", "--server", "-p", "--patch", "--type"},
	"nmcli":               {"-f", "--fields", "-m", "--mode", "-w", "--wait", "-e", "--escape", "-c", "--colors", "-g", "--get-values"},
	"systemctl":           {"-H", "-M", "-t", "--type", "-p", "--property", "-n", "--state"},
	"kubeadm":             {"--kubeconfig", "--config", "--cert-dir", "--rootfs", "--token", "--ttl"},
	"helm":                {"-n", "--namespace", "--kubeconfig", "-f", "--values", "--set", "--version", "--kube-context"},
	"useradd":             {"-s", "--shell", "-d", "--home", "--home-dir", "-g", "--gid", "-G", "--groups", "-u", "--uid", "-c", "--comment", "-p", "--password", "-e", "-k", "-K", "-b"},
	"adduser":             {"--shell", "--home", "--uid", "--gid", "--gecos", "--ingroup", "--firstuid", "-s", "-h", "-u", "-G", "-g", "-d"},
	"usermod":             {"-s", "-d", "-g", "-G", "-u", "-c", "-p", "-l", "-e"},
	"groupadd":            {"-g", "--gid", "-K"},
	"mkdir":               {"-m", "--mode", "-Z"},
	"install":             {"-m", "--mode", "-o", "--owner", "-g", "--group", "-t", "-S"},
	"touch":               {"-d", "--date", "-r", "--reference", "-t"},
	"tar":                 {"-C", "--directory", "-f", "--file", "--exclude", "-T", "--transform", "--strip-components", "--owner", "--group", "-X"},
	"unzip":               {"-d", "-x", "-P"},
	"curl":                {"-o", "--output", "-H", "--header", "-X", "--request", "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "-u", "--user", "-F", "--form", "-T", "--upload-file", "-b", "--cookie", "-c", "--cookie-jar", "-A", "--user-agent", "-m", "--max-time", "--connect-timeout", "--retry", "--retry-delay", "-w", "--write-out", "-e", "-x", "--proxy", "--cacert", "--cert", "--key", "-E", "--unix-socket", "--resolve", "--output-dir"},
	"wget":                {"-O", "--output-document", "-P", "--directory-prefix", "-o", "-a", "-T", "-t", "--header", "--user", "--password", "--post-data", "--post-file", "--method", "--body-data", "-U", "--tries", "--timeout"},
	"pip":                 {"-r", "--requirement", "-c", "--constraint", "-t", "--target", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--prefix", "--proxy", "--timeout", "--trusted-host", "-e", "--editable", "--cache-dir", "--root", "--python"},
	"npm":                 {"--prefix", "--registry", "--cache", "-C"},
	"yarn":                {"--cwd"},
	"apt-get":             {"-o", "-t", "--target-release", "-c", "--option"},
	"apt":                 {"-o", "-t", "--target-release", "-c"},
	"yum":                 {"-c", "--enablerepo", "--disablerepo", "-x", "--installroot"},
	"dnf":                 {"-c", "--enablerepo", "--disablerepo", "-x", "--installroot"},
	"psql":                {"-U", "--username", "-h", "--host", "-p", "--port", "-d", "--dbname", "-c", "--command", "-f", "--file", "-v", "-o", "--set", "-F"},
	"mysql":               {"-u", "--user", "-h", "--host", "-P", "--port", "-e", "--execute", "-D", "--database", "-S"},
	"createdb":            {"-U", "-h", "-p", "-O", "--owner", "-E", "--encoding", "-T", "--template", "-l", "-D"},
	"createuser":          {"-U", "-h", "-p", "-c"},
	"sed":                 {"-e", "--expression", "-f", "--file", "-l"},
	"grep":                {"-e", "-f", "-A", "-B", "-C", "-m", "--include", "--exclude"},
	"ln":                  {"-t", "-S"},
	"cp":                  {"-t", "--target-directory", "-S"},
	"mv":                  {"-t", "--target-directory", "-S"},
	"openssl":             {"-out", "-in", "-keyout", "-key", "-CA", "-CAkey", "-subj", "-days", "-config", "-extfile", "-pass", "-passin", "-passout", "-name", "-newkey", "-extensions", "-signkey", "-rand", "-set_serial", "-sha256-file", "-inkey", "-certfile", "-CAfile"},
	"ssh-keygen":          {"-f", "-t", "-b", "-N", "-C", "-R", "-F", "-P", "-m", "-O"},
	"certbot":             {"-d", "--domain", "--domains", "-m", "--email", "-w", "--webroot-path", "--cert-name", "--config-dir", "--deploy-hook", "--pre-hook", "--post-hook"},
	"keytool":             {"-keystore", "-alias", "-storepass", "-keypass", "-dname", "-file", "-keyalg", "-keysize", "-validity"},
	"supervisorctl":       {"-c", "-s", "-u", "-p"},
	"pg_ctl":              {"-D", "--pgdata", "-l", "--log", "-o", "--options", "-t", "--timeout", "-m", "--mode", "-p"},
	"initdb":              {"-D", "--pgdata", "-E", "--encoding", "-U", "--username", "-A", "--auth"},
	"python":              {"-W", "-X"},
	"virtualenv":          {"-p", "--python", "--prompt"},
	"chage":               {"-d", "-E", "-I", "-m", "-M", "-W"},
	"sysctl":              {"-p", "-r"},
	"htpasswd":            {"-C"},
	"su":                  {"-s", "-g"},
	"find":                {"-name", "-iname", "-type", "-path", "-perm", "-user", "-group", "-mtime", "-newer", "-maxdepth", "-mindepth", "-size", "-printf", "-regex"},
	"ssh":                 {"-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-E"},
	"update-alternatives": {"--slave"},
}

// positionals are the arguments that are neither flags nor their values.
func positionals(program string, args []string) []string {
	takes, ok := valued[program]
	if !ok {
		takes = valued[versionless(program)]
	}
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			return append(out, args[i+1:]...)
		case contains(takes, a):
			i++
		case strings.HasPrefix(a, "-") && a != "-":
		default:
			out = append(out, a)
		}
	}
	return out
}

// flagValue is the value of the first of the flags that is given.
func flagValue(args []string, flags ...string) (string, bool) {
	for i, a := range args {
		for _, f := range flags {
			if a == f && i+1 < len(args) {
				return args[i+1], true
			}
			if v, ok := strings.CutPrefix(a, f+"="); ok {
				return v, true
			}
			if len(f) == 2 && strings.HasPrefix(a, f) && len(a) > 2 && !strings.HasPrefix(a, "--") {
				return a[2:], true
			}
			if len(f) == 2 && len(a) > 2 && strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, f[1:]) && i+1 < len(args) {
				return args[i+1], true
			}
		}
	}
	return "", false
}

// lookUp classifies a call by the table.
func lookUp(c *Call) {
	e := match(c.Program, c.Args)
	if e == nil {
		c.Class = Unknown
		return
	}
	c.Class, c.Module, c.Why = e.class, e.module, e.why
	c.Writes = append(c.Writes, writesOf(e.writes, c)...)
}

// writesOf evaluates a writes= specification.
func writesOf(spec string, c *Call) []Write {
	pos := positionals(c.Program, c.Args)
	var out []Write
	for _, s := range strings.Split(spec, ",") {
		switch {
		case s == "args":
			for _, p := range pos {
				out = append(out, Write{Path: p, Line: c.Line})
			}
		case s == "rest":
			for _, p := range pos[min(1, len(pos)):] {
				out = append(out, Write{Path: p, Line: c.Line})
			}
		case s == "last" && len(pos) > 0:
			out = append(out, Write{Path: target(c, pos), Line: c.Line})
		case s == "first" && len(pos) > 0:
			out = append(out, Write{Path: pos[0], Line: c.Line})
		case s == "certbot":
			if name, ok := flagValue(c.Args, "--cert-name", "-d", "--domain", "--domains"); ok {
				name, _, _ = strings.Cut(name, ",")
				out = append(out, Write{Path: "/etc/letsencrypt/live/" + name, Container: true, Line: c.Line})
			}
		case s == "tree" && len(pos) > 0:
			out = append(out, Write{Path: pos[len(pos)-1], Container: true, Line: c.Line})
		case strings.HasPrefix(s, "-"):
			if v, ok := flagValue(c.Args, strings.Split(s, "|")...); ok {
				out = append(out, Write{Path: v, Line: c.Line})
			}
		}
	}
	return out
}

// target is what cp, mv, install, ln write: -t DIR or the last argument.
func target(c *Call, pos []string) string {
	if dir, ok := flagValue(c.Args, "-t", "--target-directory"); ok && c.Program != "ln" {
		return dir
	}
	if c.Program == "ln" && len(pos) == 1 {
		return baseName(pos[0])
	}
	return pos[len(pos)-1]
}
