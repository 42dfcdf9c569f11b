package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"pylint-deploy/executor/connection"
)

// hops are the jump hosts of a run. Targets behind the same one share its connection: a bastion sees one login, not one
// for each of a thousand hosts.
type hops struct {
	mu    sync.Mutex
	known map[string]*hop
}

// hop is one jump host that is in use.
type hop struct {
	hops *hops
	key  string
	uses int

	ready chan struct{} // closed when conn or err is there
	conn  *conn
	err   error
}

func newHops() *hops { return &hops{known: map[string]*hop{}} }

// maxHops is how many jump hosts may stand in a row before it is taken for a circle.
const maxHops = 8

// checkCircle follows the settings from jump host to jump host. It is done before any of them is connected to: hosts
// that wait for each other would do so for ever.
func (d *dialer) checkCircle(jumps, args []string) error {
	for first := jumps; len(first) > 0; {
		if len(first) > 1 {
			args = nil
		}
		target, err := parseJump(first[0])
		if err != nil {
			return err
		}
		target.SSHArgs = args
		s, err := d.resolve(target)
		if err != nil {
			return err
		}
		first, args = s.jumps, s.jumpArgs
		if jumps = append(jumps[:len(jumps):len(jumps)], first...); len(jumps) > maxHops {
			return errors.New("its jump hosts lead in a circle: " + strings.Join(jumps[:3], ", ") + ", ...")
		}
	}
	return nil
}

// tunnel opens a stream to address through the last of the jump hosts.
func (d *dialer) tunnel(ctx context.Context, target connection.Target, s *settings, address string) (net.Conn, *hop, error) {
	if err := d.checkCircle(s.jumps, s.jumpArgs); err != nil {
		return nil, nil, refused(target.Name, err)
	}
	h, err := d.hop(ctx, s.jumps, s.jumpArgs)
	if err != nil {
		return nil, nil, throughJump(target.Name, s.jumps, err)
	}
	stream, err := h.conn.client.DialContext(ctx, "tcp", address)
	if err != nil {
		h.release()
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, &connection.Unreachable{Host: target.Name, Stage: connection.StageDial, Retry: true, Err: err,
			Why:  fmt.Sprintf("the jump host %s cannot reach %s: %v", s.jumps[len(s.jumps)-1], address, err),
			Hint: "is the host up, and does the jump host allow forwarding (AllowTcpForwarding)?"}
	}
	return stream, h, nil
}

// throughJump names the jump host that failed along with the target that needed it.
func throughJump(host string, jumps []string, err error) error {
	var u *connection.Unreachable
	if !errors.As(err, &u) {
		return err
	}
	through := *u
	through.Host = host
	through.Why = fmt.Sprintf("jump host %s: %s", jumps[len(jumps)-1], u.Why)
	return &through
}

// hop connects to the last of jumps, through those before it, or joins others who do.
func (d *dialer) hop(ctx context.Context, jumps, args []string) (*hop, error) {
	key := strings.Join(jumps, ",") + "\x00" + strings.Join(args, "\x00")
	d.jumps.mu.Lock()
	h := d.jumps.known[key]
	first := h == nil
	if first {
		h = &hop{hops: d.jumps, key: key, ready: make(chan struct{})}
		d.jumps.known[key] = h
	}
	h.uses++
	d.jumps.mu.Unlock()
	if first {
		h.conn, h.err = d.connectHop(ctx, jumps, args)
		close(h.ready)
	}
	select {
	case <-h.ready:
	case <-ctx.Done():
		h.release()
		return nil, ctx.Err()
	}
	if h.err != nil {
		h.release()
		return nil, h.err
	}
	return h, nil
}

func (d *dialer) connectHop(ctx context.Context, jumps, args []string) (*conn, error) {
	target, err := parseJump(jumps[len(jumps)-1])
	if err != nil {
		return nil, refused(jumps[len(jumps)-1], err)
	}
	target.SSHArgs = args
	s, err := d.resolve(target)
	if err != nil {
		return nil, refused(target.Name, err)
	}
	if len(jumps) > 1 {
		s.jumps = jumps[:len(jumps)-1]
	}
	return d.connect(ctx, target, s)
}

// parseJump reads [user@]host[:port], with brackets around an IPv6 address, or ssh://[user@]host[:port].
func parseJump(text string) (connection.Target, error) {
	rest := strings.TrimPrefix(strings.TrimSpace(text), "ssh://")
	target := connection.Target{Name: text}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		target.User, rest = rest[:at], rest[at+1:]
	}
	target.Address = strings.Trim(rest, "[]")
	if host, port, err := net.SplitHostPort(rest); err == nil {
		number, err := strconv.Atoi(port)
		if err != nil || number < 1 || number > 65535 {
			return target, fmt.Errorf("jump host %q: port %q is not a port", text, port)
		}
		target.Address, target.Port = host, number
	}
	if target.Address == "" {
		return target, fmt.Errorf("jump host %q has no name", text)
	}
	return target, nil
}

// release gives up one use; the last one closes the connection. A nil hop is no hop.
func (h *hop) release() {
	if h == nil {
		return
	}
	h.hops.mu.Lock()
	h.uses--
	last := h.uses == 0
	if (last || h.failed()) && h.hops.known[h.key] == h {
		delete(h.hops.known, h.key)
	}
	h.hops.mu.Unlock()
	if last && h.conn != nil {
		h.conn.Close()
	}
}

func (h *hop) failed() bool {
	select {
	case <-h.ready:
		return h.err != nil
	default:
		return false
	}
}
