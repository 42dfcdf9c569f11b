package module

import (
	"strings"
)

// Path reads an argument of type path: "~", "~user" and "$VAR" are expanded by the target's accounts and environment.
func (c *Call) Path(name string) string { return c.ExpandPath(c.Args.Str(name)) }

// Paths reads a list of paths.
func (c *Call) Paths(name string) []string {
	var out []string
	for _, p := range c.Args.Strs(name) {
		out = append(out, c.ExpandPath(p))
	}
	return out
}

// ExpandPath does what Python's expanduser(expandvars(p)) does: what is unknown stays as it is written.
func (c *Call) ExpandPath(p string) string { return c.expandUser(c.ExpandVars(p)) }

func (c *Call) expandUser(p string) string {
	if !strings.HasPrefix(p, "~") {
		return p
	}
	name, rest, slash := strings.Cut(p[1:], "/")
	home := ""
	switch {
	case name != "":
		a, ok := c.LookupUser(name)
		if !ok {
			return p
		}
		home = a.Home
	case c.Sys.Getenv("HOME") != "":
		home = c.Sys.Getenv("HOME")
	default:
		a, ok := c.LookupUID(c.Sys.Self().UID)
		if !ok {
			return p
		}
		home = a.Home
	}
	home = strings.TrimRight(home, "/")
	if slash {
		return home + "/" + rest
	}
	if home == "" {
		return "/"
	}
	return home
}

// ExpandVars replaces $NAME and ${NAME} by the environment; an unset variable stays as it is written.
func (c *Call) ExpandVars(p string) string {
	var out strings.Builder
	for {
		i := strings.IndexByte(p, '$')
		if i < 0 {
			out.WriteString(p)
			return out.String()
		}
		out.WriteString(p[:i])
		name, width := varName(p[i:])
		if value := c.Sys.Getenv(name); name != "" && value != "" {
			out.WriteString(value)
		} else {
			out.WriteString(p[i : i+width])
		}
		p = p[i+width:]
	}
}

// varName reads the variable at the head of s, which begins with "$", and its width in s.
func varName(s string) (string, int) {
	if strings.HasPrefix(s, "${") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[2:end], end + 1
		}
		return "", 1
	}
	i := 1
	for i < len(s) && (s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z') {
		i++
	}
	return s[1:i], i
}
