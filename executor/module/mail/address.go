package mail

import (
	"mime"
	"strings"
)

// address is a mail address with the name of its owner. It need not have a domain: "root" is one.
type address struct{ name, addr string }

// parseAddress reads `Name <addr>`, `"Quoted, Name" <addr>`, `addr (Name)` and `addr`.
func parseAddress(s string) address {
	s = strings.TrimSpace(s)
	if begin := strings.LastIndexByte(s, '<'); begin >= 0 && strings.HasSuffix(s, ">") {
		return address{unquote(strings.TrimSpace(s[:begin])), strings.TrimSpace(s[begin+1 : len(s)-1])}
	}
	if begin := strings.IndexByte(s, '('); begin >= 0 && strings.HasSuffix(s, ")") {
		return address{strings.TrimSpace(s[begin+1 : len(s)-1]), strings.TrimSpace(s[:begin])}
	}
	return address{addr: s}
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
}

// String writes the address as headers have it.
func (a address) String() string {
	if a.name == "" {
		return a.addr
	}
	name := mime.BEncoding.Encode("utf-8", a.name)
	if name == a.name && strings.ContainsAny(name, `()<>@,:;".[]\`) {
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name + " <" + a.addr + ">"
}

func parseAddresses(list []string) []address {
	var out []address
	for _, s := range list {
		out = append(out, parseAddress(s))
	}
	return out
}

func joinAddresses(list []address) string {
	var out []string
	for _, a := range list {
		out = append(out, a.String())
	}
	return strings.Join(out, ", ")
}
