package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// freshness: what exists can still be out of date: certificates expire.
func (t *Task) freshness(g Guard) {
	if !g.Absent || t.Shell == nil {
		return
	}
	for _, c := range t.Shell.Calls {
		switch c.Program {
		case "certbot", "letsencrypt", "certbot-auto", "letsencrypt-auto":
			if !hasWord(c.Args, "--keep-until-expiring", "--keep", "renew") && !t.Play.renews() && c.Class > shell.Read {
				t.set("freshness", Fields{"what": "certificate", "path": g.Path, "program": c.Program})
				t.flag("freshness")
			}
		case "openssl":
			if len(c.Args) > 0 && (c.Args[0] == "x509" || c.Args[0] == "req" && hasWord(c.Args, "-x509")) {
				t.set("freshness", Fields{"what": "certificate", "path": g.Path, "program": c.Program})
				t.flag("freshness")
			}
		}
	}
}

func hasWord(args []string, words ...string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(words, a) })
}

// renews tells of a task that keeps certificates fresh: a cron or timer for certbot renew.
func (p *Play) renews() bool {
	return slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		text := t.str("job") + " " + t.str("name") + " " + t.freeForm()
		return strings.Contains(text, "renew") && t.Module != "command" && t.Module != "shell" || strings.Contains(text, "certbot renew") || strings.Contains(text, "certbot.timer")
	})
}

// staleDownload: the address has a version that a variable gives, and what is looked for has not: with a new version the old file stays.
func (t *Task) staleDownload() {
	address, kept, path := t.download()
	if address == nil || path == "" || slices.ContainsFunc(t.Guards, func(g Guard) bool { return g.Kind != "creates" && g.Kind != "stat" }) {
		return
	}
	named := t.versions(kept, 0)
	for _, v := range t.versions(address, 0) {
		value, constant := t.scope.constant("{{ " + v + " }}")
		if slices.Contains(named, v) || constant && strings.Contains(path, value) {
			return
		}
	}
	for _, v := range t.versions(address, 0) {
		if slices.ContainsFunc(t.Play.removing(), func(o *Task) bool { return o.mayRemove(path) }) {
			return
		}
		t.set("freshness", Fields{"what": "version", "path": path, "program": v})
		t.flag("freshness")
		return
	}
}

// keepsFile tells of get_url without force and checksum: it leaves a file alone that is there.
func (t *Task) keepsFile() bool {
	return t.Module == "get_url" && !t.is("force") && t.arg("checksum") == nil
}

// download is what a task fetches: the address, what its guard looks at as it is written, and that path. get_url guards itself: it
// leaves a file alone that is there.
func (t *Task) download() (address, kept *source.Node, path string) {
	switch {
	case t.keepsFile():
		if dest := t.str("dest"); namesFile(dest, t.str("url")) && !strings.HasSuffix(dest, "/") {
			return t.arg("url"), t.arg("dest"), dest
		}
		return nil, nil, ""
	case t.Module == "unarchive" && strings.Contains(t.str("src"), "://"):
		address = t.arg("src")
	case t.Shell != nil && slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool { return c.Program == "curl" || c.Program == "wget" }):
		address = &source.Node{Kind: source.String, Text: t.Shell.Text}
	default:
		return nil, nil, ""
	}
	for _, g := range t.Guards {
		switch {
		case !g.Absent || g.Path == "" || t.Shell != nil && !t.makes(g.Path): // what a script makes of it is not known
		case g.Kind == "creates":
			return address, t.arg("creates"), g.Path
		case g.Kind == "stat" && g.Source != nil:
			return address, g.Source.arg("path"), g.Path
		}
	}
	return nil, nil, ""
}

var versionName = pattern.New(`(?i)(^|_)(version|ver|release|tag|revision)(_|$)`)

// versions are the variables in a text that are named as versions are, those behind other variables, too.
func (t *Task) versions(n *source.Node, depth int) []string {
	if n == nil || depth > 5 {
		return nil
	}
	var out []string
	for _, name := range templateNames(n.Text) {
		full := strings.Join(append([]string{name.root}, name.path...), ".")
		if versionName.MatchString(name.root) || len(name.path) > 0 && versionName.MatchString(name.path[len(name.path)-1]) {
			if !strings.HasPrefix(name.root, "ansible_") {
				out = append(out, full)
			}
			continue
		}
		if v, _ := t.scope.lookup(name.root); v != nil && v.IsScalar() && len(name.path) == 0 {
			out = append(out, t.versions(v, depth+1)...)
		}
	}
	return out
}
