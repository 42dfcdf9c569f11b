package accounts

import (
	"slices"
	"strings"
)

// authKeys is an authorized_keys file (sshd(8)): its lines, in order.
type authKeys struct{ lines []authLine }

// authLine is one line: a key, or text that is kept as it is (comments, blank and invalid lines).
type authLine struct {
	raw     string // of text lines, with its line break
	key     string // the base64 part, "" for text
	typ     string
	options []option
	comment string
}

// option is name or name=value; the value keeps its quotes.
type option struct {
	name, value string
	hasValue    bool
}

// keyTypes are what the second field of a key may say.
var keyTypes = []string{
	"ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
	"ssh-ed25519-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com", "ssh-dss-cert-v01@openssh.com",
	"ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com",
	"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
	"ssh-xmss@openssh.com", "ssh-xmss-cert-v01@openssh.com", "rsa-sha2-256", "rsa-sha2-512",
	"rsa-sha2-256-cert-v01@openssh.com", "rsa-sha2-512-cert-v01@openssh.com",
}

// parseKeyLine reads one line; ok is false where it holds no key.
func parseKeyLine(line string) (authLine, bool) {
	f := strings.Fields(strings.ReplaceAll(line, `\#`, "#"))
	at := -1
	for i, w := range f {
		if slices.Contains(keyTypes, w) {
			at = i
			break
		}
	}
	if at < 0 || at+1 >= len(f) || f[0][0] == '#' {
		return authLine{raw: line}, false
	}
	return authLine{typ: f[at], key: f[at+1], options: parseOptions(strings.Join(f[:at], " ")), comment: strings.Join(f[at+2:], " ")}, true
}

// parseOptions splits at commas outside quotes.
func parseOptions(text string) []option {
	var out []option
	var quote byte
	start := 0
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			n, v, has := strings.Cut(s, "=")
			out = append(out, option{n, v, has})
		}
	}
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case quote != 0:
			if ch == quote && text[i-1] != '\\' {
				quote = 0
			}
		case ch == '"' || ch == '\'':
			quote = ch
		case ch == ',':
			add(text[start:i])
			start = i + 1
		}
	}
	add(text[start:])
	return out
}

func (l authLine) String() string {
	if l.key == "" {
		return l.raw
	}
	var b strings.Builder
	for i, o := range l.options {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(o.name)
		if o.hasValue {
			b.WriteString("=" + o.value)
		}
	}
	if len(l.options) > 0 {
		b.WriteByte(' ')
	}
	return b.String() + l.typ + " " + l.key + " " + l.comment + "\n"
}

// same tells whether two lines grant the same in the same words.
func (l authLine) same(m authLine) bool {
	return l.key == m.key && l.typ == m.typ && l.comment == m.comment && slices.Equal(l.options, m.options)
}

// parseAuthKeys reads a file. A key that stands twice counts once, with its last line, at the place of the last.
func parseAuthKeys(text string) *authKeys {
	k := &authKeys{}
	for _, line := range strings.SplitAfter(text, "\n") {
		if line == "" {
			continue
		}
		l, ok := parseKeyLine(line)
		if ok {
			k.remove(l.key)
		}
		k.lines = append(k.lines, l)
	}
	return k
}

func (k *authKeys) find(key string) (authLine, bool) {
	for _, l := range k.lines {
		if l.key == key && key != "" {
			return l, true
		}
	}
	return authLine{}, false
}

func (k *authKeys) remove(key string) {
	k.lines = slices.DeleteFunc(k.lines, func(l authLine) bool { return l.key == key && key != "" })
}

// String is the file's text.
func (k *authKeys) String() string {
	var b strings.Builder
	for _, l := range k.lines {
		b.WriteString(l.String())
	}
	return b.String()
}
