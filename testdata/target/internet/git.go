package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"

	"golang.org/x/crypto/ssh"
)

// gitHost serves repositories over SSH as a forge does for a read-only deploy key: user git, one key, git-upload-pack alone.
type gitHost struct {
	config *ssh.ServerConfig
	root   string // holds the bare repositories; the directories of a URL's path do not matter
}

func newGitHost(keys, root string) (*gitHost, error) {
	public, err := os.ReadFile(filepath.Join(keys, "read_only_key.pub"))
	if err != nil {
		return nil, err
	}
	deployKey, _, _, _, err := ssh.ParseAuthorizedKey(public)
	if err != nil {
		return nil, fmt.Errorf("read_only_key.pub: %w", err)
	}
	private, err := os.ReadFile(filepath.Join(keys, "git_host_key"))
	if err != nil {
		return nil, err
	}
	hostKey, err := ssh.ParsePrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("git_host_key: %w", err)
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() != "git" || !bytes.Equal(key.Marshal(), deployKey.Marshal()) {
			return nil, errors.New("not the deploy key")
		}
		return nil, nil
	}}
	config.AddHostKey(hostKey)
	return &gitHost{config: config, root: root}, nil
}

func (g *gitHost) serve(address string) error {
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	for {
		c, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if err := g.connection(c); err != nil {
				log.Printf("git: %s: %v", c.RemoteAddr(), err)
			}
		}()
	}
}

func (g *gitHost) connection(c net.Conn) error {
	defer c.Close()
	conn, channels, requests, err := ssh.NewServerConn(c, g.config)
	if err != nil {
		return err
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	for nc := range channels {
		if nc.ChannelType() != "session" {
			_ = nc.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		channel, requests, err := nc.Accept()
		if err != nil {
			return err
		}
		if err := g.session(channel, requests); err != nil {
			return err
		}
	}
	return nil
}

var uploadPack = regexp.MustCompile(`^git[- ]upload-pack '?([^']+)'?$`)

// session answers one command.
func (g *gitHost) session(channel ssh.Channel, requests <-chan *ssh.Request) error {
	defer channel.Close()
	env := append(os.Environ(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
	for r := range requests {
		switch r.Type {
		case "env":
			var v struct{ Name, Value string }
			known := ssh.Unmarshal(r.Payload, &v) == nil && v.Name == "GIT_PROTOCOL"
			if known {
				env = append(env, v.Name+"="+v.Value)
			}
			_ = r.Reply(known, nil)
		case "exec":
			var c struct{ Command string }
			_ = ssh.Unmarshal(r.Payload, &c)
			m := uploadPack.FindStringSubmatch(c.Command)
			log.Printf("git: %q", c.Command)
			_ = r.Reply(m != nil, nil)
			if m == nil {
				return nil
			}
			status := struct{ Code uint32 }{}
			if err := g.upload(channel, path.Base(m[1]), env); err != nil {
				log.Printf("git: %s: %v", m[1], err)
				status.Code = 1
			}
			_, err := channel.SendRequest("exit-status", false, ssh.Marshal(status))
			return err
		default:
			_ = r.Reply(false, nil)
		}
	}
	return nil
}

func (g *gitHost) upload(channel ssh.Channel, repository string, env []string) error {
	cmd := exec.Command("git", "upload-pack", filepath.Join(g.root, repository))
	cmd.Env, cmd.Stdout, cmd.Stderr = env, channel, channel.Stderr()
	// A pipe of our own: with cmd.Stdin, Wait would wait for a client that says no more.
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(in, channel)
		_ = in.Close()
	}()
	return cmd.Run()
}
