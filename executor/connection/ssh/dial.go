package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
	sshagent "golang.org/x/crypto/ssh/agent"

	"pylint-deploy/executor/connection"
)

// connect makes the connection: TCP or a tunnel, handshake, host key, login.
func (d *dialer) connect(ctx context.Context, target connection.Target, s *settings) (*conn, error) {
	if s.policy == connection.HostKeysOff {
		d.warn("host keys are not checked for " + target.Name + ": anybody on the way can take its place")
	}
	db, err := d.hosts.load(s.knownFiles)
	if err != nil {
		return nil, &connection.Unreachable{Host: target.Name, Stage: connection.StageConfig, Why: err.Error(), Err: err}
	}
	way, via, err := d.way(ctx, target, s)
	if err != nil {
		return nil, err
	}
	client, err := d.handshake(ctx, way, target, s, &judge{ctx: ctx, dialer: d, target: target.Name, s: s, db: db})
	if err != nil {
		way.Close()
		via.release()
		return nil, err
	}
	c := &conn{client: client, host: target.Name, s: s, via: via}
	if s.forwardAgent && s.agentSocket != "" {
		c.forwards = sshagent.ForwardToRemote(client, s.agentSocket) == nil
	}
	c.keepAlive()
	return c, nil
}

// way opens the stream below the SSH protocol; via is the jump host that carries it, or nil.
func (d *dialer) way(ctx context.Context, target connection.Target, s *settings) (net.Conn, *hop, error) {
	address := net.JoinHostPort(s.host, strconv.Itoa(s.port))
	if len(s.jumps) > 0 {
		return d.tunnel(ctx, target, s, address)
	}
	tcp := net.Dialer{Timeout: s.timeout}
	if s.bind != "" {
		tcp.LocalAddr = &net.TCPAddr{IP: net.ParseIP(s.bind)}
	}
	stream, err := tcp.DialContext(ctx, s.network, address)
	if err != nil {
		return nil, nil, dialError(ctx, target.Name, address, err)
	}
	return stream, nil, nil
}

// dialError says in words why there is no TCP connection.
func dialError(ctx context.Context, host, address string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	u := &connection.Unreachable{Host: host, Stage: connection.StageDial, Err: err, Retry: true}
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		u.Why, u.Retry = fmt.Sprintf("the name %s cannot be resolved", dns.Name), dns.IsTemporary
		u.Hint = "check the name, or set ansible_host"
	case errors.Is(err, syscall.ECONNREFUSED):
		u.Why, u.Hint = fmt.Sprintf("connection to %s refused", address), "is sshd running there, and on that port?"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		u.Why, u.Hint = fmt.Sprintf("no route to %s", address), "is the host up and its network reachable from here?"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		u.Why, u.Hint = fmt.Sprintf("connection to %s timed out", address), "is the host up, and does a firewall let this port through?"
	default:
		u.Why = fmt.Sprintf("cannot connect to %s: %v", address, err)
	}
	return u
}

// clock ends a login that takes too long. It stands still while a user is asked.
type clock struct {
	mu    sync.Mutex
	timer *time.Timer
	left  time.Duration
	since time.Time
	late  bool
}

func startClock(limit time.Duration, ring func()) *clock {
	c := &clock{left: limit, since: time.Now()}
	c.timer = time.AfterFunc(limit, func() {
		c.mu.Lock()
		c.late = true
		c.mu.Unlock()
		ring()
	})
	return c
}

func (c *clock) pause() (resume func()) {
	c.timer.Stop()
	c.left -= time.Since(c.since)
	return func() {
		c.since = time.Now()
		c.timer.Reset(max(c.left, time.Second))
	}
}

func (c *clock) isLate() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.late
}

// handshake agrees on keys, checks the server and logs in.
func (d *dialer) handshake(ctx context.Context, way net.Conn, target connection.Target, s *settings, j *judge) (*ssh.Client, error) {
	limit := startClock(s.timeout, func() { way.Close() })
	defer limit.timer.Stop()
	defer context.AfterFunc(ctx, func() { way.Close() })()
	j.pause = limit.pause
	l := &login{ctx: ctx, dialer: d, target: target, s: s, judge: j}
	config := &ssh.ClientConfig{
		User: s.user, Auth: l.methods(), ClientVersion: "SSH-2.0-pylint-deploy",
		HostKeyCallback: j.check, HostKeyAlgorithms: j.algorithms(),
		BannerCallback: func(string) error { return nil },
	}
	config.KeyExchanges, config.Ciphers, config.MACs = s.algorithms.keyExchanges, s.algorithms.ciphers, s.algorithms.macs
	inner, channels, requests, err := ssh.NewClientConn(way, j.s.keyName, config)
	if err == nil {
		return ssh.NewClient(inner, channels, requests), nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, l.explain(err, limit.isLate())
}

// explain sorts a failed handshake by its stage.
func (l *login) explain(err error, late bool) error {
	u := &connection.Unreachable{Host: l.target.Name, Stage: connection.StageDial, Err: err}
	var refused *connection.Unreachable
	var unmatched *ssh.AlgorithmNegotiationError
	var authError *ssh.ServerAuthError
	switch {
	case errors.As(l.judge.verdict, &refused):
		return refused
	case l.judge.verdict != nil:
		u.Stage, u.Why = connection.StageHostKey, l.judge.verdict.Error()
	case late:
		u.Why, u.Retry = fmt.Sprintf("the login at %s took longer than %s", l.s.keyName, l.s.timeout), true
		u.Hint = "raise it with --timeout or ConnectTimeout"
	case errors.As(err, &unmatched):
		u.Why = fmt.Sprintf("the server and this client have no %s in common: it offers %v", unmatched.What, unmatched.SupportedAlgorithms)
		u.Hint = "an old server? allow its algorithms with KexAlgorithms, Ciphers, MACs or HostKeyAlgorithms in ~/.ssh/config"
	case errors.As(err, &authError), l.tried != nil, isAuthFailure(err):
		return l.refusal(err)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		u.Why, u.Retry = "the server closed the connection during the handshake", true
		u.Hint = "too many logins at once (MaxStartups), or something else than sshd on that port?"
	default:
		u.Why = "the handshake failed: " + err.Error()
	}
	return u
}
