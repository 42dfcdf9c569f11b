package packaging

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// aptCache answers what could be installed. It asks apt-cache only when asked, and once per package.
type aptCache struct {
	sys     module.System
	release string // default_release, pinned at 990 as apt-get -t does
	known   map[string]*candidate
}

// candidate is what apt-cache policy tells of one package.
type candidate struct {
	name      string
	best      string   // "" when there is none
	versions  []string // highest first
	providers []string // packages that provide a purely virtual one
}

func newAptCache(sys module.System, release string) *aptCache {
	return &aptCache{sys: sys, release: release, known: map[string]*candidate{}}
}

func (a *aptCache) args(args ...string) []string {
	argv := []string{"apt-cache"}
	if a.release != "" {
		argv = append(argv, "-o", "APT::Default-Release="+a.release)
	}
	return append(argv, args...)
}

// load asks for several packages at once.
func (a *aptCache) load(ctx context.Context, names []string) error {
	var ask []string
	for _, n := range names {
		if _, ok := a.known[n]; !ok {
			a.known[n] = nil
			ask = append(ask, n)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	out, err := program.Read(ctx, a.sys, a.args(append([]string{"policy", "--"}, ask...)...)...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return out.Failed("apt-cache policy failed: %s", out.Said())
	}
	found := parsePolicy(out.Out)
	for _, n := range ask {
		c := found[n]
		if c == nil {
			c = found[nativeName(n, found)]
		}
		a.known[n] = c
	}
	return nil
}

// nativeName finds the stanza of name:arch, which apt-cache prints without the native architecture.
func nativeName(name string, found map[string]*candidate) string {
	bare, _, _ := strings.Cut(name, ":")
	if _, ok := found[bare]; ok {
		return bare
	}
	return name
}

// get is nil for a package that apt has never heard of.
func (a *aptCache) get(ctx context.Context, name string) (*candidate, error) {
	if err := a.load(ctx, []string{name}); err != nil {
		return nil, err
	}
	c := a.known[name]
	if c != nil && len(c.versions) == 0 && c.providers == nil {
		out, err := program.Read(ctx, a.sys, a.args("showpkg", "--", name)...)
		if err != nil {
			return nil, err
		}
		c.providers = parseProviders(out.Out)
	}
	return c, nil
}

// names lists every package that has a version, for wildcards.
func (a *aptCache) names(ctx context.Context) ([]string, error) {
	out, err := program.Must(program.Read(ctx, a.sys, a.args("pkgnames")...))
	if err != nil {
		return nil, err
	}
	return program.Lines(out.Out), nil
}

// parsePolicy reads apt-cache policy's stanzas.
func parsePolicy(text string) map[string]*candidate {
	out := map[string]*candidate{}
	var cur *candidate
	table := false
	for _, line := range strings.Split(text, "\n") {
		switch {
		case line == "":
		case line[0] != ' ' && strings.HasSuffix(line, ":"):
			cur = &candidate{name: strings.TrimSuffix(line, ":")}
			out[cur.name] = cur
			table = false
		case cur == nil:
		case strings.HasPrefix(line, "  Candidate: "):
			if v := strings.TrimPrefix(line, "  Candidate: "); v != "(none)" {
				cur.best = v
			}
		case strings.HasPrefix(line, "  Version table:"):
			table = true
		case table && len(line) > 5 && line[5] != ' ':
			cur.versions = append(cur.versions, strings.Fields(line[5:])[0])
		}
	}
	return out
}

// parseProviders reads the reverse provides of apt-cache showpkg; each provider once.
func parseProviders(text string) []string {
	out := []string{}
	_, list, _ := strings.Cut(text, "Reverse Provides:")
	for _, line := range program.Lines(list) {
		name := strings.Fields(line)[0]
		if len(out) == 0 || out[len(out)-1] != name {
			out = append(out, name)
		}
	}
	return out
}

// match is Python's fnmatch for names and versions, which have no slashes.
func match(pattern, s string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), strings.ReplaceAll(s, "/", "\x00"))
	return err == nil && ok
}

// choose is the version that a specification would install: "" when there is none.
func (c *candidate) choose(op, version string) string {
	if c == nil {
		return ""
	}
	if op != "=" {
		return c.best
	}
	for _, v := range c.versions {
		if match(version, v) {
			return v
		}
	}
	return ""
}
