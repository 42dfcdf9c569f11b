package all

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// mailOffer is what a server of mail offers.
type mailOffer struct {
	encrypted, starttls bool   // from the start, or on demand
	auth                string // the ways to log in
	refuse              string // a recipient
}

// mailServer is a server that takes mail and writes it down.
type mailServer struct {
	mailOffer
	t     *testing.T
	cert  *tls.Config
	mu    sync.Mutex
	mails []letter
}

// letter is what a server was given, with all that may be written in several ways decoded.
type letter struct {
	From     string
	To       []string
	Login    string // way, user and password
	Secured  bool
	Header   map[string]string
	Parts    []string
	Boundary bool
}

func (s *mailServer) listen(t *testing.T) (port int) {
	t.Helper()
	s.t = t
	keys := keyring(t)
	cert, err := tls.LoadX509KeyPair(filepath.Join(keys, "other.crt"), filepath.Join(keys, "other.pem"))
	if err != nil {
		t.Fatal(err)
	}
	s.cert = &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// serve speaks as much of SMTP as is needed.
func (s *mailServer) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	m := letter{}
	if s.encrypted {
		conn, m.Secured = tls.Server(conn, s.cert), true
	}
	in := bufio.NewReader(conn)
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	ask := func() string { line, _ := in.ReadString('\n'); return strings.TrimSpace(line) }
	plain := func(text string) string { b, _ := base64.StdEncoding.DecodeString(text); return string(b) }
	accept := func(login string) {
		m.Login = login
		if strings.HasSuffix(login, "wrong") {
			say("535 no")
			return
		}
		say("235 ok")
	}
	say("220 mail.example.org ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-mail.example.org")
			if s.starttls && !m.Secured {
				say("250-STARTTLS")
			}
			if s.auth != "" {
				say("250-AUTH %s", s.auth)
			}
			say("250 SIZE 1000000")
		case "STARTTLS":
			say("220 go on")
			conn, m.Secured = tls.Server(conn, s.cert), true
			in = bufio.NewReader(conn)
		case "AUTH":
			way, first, _ := strings.Cut(rest, " ")
			switch {
			case way == "PLAIN":
				accept("PLAIN " + strings.ReplaceAll(plain(first), "\x00", " "))
			case first == "": // LOGIN, the name asked for
				say("334 %s", base64.StdEncoding.EncodeToString([]byte("Username:")))
				first = ask()
				fallthrough
			default:
				say("334 %s", base64.StdEncoding.EncodeToString([]byte("Password:")))
				accept("LOGIN " + plain(first) + " " + plain(ask()))
			}
		case "MAIL":
			m.From = strings.Fields(rest)[0]
			say("250 ok")
		case "RCPT":
			if s.refuse != "" && strings.Contains(rest, s.refuse) {
				say("550 no such user")
				continue
			}
			m.To = append(m.To, rest)
			say("250 ok")
		case "DATA":
			say("354 go on")
			var data strings.Builder
			for line := ""; line != ".\r\n"; {
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
				if line != ".\r\n" {
					data.WriteString(strings.TrimPrefix(line, "."))
				}
			}
			s.keep(m, data.String())
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what?")
		}
	}
}

// keep decodes a message and keeps it.
func (s *mailServer) keep(m letter, text string) {
	msg, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		s.t.Errorf("%v: %s", err, text)
		return
	}
	m.Header = map[string]string{}
	for name, values := range msg.Header {
		word, err := new(mime.WordDecoder).DecodeHeader(strings.Join(values, "|"))
		if err != nil {
			s.t.Error(err)
		}
		m.Header[name] = word
	}
	delete(m.Header, "Date")
	kind, params, err := mime.ParseMediaType(m.Header["Content-Type"])
	if err != nil {
		s.t.Error(err)
	}
	m.Header["Content-Type"] = kind + " " + params["charset"]
	m.Boundary = params["boundary"] != ""
	slices.Sort(m.To)
	r := multipart.NewReader(msg.Body, params["boundary"])
	for {
		part, err := r.NextRawPart()
		if err != nil {
			break
		}
		var body io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			s.t.Error(err)
		}
		m.Parts = append(m.Parts, fmt.Sprintf("%s %s %q", strings.ReplaceAll(part.Header.Get("Content-Type"), `"`, ""), part.FileName(), strings.ReplaceAll(string(content), "\r\n", "\n")))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
}

func TestMailAsAnsibleSendsIt(t *testing.T) {
	py := startPython(t)
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	const some = `subject: "Subject", to: me@example.org, from: you@example.org`
	for _, c := range []struct {
		name, args string
		server     mailOffer
	}{
		{name: "plain", args: some + `, secure: never`},
		{name: "to root", args: `subject: hello, secure: never`},
		{name: "words and names", args: `subject: "Größe und Öl", body: "Zeile\n.\n..\nmehr: äöü", from: "Jörg Öl <jo@example.org>", to: ['"Me, Myself" <me@example.org>', "John Doe <john@example.org>"], cc: "cc@example.org (A Copy)", bcc: [secret@example.org, me@example.org], secure: never`},
		{name: "HTML", args: some + `, body: "<p>hello</p>", subtype: html, secure: never`},
		{name: "Latin-1", args: some + `, body: "Grüße", charset: iso-8859-1, secure: never`},
		{name: "headers", args: some + `, headers: ["Reply-To=john@example.org|X-Special=Something or other", "X-Mailer=mine", "bad", "a=b=c"], secure: never`},
		{name: "attached", args: some + `, attach: [DIR/a.txt, "DIR/b c.bin"], secure: never`},
		{name: "not there to be attached", args: some + `, attach: DIR/none, secure: never`},
		{name: "long subject", args: `subject: "` + strings.Repeat("word ", 60) + `end", secure: never`},
		{name: "if it can be encrypted", args: some, server: mailOffer{starttls: true}},
		{name: "if it can be encrypted from the start", args: some, server: mailOffer{encrypted: true}},
		{name: "and cannot", args: some},
		{name: "STARTTLS", args: some + `, secure: starttls`, server: mailOffer{starttls: true}},
		{name: "STARTTLS not offered", args: some + `, secure: starttls`},
		{name: "always", args: some + `, secure: always`, server: mailOffer{encrypted: true}},
		{name: "always and cannot", args: some + `, secure: always`},
		{name: "login", args: some + `, username: joe, password: secret`, server: mailOffer{encrypted: true, auth: "PLAIN LOGIN"}},
		{name: "the other way to log in", args: some + `, username: joe, password: secret`, server: mailOffer{starttls: true, auth: "LOGIN"}},
		{name: "login in the open", args: some + `, username: joe, password: secret, secure: never`, server: mailOffer{auth: "PLAIN"}},
		{name: "wrong password", args: some + `, username: joe, password: wrong, secure: never`, server: mailOffer{auth: "PLAIN"}},
		{name: "no login", args: some + `, username: joe, password: secret, secure: never`},
		{name: "no way to log in", args: some + `, username: joe, password: secret, secure: never`, server: mailOffer{auth: "GSSAPI"}},
		{name: "one refused", args: `subject: hello, to: [a@example.org, no@example.org], secure: never`, server: mailOffer{refuse: "no@"}},
		{name: "all refused", args: `subject: hello, to: [no@example.org], secure: never`, server: mailOffer{refuse: "no@"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			scenario{setup: "printf 'text\\n' > a.txt; printf '\\000\\377' > 'b c.bin'"}.prepare(t, dir)
			var results [2]map[string]any
			var mails [2][]letter
			for i := range results {
				server := &mailServer{mailOffer: c.server}
				port := server.listen(t)
				var args map[string]any
				text := fmt.Sprintf("{%s, host: 127.0.0.1, port: %d}", strings.ReplaceAll(c.args, "DIR", dir), port)
				if err := yaml.Unmarshal([]byte(text), &args); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					results[i] = py.run(t, "community.general.mail", args, false)
				} else {
					results[i] = ours(t, reg, scenario{module: "community.general.mail"}, args, false)
				}
				failed := results[i]["failed"] == true
				results[i]["changed"] = results[i]["changed"] == true
				trim(results[i], scenario{}, dir)
				if results[i]["failed"] = failed; failed {
					delete(results[i], "msg") // names libraries, and ports
				}
				server.mu.Lock()
				mails[i] = server.mails
				server.mu.Unlock()
			}
			if diff := cmp.Diff(results[0], results[1]); diff != "" {
				t.Errorf("results differ (-ansible +ours)\n%s", diff)
			}
			if diff := cmp.Diff(mails[0], mails[1]); diff != "" {
				t.Errorf("mails differ (-ansible +ours)\n%s", diff)
			}
			if len(mails[1]) == 0 && results[1]["failed"] == false {
				t.Error("nothing was sent")
			}
		})
	}
}
