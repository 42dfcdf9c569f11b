package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// session is a connection to a server that has been greeted.
type session struct {
	*smtp.Client
	call    *module.Call
	secured bool
}

// patient is a connection each of whose reads and writes may take so long.
type patient struct {
	net.Conn
	timeout time.Duration
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

func (p patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}

// connect reaches the server: over TLS from the start, or with STARTTLS, or without, as the argument secure says.
func connect(ctx context.Context, c *module.Call) (*session, error) {
	secure := c.Args.Str("secure")
	if secure != "never" {
		s, err := dial(ctx, c, true)
		if err == nil {
			return s, nil
		}
		if secure == "always" {
			return nil, fail("Unable to start an encrypted session to %s: %v", endpoint(c), err)
		}
	}
	s, err := dial(ctx, c, false)
	if err != nil {
		return nil, fail("Unable to Connect %s: %v", endpoint(c), err)
	}
	if secure == "never" {
		return s, nil
	}
	offered, _ := s.Extension("STARTTLS")
	switch {
	case offered:
		if err := s.StartTLS(tlsConfig(c)); err != nil {
			s.close()
			return nil, fail("Unable to start an encrypted session to %s: %v", endpoint(c), err)
		}
		s.secured = true
	case secure == "starttls":
		s.close()
		return nil, fail("StartTLS is not offered on server %s", endpoint(c))
	}
	return s, nil
}

// tlsConfig takes any certificate, as Ansible's module does: mail servers have their own, and the module has no argument to name an
// authority.
func tlsConfig(c *module.Call) *tls.Config {
	return &tls.Config{ServerName: c.Args.Str("host"), InsecureSkipVerify: true}
}

func dial(ctx context.Context, c *module.Call, encrypted bool) (*session, error) {
	timeout := time.Duration(c.Args.Int("timeout")) * time.Second
	d := net.Dialer{Timeout: timeout}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(c.Args.Str("host"), strconv.FormatInt(c.Args.Int("port"), 10)))
	if err != nil {
		return nil, err
	}
	conn = patient{conn, timeout}
	if encrypted {
		secured := tls.Client(conn, tlsConfig(c))
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		conn = secured
	}
	client, err := smtp.NewClient(conn, c.Args.Str("host"))
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	s := &session{client, c, encrypted}
	if err := s.Hello(ownName(c)); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// ownName is the name that the server is greeted with.
func ownName(c *module.Call) string {
	if name := c.Args.Str("ehlohost"); name != "" {
		return name
	}
	if name, err := os.Hostname(); err == nil && name != "" && !strings.ContainsAny(name, "\r\n") {
		return name
	}
	return "localhost"
}

func (s *session) close() { _ = s.Close() }

// login tells who sends, in the safest of the ways that the server offers.
func (s *session) login(user, password string) error {
	if user == "" || password == "" {
		return nil
	}
	offered, ways := s.Extension("AUTH")
	if !offered {
		return fail("No Authentication on the server at %s", endpoint(s.call))
	}
	if !s.secured {
		s.call.Warn("Username and Password was sent without encryption")
	}
	tried := false
	for _, way := range strings.Fields("CRAM-MD5 PLAIN LOGIN") {
		auth := map[string]smtp.Auth{"CRAM-MD5": smtp.CRAMMD5Auth(user, password), "PLAIN": plainAuth{user, password}, "LOGIN": loginAuth{user, password}}[way]
		if !contains(strings.Fields(ways), way) {
			continue
		}
		tried = true
		if err := s.Auth(auth); err == nil {
			return nil
		}
	}
	if !tried {
		return fail("No Suitable authentication method was found on %s", endpoint(s.call))
	}
	return fail("Authentication to %s failed, please check your username and/or password", endpoint(s.call))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// plainAuth is RFC 4616, without encryption too: whether there is any is the caller's to decide.
type plainAuth struct{ user, password string }

func (a plainAuth) Start(*smtp.ServerInfo) (string, []byte, error) {
	return "PLAIN", []byte("\x00" + a.user + "\x00" + a.password), nil
}

func (a plainAuth) Next([]byte, bool) ([]byte, error) { return nil, nil }

// loginAuth answers the two questions of AUTH LOGIN.
type loginAuth struct{ user, password string }

func (a loginAuth) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

func (a loginAuth) Next(question []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	if strings.HasPrefix(strings.ToLower(string(question)), "user") {
		return []byte(a.user), nil
	}
	return []byte(a.password), nil
}

// send sends a message to those who are not refused. That all are is an error.
func (s *session) send(from string, to []string, message []byte) (refused map[string]*textproto.Error, err error) {
	if err := s.Mail(from); err != nil {
		return nil, err
	}
	refused = map[string]*textproto.Error{}
	for _, addr := range to {
		err := s.Rcpt(addr)
		if said, ok := replied(err); ok {
			refused[addr] = said
		} else if err != nil {
			return nil, err
		}
	}
	if len(refused) == len(to) {
		var all error
		for _, addr := range to {
			all = errors.Join(all, refused[addr])
		}
		return nil, all
	}
	w, err := s.Data()
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(message); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	_ = s.Quit() // the message is the server's by now
	return refused, nil
}
