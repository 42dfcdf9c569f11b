// Package pgwire is as much of a PostgreSQL client as modules need: the frontend/backend protocol 3.0 with simple queries
// over a Unix socket or TCP, authenticated by the system (peer, trust), or by password (clear, MD5, SCRAM-SHA-256).
//
// A *Conn is for one goroutine.
package pgwire

import (
	"context"
	"crypto/md5" //nolint:gosec // PostgreSQL's md5 authentication
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Config says where and as whom to connect.
type Config struct {
	// Network is "unix" or "tcp", Address as for net.Dial.
	Network, Address string
	User, Password   string
	Database         string
}

// Error is what the server says of a failed statement.
type Error struct {
	Severity, Code, Message, Detail string
}

func (e *Error) Error() string {
	if e.Detail != "" {
		return e.Message + "\nDETAIL:  " + e.Detail
	}
	return e.Message
}

// Row is a row's values in text form; nil is NULL.
type Row []*string

// Str is a column's text, "" for NULL.
func (r Row) Str(i int) string {
	if i >= len(r) || r[i] == nil {
		return ""
	}
	return *r[i]
}

// Conn is one session.
type Conn struct {
	net    net.Conn
	params map[string]string
}

// dialTimeout is how long a server may take to accept a session.
const dialTimeout = 15 * time.Second

// Dial opens a session.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	d := net.Dialer{Timeout: dialTimeout}
	n, err := d.DialContext(ctx, cfg.Network, cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("connection to server at %s failed: %w", cfg.Address, err)
	}
	_ = n.SetDeadline(time.Now().Add(dialTimeout))
	c := &Conn{net: n, params: map[string]string{}}
	if err := c.start(cfg); err != nil {
		_ = n.Close()
		return nil, err
	}
	_ = n.SetDeadline(time.Time{})
	return c, nil
}

// Close ends the session.
func (c *Conn) Close() error {
	_ = c.send('X', nil)
	return c.net.Close()
}

// Param is a setting that the server has reported, such as server_version.
func (c *Conn) Param(name string) string { return c.params[name] }

// send writes a message; type 0 is the startup message, which has none.
func (c *Conn) send(kind byte, body []byte) error {
	var msg []byte
	if kind != 0 {
		msg = append(msg, kind)
	}
	msg = binary.BigEndian.AppendUint32(msg, uint32(len(body)+4))
	_, err := c.net.Write(append(msg, body...))
	return err
}

// maxMessage bounds what a confused server may make us allocate.
const maxMessage = 1 << 28

func (c *Conn) receive() (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(c.net, head[:]); err != nil {
		return 0, nil, fmt.Errorf("the server closed the connection: %w", err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n < 4 || n > maxMessage {
		return 0, nil, errors.New("the server sent a message of impossible length")
	}
	body = make([]byte, n-4)
	_, err = io.ReadFull(c.net, body)
	return head[0], body, err
}

func (c *Conn) start(cfg Config) error {
	body := binary.BigEndian.AppendUint32(nil, 3<<16)
	for _, kv := range []string{"user", cfg.User, "database", cfg.Database, "application_name", "pylint-deploy", "client_encoding", "UTF8"} {
		body = append(append(body, kv...), 0)
	}
	if err := c.send(0, append(body, 0)); err != nil {
		return err
	}
	for {
		kind, body, err := c.receive()
		if err != nil {
			return err
		}
		switch kind {
		case 'R':
			err = c.authenticate(cfg, body)
		case 'S':
			if f := strings.SplitN(string(body), "\x00", 3); len(f) > 1 {
				c.params[f[0]] = f[1]
			}
		case 'E':
			return parseError(body)
		case 'Z':
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// authenticate answers one authentication request.
func (c *Conn) authenticate(cfg Config, body []byte) error {
	if len(body) < 4 {
		return errors.New("the server sent a malformed authentication request")
	}
	switch method := binary.BigEndian.Uint32(body); method {
	case 0:
		return nil
	case 3:
		return c.send('p', append([]byte(cfg.Password), 0))
	case 5:
		inner := md5.Sum([]byte(cfg.Password + cfg.User)) //nolint:gosec // as above
		outer := md5.Sum(append([]byte(hex.EncodeToString(inner[:])), body[4:]...))
		return c.send('p', append([]byte("md5"+hex.EncodeToString(outer[:])), 0))
	case 10:
		return c.scram(cfg.Password)
	default:
		return fmt.Errorf("the server asks for authentication method %d, which is not supported", method)
	}
}

// Query runs one statement, or several separated by semicolons, and returns the rows of the last that has some.
func (c *Conn) Query(sql string) ([]Row, error) {
	if strings.ContainsRune(sql, 0) {
		return nil, errors.New("a statement must not hold a zero byte")
	}
	if err := c.send('Q', append([]byte(sql), 0)); err != nil {
		return nil, err
	}
	var rows []Row
	var failed error
	for {
		kind, body, err := c.receive()
		if err != nil {
			return nil, err
		}
		switch kind {
		case 'T':
			rows = nil
		case 'D':
			row, err := parseRow(body)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		case 'E':
			failed = parseError(body)
		case 'Z':
			return rows, failed
		}
	}
}

func parseRow(body []byte) (Row, error) {
	bad := errors.New("the server sent a malformed row")
	if len(body) < 2 {
		return nil, bad
	}
	row := make(Row, binary.BigEndian.Uint16(body))
	body = body[2:]
	for i := range row {
		if len(body) < 4 {
			return nil, bad
		}
		n := int32(binary.BigEndian.Uint32(body))
		body = body[4:]
		if n < 0 {
			continue
		}
		if int(n) > len(body) {
			return nil, bad
		}
		s := string(body[:n])
		row[i], body = &s, body[n:]
	}
	return row, nil
}

func parseError(body []byte) error {
	e := &Error{}
	for _, f := range strings.Split(string(body), "\x00") {
		if f == "" {
			continue
		}
		switch f[0] {
		case 'S':
			e.Severity = f[1:]
		case 'C':
			e.Code = f[1:]
		case 'M':
			e.Message = f[1:]
		case 'D':
			e.Detail = f[1:]
		}
	}
	return e
}

// Literal quotes a text for a statement.
func Literal(s string) string {
	q := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return " E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}

// Ident quotes a name for a statement.
func Ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
