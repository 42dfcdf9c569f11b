package shell

import (
	"path"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
)

// specials are the programs whose effect a table line cannot tell: those that run other programs, or whose arguments
// are a language of their own. A special that returns false leaves the call to the table.
var specials map[string]func(w *walker, c *Call, sc scope) bool

func init() { // a table of functions that call back into the walker, which reads the table
	specials = map[string]func(w *walker, c *Call, sc scope) bool{
		"find": findCall, "awk": awkCall, "gawk": awkCall, "mawk": awkCall, "nawk": awkCall, "sed": sedCall, "gsed": sedCall,
		"perl": perlCall, "ed": edCall, "ex": edCall, "tee": teeCall, "tar": tarCall, "bsdtar": tarCall,
		"curl": curlCall, "wget": wgetCall, "git": gitCall, "openssl": opensslCall, "dd": ddCall, "sudoedit": edCall,
		"python": pythonCall, "python2": pythonCall, "python3": pythonCall, "virtualenv": virtualenvCall, "pyvenv": virtualenvCall,
		"manage.py": manageCall, "django-admin": manageCall, "django-admin.py": manageCall, "php": phpCall, "artisan": artisanCall, "psql": sqlCall, "mysql": sqlCall,
		"mariadb": sqlCall, "sqlite3": sqlCall, "crontab": crontabCall, "sh": shellFile, "bash": shellFile, "dash": shellFile, "zsh": shellFile,
		"source": shellFile, ".": shellFile, "ssh": sshCall, "docker": containerCall, "podman": containerCall, "kubectl": containerCall,
		"xargs": xargsCall, "poetry": runnerCall, "pipenv": runnerCall, "bundle": runnerCall, "uv": runnerCall, "rbenv": runnerCall, "cat": catCall, "echo": catCall, "printf": catCall,
		"mv": moveCall, "gunzip": unpackCall, "bunzip2": unpackCall, "unxz": unpackCall, "rm": removeCall, "unlink": removeCall, "rmdir": removeCall,
		"make": makeCall, "cephadm": cephadmCall, "service": serviceCall, "unzip": unzipCall, "command": commandCall, "test": testCall, "[": testCall, "[[": testCall,
	}
}

func testCall(_ *walker, c *Call, _ scope) bool { c.Class = Read; return true }

func commandCall(_ *walker, c *Call, _ scope) bool { c.Class = Read; return true }

// findCall reads find's actions: -delete and -exec.
func findCall(w *walker, c *Call, sc scope) bool {
	c.Class, c.Plain = Read, false
	for i, a := range c.Args {
		switch a {
		case "-delete":
			c.Class, c.Module = max(c.Class, Converge), "file"
		case "-fprint", "-fprintf", "-fls":
			c.Class = max(c.Class, Overwrite)
		case "-exec", "-execdir", "-ok":
			end := i + 1
			for end < len(c.Args) && c.Args[end] != ";" && c.Args[end] != "+" && c.Args[end] != "\\;" {
				end++
			}
			if end > i+1 {
				from := len(w.out.Calls)
				w.invoke(slices.Clone(c.Args[i+1:end]), sc, c.Line)
				c.Class = max(c.Class, worstOf(w.out.Calls[from:]))
				w.out.Calls = w.out.Calls[:from]
			}
		}
	}
	return true
}

func worstOf(calls []*Call) Class {
	worst := Read
	for _, c := range calls {
		worst = max(worst, c.Effective())
	}
	return worst
}

// awkCall: awk only reads, unless its program prints to files, runs commands, or it edits in place.
func awkCall(_ *walker, c *Call, _ scope) bool {
	c.Class = Read
	program := ""
	if pos := positionals(c.Program, c.Args); len(pos) > 0 {
		program = pos[0]
	}
	if strings.Contains(program, "system(") || awkRedirect.MatchString(program) || slices.Contains(c.Args, "inplace") {
		c.Class = Unknown
	}
	return true
}

var awkRedirect = pattern.New(`print[^;}]*[^"=<>!]>+\s*["$a-zA-Z(]`)

func teeCall(_ *walker, c *Call, _ scope) bool {
	appending := hasFlag(c.Program, c.Args, "-a", "--append")
	c.Class = Read
	for _, p := range positionals(c.Program, c.Args) {
		if harmless(p) {
			continue
		}
		c.Class = max(c.Class, Overwrite)
		if appending {
			c.Class = Accumulate
		}
		c.Writes = append(c.Writes, Write{Path: p, Append: appending, Redirect: true, Line: c.Line})
	}
	return true
}

// tarCall: t lists, x unpacks into -C, c writes -f.
func tarCall(_ *walker, c *Call, _ scope) bool {
	mode := ""
	for i, a := range c.Args {
		if strings.HasPrefix(a, "--") {
			switch a {
			case "--extract", "--get":
				mode += "x"
			case "--list":
				mode += "t"
			case "--create":
				mode += "c"
			}
			continue
		}
		if i == 0 || strings.HasPrefix(a, "-") {
			mode += strings.TrimPrefix(a, "-")
		}
	}
	switch {
	case strings.Contains(mode, "x"):
		c.Class, c.Module = Overwrite, "unarchive"
		if dir, ok := flagValue(c.Args, "-C", "--directory"); ok {
			c.Writes = append(c.Writes, Write{Path: dir, Container: true, Line: c.Line})
		}
	case strings.Contains(mode, "t") && !strings.Contains(mode, "c"):
		c.Class = Read
	default:
		c.Class, c.Module = Overwrite, "archive"
		for i, a := range c.Args {
			// the old form without a dash takes the name behind all letters, whatever their order
			names := i == 0 && !strings.HasPrefix(a, "-") && strings.Contains(a, "f") || strings.HasPrefix(a, "-") && strings.HasSuffix(a, "f")
			if !names || i+1 >= len(c.Args) {
				continue
			}
			if c.Args[i+1] == "-" {
				c.Class = Read
				continue
			}
			c.Writes = append(c.Writes, Write{Path: c.Args[i+1], Line: c.Line})
		}
	}
	return true
}

func unzipCall(_ *walker, c *Call, _ scope) bool {
	if hasFlag(c.Program, c.Args, "-l", "-t", "-Z", "-p") {
		c.Class = Read
		return true
	}
	c.Class, c.Module = Overwrite, "unarchive"
	if dir, ok := flagValue(c.Args, "-d"); ok {
		c.Writes = append(c.Writes, Write{Path: dir, Container: true, Line: c.Line})
	}
	if !hasFlag(c.Program, c.Args, "-o", "-n", "-u", "-f") {
		c.Class, c.Why = CreateOnce, "unzip asks before it overwrites, and nobody answers"
	}
	return true
}

// curlCall: a transfer to a file overwrites it, a body or a writing method acts on the server.
func curlCall(_ *walker, c *Call, _ scope) bool {
	c.Class, c.Module = Read, "uri"
	method, _ := flagValue(c.Args, "-X", "--request")
	switch method = strings.ToUpper(method); {
	case method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE":
		c.Class, c.Why = Remote, "sends a "+method+" request each run"
	case method == "" && hasFlag("openssl", c.Args, "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "-F", "--form", "-T", "--upload-file", "--json") && !hasFlag("openssl", c.Args, "-G", "--get"):
		c.Class, c.Why = Remote, "sends data to a server each run"
	}
	if out, ok := flagValue(c.Args, "-o", "--output"); ok && !harmless(out) && out != "-" {
		c.Class, c.Module = max(c.Class, Overwrite), "get_url"
		if dir, ok := flagValue(c.Args, "--output-dir"); ok {
			out = joinDir(dir, out)
		}
		c.Writes = append(c.Writes, Write{Path: out, Line: c.Line})
	} else if hasFlag(c.Program, c.Args, "-O", "--remote-name") && !hasValueBefore(c.Args, 'O') {
		c.Class, c.Module = max(c.Class, Overwrite), "get_url"
		if pos := positionals(c.Program, c.Args); len(pos) > 0 {
			c.Writes = append(c.Writes, Write{Path: urlBase(pos[len(pos)-1]), Line: c.Line})
		}
	}
	return true
}

// hasValueBefore guards against reading the O of a flag's value as a flag.
func hasValueBefore(args []string, letter byte) bool {
	for _, a := range args {
		if a == "-"+string(letter) || a == "--remote-name" || a == "--remote-name-all" {
			return false
		}
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") {
			i := strings.IndexByte(a, letter)
			if i > 0 && !strings.ContainsAny(a[:i], "oHXduFTbcAmwexE") {
				return false
			}
		}
	}
	return true
}

func urlBase(url string) string {
	url, _, _ = strings.Cut(url, "?")
	return path.Base(url)
}

func wgetCall(_ *walker, c *Call, _ scope) bool {
	c.Class, c.Module = Overwrite, "get_url"
	pos := positionals(c.Program, c.Args)
	out, named := flagValue(c.Args, "-O", "--output-document")
	dir, _ := flagValue(c.Args, "-P", "--directory-prefix")
	switch {
	case hasFlag(c.Program, c.Args, "--spider"):
		c.Class, c.Module = Read, "uri"
	case hasFlag(c.Program, c.Args, "--post-data", "--post-file") || hasFlag(c.Program, c.Args, "--method"):
		c.Class, c.Module = Remote, "uri"
	case named && (out == "-" || harmless(out)):
		c.Class = Read
	case named:
		c.Writes = append(c.Writes, Write{Path: out, Line: c.Line})
	case len(pos) > 0:
		c.Writes = append(c.Writes, Write{Path: joinDir(dir, urlBase(pos[0])), Line: c.Line})
		if !hasFlag(c.Program, c.Args, "-N", "-nc", "--no-clobber", "--timestamping", "-c", "--continue") {
			c.Class, c.Why = Accumulate, "wget saves one more copy under the name NAME.1, NAME.2, ..."
		}
	}
	return true
}

// gitCall corrects what a line of the table cannot: clone's directory, pinned checkouts.
func gitCall(_ *walker, c *Call, _ scope) bool {
	pos := positionals(c.Program, c.Args)
	if len(pos) == 0 || pos[0] != "clone" {
		return false
	}
	lookUp(c)
	dir := ""
	if len(pos) > 2 {
		dir = pos[2]
	} else if len(pos) == 2 {
		dir = strings.TrimSuffix(path.Base(pos[1]), ".git")
	}
	if dir != "" {
		c.Writes = []Write{{Path: dir, Container: true, Line: c.Line}}
	}
	return true
}

func ddCall(_ *walker, c *Call, _ scope) bool {
	c.Class = Read
	for _, a := range c.Args {
		if out, ok := strings.CutPrefix(a, "of="); ok && !harmless(out) {
			c.Class = Overwrite
			c.Writes = append(c.Writes, Write{Path: out, Line: c.Line})
		}
	}
	return true
}

// opensslCall: what makes keys and certificates regenerates, what converts overwrites, the rest reads.
func opensslCall(_ *walker, c *Call, _ scope) bool {
	if len(c.Args) == 0 {
		return false
	}
	c.Class = Read
	sub := c.Args[0]
	for _, flag := range []string{"-out", "-keyout"} {
		if v, ok := flagValue(c.Args, flag); ok && !harmless(v) {
			c.Writes = append(c.Writes, Write{Path: v, Line: c.Line})
		}
	}
	makes := false
	switch sub {
	case "genrsa", "gendsa", "genpkey", "dhparam", "rand", "ca":
		makes = sub != "dhparam" || !hasFlag("openssl", c.Args, "-in")
	case "req":
		makes = hasFlag("openssl", c.Args, "-new", "-x509", "-newkey", "-nodes") && !hasFlag("openssl", c.Args, "-noout")
	case "ecparam":
		makes = hasFlag("openssl", c.Args, "-genkey")
	case "x509":
		makes = hasFlag("openssl", c.Args, "-req", "-CA", "-signkey")
	case "pkcs12":
		makes = hasFlag("openssl", c.Args, "-export")
	case "passwd":
		if !hasFlag("openssl", c.Args, "-salt") {
			c.Class, c.Why = Regenerate, "a new salt, and so a new hash, each run"
		}
	}
	switch {
	case makes:
		c.Class, c.Module, c.Why = Regenerate, opensslModules[sub], "new content each run"
	case len(c.Writes) > 0:
		c.Class = Overwrite
	}
	return true
}

var opensslModules = map[string]string{"genrsa": "openssl_privatekey", "genpkey": "openssl_privatekey", "dhparam": "openssl_dhparam",
	"req": "openssl_csr", "x509": "x509_certificate", "ecparam": "openssl_privatekey", "pkcs12": "openssl_pkcs12", "ca": "x509_certificate"}

// crontabCall: `crontab -` takes a table from a pipe; with `crontab -l` in it the table grows.
func crontabCall(w *walker, c *Call, sc scope) bool {
	if hasFlag(c.Program, c.Args, "-l", "-r") {
		return false
	}
	c.Class, c.Module = Overwrite, "cron"
	if sc.piped {
		lists, filters := false, false
		for _, before := range w.out.Calls {
			if before.Program == "crontab" && hasFlag("crontab", before.Args, "-l") {
				lists = true
			}
			if before.Program == "grep" && hasFlag("grep", before.Args, "-v") || before.Program == "sort" || before.Program == "uniq" || before.Program == "sed" {
				filters = true
			}
		}
		if lists && !filters {
			c.Class, c.Why = Accumulate, "the crontab gets the same line once more"
		}
	}
	return true
}

// sshCall: the command runs on another machine.
func sshCall(w *walker, c *Call, sc scope) bool {
	if len(c.Args) > 0 && slices.Contains([]string{"-Q", "-V", "-G"}, c.Args[0]) {
		c.Class = Read // what it can do, or would
		return true
	}
	pos := positionals(c.Program, c.Args)
	if len(pos) < 2 {
		c.Class = Unknown
		return true
	}
	// what follows the host is the command, with flags of its own
	c.Class = innerClass(w, strings.Join(c.Args[slices.Index(c.Args, pos[0])+1:], " "), sc)
	if c.Class > Read {
		c.Class = max(c.Class, Remote)
	}
	return true
}

// innerClass is the class of a script that another program runs, without keeping its calls.
func innerClass(w *walker, script string, sc scope) Class {
	inner := &walker{out: &Analysis{Text: script, Lang: Bash}, depth: w.depth}
	inner.masked = mask(script)
	inner.script(inner.masked.text, scope{guards: sc.guards})
	inner.finish()
	return inner.out.Class
}

var execSub = map[string]bool{"exec": true}

// containerCall: docker exec and kubectl exec run a program inside; its class counts.
func containerCall(w *walker, c *Call, sc scope) bool {
	pos := positionals(c.Program, c.Args)
	if c.Program == "docker" || c.Program == "podman" {
		if len(pos) > 1 && (pos[0] == "compose" || pos[0] == "container") && execSub[pos[1]] {
			pos = pos[1:]
		}
	}
	if len(pos) < 3 || !execSub[pos[0]] {
		if len(pos) > 0 && pos[0] == "exec" {
			// kubectl exec POD -- CMD: positionals end at --, which keeps what follows
			c.Class = Unknown
			return true
		}
		return false
	}
	at := slices.Index(c.Args, pos[2])
	if at < 0 {
		at = len(c.Args) - len(pos) + 2
	}
	words := c.Args[at:]
	from := len(w.out.Calls)
	w.invoke(slices.Clone(words), inner(sc), c.Line)
	c.Class = worstOf(w.out.Calls[from:])
	w.out.Calls = w.out.Calls[:from]
	return true
}

// cephadmCall: `cephadm shell -- CMD` runs a program in a container.
func cephadmCall(w *walker, c *Call, sc scope) bool {
	at := slices.Index(c.Args, "--")
	if at < 0 || at+1 >= len(c.Args) || !slices.Contains(c.Args[:at], "shell") {
		return false
	}
	from := len(w.out.Calls)
	w.invoke(slices.Clone(c.Args[at+1:]), inner(sc), c.Line)
	c.Class = worstOf(w.out.Calls[from:])
	w.out.Calls = w.out.Calls[:from]
	return true
}

func xargsCall(_ *walker, c *Call, _ scope) bool { c.Class = Read; return true }

// runnerCall: poetry run X, pipenv run X, bundle exec X.
func runnerCall(w *walker, c *Call, sc scope) bool {
	if len(c.Args) > 1 && (c.Args[0] == "run" || c.Args[0] == "exec") {
		from := len(w.out.Calls)
		w.invoke(slices.Clone(c.Args[1:]), sc, c.Line)
		c.Class = worstOf(w.out.Calls[from:])
		w.out.Calls = w.out.Calls[:from]
		return true
	}
	if c.Program == "uv" && len(c.Args) > 1 && c.Args[0] == "pip" {
		e := match("pip", c.Args[1:])
		c.Class = Unknown
		if e != nil {
			c.Class, c.Module = e.class, e.module
		}
		return true
	}
	return false
}

// catCall: a heredoc written by cat has a known text.
func catCall(_ *walker, c *Call, sc scope) bool {
	c.Class = Read
	if c.Program == "cat" {
		c.Reads = positionals(c.Program, c.Args)
	}
	return true
}

func makeCall(_ *walker, c *Call, _ scope) bool {
	c.Class, c.Module = Unknown, "make"
	pos := positionals(c.Program, c.Args)
	if hasFlag(c.Program, c.Args, "-n", "--dry-run", "-q", "--question", "--version") {
		c.Class = Read
	}
	_ = pos
	return true
}

// serviceCall: service NAME start is a no-op for most init scripts but not provably so.
func serviceCall(_ *walker, c *Call, _ scope) bool {
	pos := positionals(c.Program, c.Args)
	if len(pos) == 2 && pos[1] == "start" {
		c.Class, c.Module = Converge, "service"
		return true
	}
	return false
}

// shellFile: sh FILE runs unknown code; sh <<EOF is read.
func shellFile(w *walker, c *Call, sc scope) bool {
	c.Class = Unknown
	if len(positionals(c.Program, c.Args)) == 0 {
		if sc.stdin != "" {
			c.Class = innerClass(w, sc.stdin, sc)
		}
		if hasFlag(c.Program, c.Args, "--version") {
			c.Class = Read
		}
		return true
	}
	if c.Program == "source" || c.Program == "." {
		c.Class = Read // it sets variables for the commands that follow, which are judged themselves
	}
	return true
}
