package inventory

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/pyre"
)

var (
	subscript    = pattern.New(`^(.+)\[(?:(-?[0-9]+)|([0-9]+)[:-]([0-9]*))\]$`)
	colonPattern = pattern.New(`(?:[^\s:\[\]]|\[[^\]]*\])+`)
)

// ErrNoMatch says that a pattern matches no host and no group; whether that is an error is the caller's to say.
var ErrNoMatch = errors.New("no host or group matches")

// splitPattern cuts a host pattern into single ones, at commas, or else at colons that are no part of an address.
func splitPattern(pattern string) []string {
	var parts []string
	switch {
	case strings.Contains(pattern, ","):
		parts = strings.Split(pattern, ",")
	case isHostWithPort(pattern):
		parts = []string{pattern}
	default:
		parts = colonPattern.FindAllString(pattern, -1)
	}
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func isHostWithPort(pattern string) bool {
	host, port := splitPort(pattern)
	return port > 0 || isAddress(host)
}

// Match gives the hosts of a pattern such as "web*:&prod:!db[0]" or "~web\d+", in order, each once. A pattern of which
// nothing matches gives no hosts; the caller's Warn hears of it.
func (inv *Inventory) Match(pattern string) ([]*Host, error) { return inv.match(splitPattern(pattern)) }

// MatchAll is Match for a list of patterns, as hosts: may be.
func (inv *Inventory) MatchAll(patterns []string) ([]*Host, error) {
	var all []string
	for _, p := range patterns {
		all = append(all, splitPattern(p)...)
	}
	return inv.match(all)
}

// Limit keeps those of some hosts that a --limit pattern matches; "@file" in it stands for the lines of a file.
func (inv *Inventory) Limit(hosts []*Host, limit string) ([]*Host, error) {
	var patterns []string
	for _, p := range splitPattern(limit) {
		path, ok := strings.CutPrefix(p, "@")
		if !ok {
			patterns = append(patterns, p)
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return nil, fmt.Errorf("--limit starting with \"@\" must be a file, not a directory: %s", path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the hosts of --limit: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" {
				patterns = append(patterns, line)
			}
		}
	}
	subset, err := inv.match(patterns)
	if err != nil {
		return nil, err
	}
	return keep(hosts, subset, true), nil
}

// keep filters hosts by whether they are in others.
func keep(hosts, others []*Host, in bool) []*Host {
	names := map[string]bool{}
	for _, h := range others {
		names[h.Name] = true
	}
	var out []*Host
	for _, h := range hosts {
		if names[h.Name] == in {
			out = append(out, h)
		}
	}
	return out
}

// match applies plain patterns first, then "&", then "!".
func (inv *Inventory) match(patterns []string) ([]*Host, error) {
	var plain, and, not []string
	for _, p := range patterns {
		switch p[0] {
		case '&':
			and = append(and, p)
		case '!':
			not = append(not, p)
		default:
			plain = append(plain, p)
		}
	}
	if len(plain) == 0 {
		plain = []string{"all"}
	}
	var hosts []*Host
	for _, p := range slices.Concat(plain, and, not) {
		that, err := inv.matchOne(strings.TrimLeft(p, "&!"))
		if err != nil {
			return nil, err
		}
		switch p[0] {
		case '&':
			hosts = keep(hosts, that, true)
		case '!':
			hosts = keep(hosts, that, false)
		default:
			hosts = append(hosts, keep(that, hosts, false)...)
		}
	}
	return hosts, nil
}

// matchOne gives the hosts of one pattern, its subscript applied.
func (inv *Inventory) matchOne(pattern string) ([]*Host, error) {
	if h := inv.Hosts[pattern]; h != nil {
		return []*Host{h}, nil
	}
	if pattern == "" {
		return nil, nil
	}
	m := subscript.FindStringSubmatch(pattern)
	if m == nil || pattern[0] == '~' {
		return inv.enumerate(pattern)
	}
	hosts, err := inv.enumerate(m[1])
	if err != nil || len(hosts) == 0 {
		return hosts, err
	}
	if m[2] != "" {
		i, _ := strconv.Atoi(m[2])
		if i < 0 {
			i += len(hosts)
		}
		if i < 0 || i >= len(hosts) {
			return nil, fmt.Errorf("no host matches %q: %s has %d", pattern, m[1], len(hosts))
		}
		return hosts[i : i+1], nil
	}
	from, _ := strconv.Atoi(m[3])
	to := len(hosts) - 1
	if m[4] != "" {
		to, _ = strconv.Atoi(m[4])
	}
	to = min(to, len(hosts)-1)
	if from > to {
		return nil, nil
	}
	return hosts[from : to+1], nil
}

// enumerate gives the hosts of the groups that a pattern names and, for globs and regexps, the hosts that it names.
func (inv *Inventory) enumerate(pattern string) ([]*Host, error) {
	matches, err := matcher(pattern)
	if err != nil {
		return nil, err
	}
	var out []*Host
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, inv.Hosts[name])
		}
	}
	groups := 0
	for _, name := range inv.groupOrder {
		if matches(name) {
			groups++
			for _, h := range inv.HostsOf(name) {
				add(h)
			}
		}
	}
	if groups == 0 || pattern[0] == '~' || strings.ContainsAny(pattern, ".?*[") {
		for _, name := range inv.order {
			if matches(name) {
				add(name)
			}
		}
	}
	if len(out) == 0 && isLocalhost(pattern) {
		return []*Host{inv.lookup(pattern)}, nil
	}
	if len(out) == 0 && groups == 0 && pattern != "all" {
		return nil, inv.mismatch(pattern)
	}
	return out, nil
}

// mismatch is what comes of a pattern that no host and no group has.
func (inv *Inventory) mismatch(pattern string) error {
	switch inv.opts.Mismatch {
	case "ignore":
	case "error":
		return fmt.Errorf("Could not match supplied host pattern: %s", pattern)
	default:
		inv.warn("Could not match supplied host pattern, ignoring: %s", pattern)
	}
	return nil
}

// matcher makes a test of names from a glob, or from a Python regexp after "~", which matches from the start.
func matcher(pattern string) (func(string) bool, error) {
	if expr, ok := strings.CutPrefix(pattern, "~"); ok {
		re, err := pyre.Compile("(?:"+expr+")", 0)
		if err != nil {
			return nil, fmt.Errorf("the host pattern %q is no regular expression: %w", pattern, err)
		}
		return func(name string) bool {
			m, err := re.Match(name)
			return err == nil && m != nil
		}, nil
	}
	if !strings.ContainsAny(pattern, "*?[") {
		return func(name string) bool { return name == pattern }, nil
	}
	re, err := regexp.Compile(globToRegexp(pattern))
	if err != nil {
		return nil, fmt.Errorf("the host pattern %q cannot be read: %w", pattern, err)
	}
	return re.MatchString, nil
}

// globToRegexp is Python's fnmatch.translate.
func globToRegexp(glob string) string {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		case '[':
			end := strings.IndexByte(glob[min(i+2, len(glob)):], ']')
			if i+1 < len(glob) && glob[i+1] == '!' && end == 0 {
				end = strings.IndexByte(glob[min(i+3, len(glob)):], ']') + 1
			}
			if end < 0 {
				b.WriteString(`\[`)
				continue
			}
			set := glob[i+1 : i+2+end]
			i += 2 + end
			not := ""
			if strings.HasPrefix(set, "!") {
				not, set = "^", set[1:]
			}
			b.WriteString("[" + not + strings.NewReplacer(`\`, `\\`, "[", `\[`, "^", `\^`, "]", `\]`).Replace(set) + "]")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String() + `\z`
}
