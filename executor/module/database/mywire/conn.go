// Package mywire is as much of a MySQL and MariaDB client as modules need: protocol 4.1 with text queries over a Unix
// socket or TCP, authenticated by the system (auth_socket, unix_socket) or by password (mysql_native_password,
// caching_sha2_password).
//
// A *Conn is for one goroutine.
package mywire

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // mysql_native_password
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Config says where and as whom to connect. Network is "unix" or "tcp".
type Config struct {
	Network, Address, User, Password string
}

// Error is what the server says of a failed statement.
type Error struct {
	Code    uint16
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("(%d, %q)", e.Code, e.Message) }

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
	net     net.Conn
	seq     byte
	unix    bool
	Version string // "8.0.36", "5.5.5-10.11.6-MariaDB"
}

const dialTimeout = 15 * time.Second

// Client capabilities: protocol 4.1, secure authentication, plugins, transactions, long passwords.
const capabilities = 0x00000001 | 0x00000200 | 0x00002000 | 0x00008000 | 0x00080000

// Dial opens a session.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	d := net.Dialer{Timeout: dialTimeout}
	n, err := d.DialContext(ctx, cfg.Network, cfg.Address)
	if err != nil {
		return nil, err
	}
	_ = n.SetDeadline(time.Now().Add(dialTimeout))
	c := &Conn{net: n, unix: cfg.Network == "unix"}
	if err := c.handshake(cfg); err != nil {
		_ = n.Close()
		return nil, err
	}
	_ = n.SetDeadline(time.Time{})
	return c, nil
}

// Close ends the session.
func (c *Conn) Close() error {
	c.seq = 0
	_ = c.send([]byte{1})
	return c.net.Close()
}

func (c *Conn) send(body []byte) error {
	head := []byte{byte(len(body)), byte(len(body) >> 8), byte(len(body) >> 16), c.seq}
	c.seq++
	_, err := c.net.Write(append(head, body...))
	return err
}

// receive reads a packet; one of 16 MiB goes on in the next.
func (c *Conn) receive() ([]byte, error) {
	var body []byte
	for {
		var head [4]byte
		if _, err := io.ReadFull(c.net, head[:]); err != nil {
			return nil, fmt.Errorf("the server closed the connection: %w", err)
		}
		n := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
		c.seq = head[3] + 1
		part := make([]byte, n)
		if _, err := io.ReadFull(c.net, part); err != nil {
			return nil, err
		}
		body = append(body, part...)
		if n < 1<<24-1 {
			break
		}
	}
	if len(body) == 0 {
		return nil, errMalformed
	}
	if body[0] == 0xff {
		return nil, parseError(body)
	}
	return body, nil
}

var errMalformed = errors.New("the server sent a malformed packet")

func parseError(body []byte) error {
	if len(body) < 3 {
		return errMalformed
	}
	msg := body[3:]
	if len(msg) > 6 && msg[0] == '#' {
		msg = msg[6:]
	}
	return &Error{Code: binary.LittleEndian.Uint16(body[1:]), Message: string(msg)}
}

// handshake reads the greeting and logs in.
func (c *Conn) handshake(cfg Config) error {
	body, err := c.receive()
	if err != nil {
		return err
	}
	end := bytes.IndexByte(body, 0)
	if body[0] != 10 || end < 0 || len(body) < end+1+4+8+1+2+1+2+2+1+10 {
		return errMalformed
	}
	c.Version = string(body[1:end])
	p := body[end+5:]
	salt := append([]byte{}, p[:8]...)
	p = p[8+1+2+1+2+2+1+10:]
	plugin := "mysql_native_password"
	if len(p) >= 12 {
		salt = append(salt, p[:12]...)
		if rest := p[12:]; len(rest) > 1 {
			name, _, _ := bytes.Cut(rest[1:], []byte{0})
			plugin = string(name)
		}
	}
	answer, err := scramble(plugin, cfg.Password, salt)
	if err != nil { // the account may have another plugin than the server's default
		plugin = "mysql_native_password"
		answer, _ = scramble(plugin, cfg.Password, salt)
	}
	msg := binary.LittleEndian.AppendUint32(nil, capabilities)
	msg = binary.LittleEndian.AppendUint32(msg, 1<<24-1)
	msg = append(append(msg, 45), make([]byte, 23)...) // utf8mb4_general_ci
	msg = append(append(msg, cfg.User...), 0, byte(len(answer)))
	msg = append(append(append(msg, answer...), plugin...), 0)
	if err := c.send(msg); err != nil {
		return err
	}
	return c.login(cfg, plugin, salt)
}

// login answers until the server is content.
func (c *Conn) login(cfg Config, plugin string, salt []byte) error {
	for {
		body, err := c.receive()
		if err != nil {
			return err
		}
		switch {
		case body[0] == 0:
			return nil
		case body[0] == 0xfe && len(body) > 1:
			name, rest, ok := bytes.Cut(body[1:], []byte{0})
			if !ok {
				return errMalformed
			}
			plugin, salt = string(name), bytes.TrimSuffix(rest, []byte{0})
			answer, err := scramble(plugin, cfg.Password, salt)
			if err != nil {
				return err
			}
			if err := c.send(answer); err != nil {
				return err
			}
		case body[0] == 1 && plugin == "caching_sha2_password" && len(body) > 1 && body[1] == 4:
			if !c.unix {
				return errors.New("the server wants the password in clear over TCP: connect through its Unix socket")
			}
			if err := c.send(append([]byte(cfg.Password), 0)); err != nil {
				return err
			}
		case body[0] == 1:
		default:
			return errMalformed
		}
	}
}

// scramble proves that we know the password.
func scramble(plugin, password string, salt []byte) ([]byte, error) {
	if len(salt) > 20 {
		salt = salt[:20]
	}
	switch plugin {
	case "mysql_native_password":
		if password == "" {
			return nil, nil
		}
		one := sha1.Sum([]byte(password)) //nolint:gosec // as above
		two := sha1.Sum(one[:])           //nolint:gosec // as above
		out := sha1.Sum(append(append([]byte{}, salt...), two[:]...))
		subtle.XORBytes(out[:], out[:], one[:])
		return out[:], nil
	case "caching_sha2_password":
		if password == "" {
			return nil, nil
		}
		one := sha256.Sum256([]byte(password))
		two := sha256.Sum256(one[:])
		out := sha256.Sum256(append(append([]byte{}, two[:]...), salt...))
		subtle.XORBytes(out[:], out[:], one[:])
		return out[:], nil
	case "auth_socket", "unix_socket":
		return nil, nil
	}
	return nil, fmt.Errorf("the server asks for authentication by %s, which is not supported", plugin)
}

// Query runs one statement and returns its rows, if it has some.
func (c *Conn) Query(sql string) ([]Row, error) {
	c.seq = 0
	if err := c.send(append([]byte{3}, sql...)); err != nil {
		return nil, err
	}
	body, err := c.receive()
	if err != nil || body[0] == 0 {
		return nil, err
	}
	columns, _, ok := lengthInt(body)
	if !ok {
		return nil, errMalformed
	}
	for range columns + 1 { // definitions, and the packet that ends them
		if _, err := c.receive(); err != nil {
			return nil, err
		}
	}
	var rows []Row
	for {
		body, err := c.receive()
		if err != nil {
			return nil, err
		}
		if body[0] == 0xfe && len(body) < 9 {
			return rows, nil
		}
		row, err := parseRow(body, int(columns))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
}

func parseRow(body []byte, columns int) (Row, error) {
	row := make(Row, 0, min(columns, len(body)))
	for range columns {
		if len(body) > 0 && body[0] == 0xfb {
			row, body = append(row, nil), body[1:]
			continue
		}
		n, rest, ok := lengthInt(body)
		if !ok || n > uint64(len(rest)) {
			return nil, errMalformed
		}
		s := string(rest[:n])
		row, body = append(row, &s), rest[n:]
	}
	return row, nil
}

// lengthInt reads a length-encoded integer.
func lengthInt(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	size := map[byte]int{0xfc: 2, 0xfd: 3, 0xfe: 8}[b[0]]
	if size == 0 {
		return uint64(b[0]), b[1:], b[0] < 0xfb
	}
	if len(b) < 1+size {
		return 0, nil, false
	}
	for i := size; i > 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n, b[1+size:], true
}

// Literal quotes a text for a statement, in the default SQL mode.
func Literal(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\x00", `\0`).Replace(s) + "'"
}

// Ident quotes a name for a statement.
func Ident(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }
