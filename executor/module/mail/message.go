package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime"
	"net/textproto"
	"path"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// message is a mail with its parts.
type message struct {
	header      [][2]string
	to, cc, bcc []address
	parts       []part
	charset     string
	boundary    string
}

type part struct {
	header  [][2]string
	content []byte
}

// charsets turn text into bytes.
var charsets = map[string]func(string) ([]byte, error){
	"utf-8":      func(s string) ([]byte, error) { return []byte(s), nil },
	"us-ascii":   narrow(0x7f),
	"iso-8859-1": narrow(0xff),
}

// narrow is a charset of the first runes, a byte each.
func narrow(last rune) func(string) ([]byte, error) {
	return func(s string) ([]byte, error) {
		var out []byte
		for _, r := range s {
			if r > last {
				return nil, fmt.Errorf("the charset has no %q", r)
			}
			out = append(out, byte(r))
		}
		return out, nil
	}
}

// compose makes the message of the call.
func compose(c *module.Call, sender address) (*message, error) {
	a := c.Args
	m := &message{charset: strings.ToLower(a.Str("charset")), boundary: "=_" + rand.Text()}
	m.to, m.cc, m.bcc = parseAddresses(a.Strs("to")), parseAddresses(a.Strs("cc")), parseAddresses(a.Strs("bcc"))
	encode := charsets[m.charset]
	if encode == nil {
		return nil, fmt.Errorf("charset %s is not supported here: utf-8, us-ascii and iso-8859-1 are", a.Str("charset"))
	}
	m.set("From", sender.String())
	m.set("Date", time.Now().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	m.set("Subject", m.word(a.Str("subject")))
	for _, header := range a.Strs("headers") {
		for _, field := range strings.Split(header, "|") {
			field = strings.TrimSpace(field)
			name, value, ok := strings.Cut(field, "=")
			if !ok || strings.Contains(value, "=") || !fieldName(name) {
				c.Warn("Skipping header '%s', unable to parse", field)
				continue
			}
			m.set(name, m.word(value))
		}
	}
	if !slices.ContainsFunc(m.header, func(h [2]string) bool { return strings.EqualFold(h[0], "X-Mailer") }) {
		m.set("X-Mailer", "Ansible mail module")
	}
	m.set("To", joinAddresses(m.to))
	m.set("Cc", joinAddresses(m.cc))
	body := a.Str("body")
	if body == "" {
		body = a.Str("subject")
	}
	text, err := encode(body + "\n\n")
	if err != nil {
		return nil, err
	}
	m.parts = []part{{[][2]string{{"Content-Type", "text/" + a.Str("subtype") + `; charset="` + m.charset + `"`}}, text}}
	return m, m.attach(c)
}

func (m *message) attach(c *module.Call) error {
	for _, file := range c.Paths("attach") {
		data, err := c.Sys.ReadFile(file)
		if err != nil {
			return fmt.Errorf("Failed to send community.general.mail: can't attach file %s: %s", file, module.Errno(err))
		}
		m.parts = append(m.parts, part{[][2]string{{"Content-Type", "application/octet-stream"},
			{"Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(file)})}}, data})
	}
	return nil
}

func (m *message) set(name, value string) { m.header = append(m.header, [2]string{name, value}) }

// word is a value of a header, encoded where it is more than plain ASCII: no end of a line gets into it.
func (m *message) word(s string) string { return mime.BEncoding.Encode("utf-8", s) }

// fieldName tells whether a text may be the name of a header.
func fieldName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' })
}

// recipients are all who get the message, each once.
func (m *message) recipients() []string {
	var out []string
	for _, list := range [][]address{m.bcc, m.to, m.cc} {
		for _, a := range list {
			if !slices.Contains(out, a.addr) {
				out = append(out, a.addr)
			}
		}
	}
	return out
}

// bytes is the message as it is sent.
func (m *message) bytes() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line(`Content-Type: multipart/mixed; boundary="%s"`, m.boundary)
	line("MIME-Version: 1.0")
	for _, h := range m.header {
		line("%s: %s", h[0], fold(h[1]))
	}
	line("\r\nMultipart message")
	for _, p := range m.parts {
		line("--%s", m.boundary)
		line("MIME-Version: 1.0")
		line("Content-Transfer-Encoding: base64")
		for _, h := range p.header {
			line("%s: %s", textproto.CanonicalMIMEHeaderKey(h[0]), h[1])
		}
		line("")
		text := base64.StdEncoding.EncodeToString(p.content)
		for len(text) > base64Line {
			line("%s", text[:base64Line])
			text = text[base64Line:]
		}
		line("%s", text)
	}
	line("--%s--", m.boundary)
	return b.Bytes()
}

// base64Line is how many characters of base64 stand on a line.
const base64Line = 76

// fold breaks a long list of words of a header, which may be up to a thousand characters in a line.
func fold(value string) string {
	var out strings.Builder
	length := 0
	for i, w := range strings.SplitAfter(value, " ") {
		if i > 0 && length+len(w) > base64Line {
			out.WriteString("\r\n ")
			length = 1
		}
		out.WriteString(w)
		length += len(w)
	}
	return out.String()
}
