package strategy

import (
	"context"
	"strings"
	"time"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/parser/jinja/value"
)

// target is where and as whom a task is done.
type target struct {
	name string // inventory's name of the host that does the work
	kind string // of connection: ssh, openssh, local
	at   connection.Target
	// retries is how often a connection is tried again.
	retries int
	become  *wire.Become
	// askBecome gets the become password where it was not given by a variable.
	askBecome func(ctx context.Context) (string, error)
}

// isHere tells that the target may be the controller itself.
func (t *target) isHere() bool {
	return t != nil && (t.kind == "local" || localhosts[t.at.Address] || localhosts[t.name])
}

// localhosts are the names that need no connection where the inventory says nothing else.
var localhosts = map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}

// target works out the connection of a task: variables count more than keywords, keywords more than the command line.
// w.scope is that of the host that does the work.
func (w words) target(host string) (*target, error) {
	s := &w.r.Settings
	t := &target{name: host, at: connection.Target{Name: host, SSHArgs: s.SSHArgs, HostKeys: s.HostKeys, ConnectTimeout: s.ConnectTimeout, Password: w.r.Password}}
	v := &hostWords{words: w}
	t.kind = v.text("connection", s.Connection, "ansible_connection")
	if _, known := w.scope.Known("ansible_connection"); !known && localhosts[host] && !inInventory(w.r.Inventory, host) {
		t.kind = "local"
	}
	t.kind = kindOf(t.kind)
	t.at.Address = v.text("", host, "ansible_host", "ansible_ssh_host")
	t.at.Port = int(v.number("port", float64(s.Port), "ansible_port", "ansible_ssh_port"))
	t.at.User = v.text("remote_user", s.RemoteUser, "ansible_user", "ansible_ssh_user")
	t.at.PrivateKeyFiles = s.KeyFiles
	t.retries = int(v.number("", float64(s.ConnectRetries), "ansible_ssh_retries"))
	if key := v.text("", "", "ansible_private_key_file", "ansible_ssh_private_key_file"); key != "" {
		t.at.PrivateKeyFiles = []string{key}
	}
	if args := v.text("", "", "ansible_ssh_common_args"); args != "" {
		t.at.SSHArgs = append(append([]string(nil), t.at.SSHArgs...), strings.Fields(args)...)
	}
	if args := v.text("", "", "ansible_ssh_extra_args"); args != "" {
		t.at.SSHArgs = append(append([]string(nil), t.at.SSHArgs...), strings.Fields(args)...)
	}
	if password := v.text("", "", "ansible_password", "ansible_ssh_pass", "ansible_ssh_password"); password != "" {
		t.at.Password = func(context.Context) (string, error) { return password, nil }
	}
	if v.text("", "true", "ansible_ssh_host_key_checking", "ansible_host_key_checking") == "False" {
		t.at.HostKeys = connection.HostKeysOff
	}
	v.becomes(t)
	w.tellReads(t)
	return t, v.err
}

// tellReads tells who watches what a task reads on which variables it depends where and as whom the work is done. How the login got
// there makes no difference to it: not even its user does, where the work is somebody else's.
func (w words) tellReads(t *target) {
	if w.scope.Watch == nil {
		return
	}
	names := []string{"ansible_host", "ansible_ssh_host"}
	if t.become == nil {
		names = append(names, "ansible_user", "ansible_ssh_user")
	}
	for _, name := range names {
		w.scope.Watch(name)
	}
}

func inInventory(inv Inventory, host string) bool {
	for _, h := range inv.Hosts() {
		if h == host {
			return true
		}
	}
	return false
}

// kindOf is the dialer of a connection plugin's name.
func kindOf(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.")
	switch name {
	case "smart", "paramiko", "paramiko_ssh", "":
		return "ssh"
	}
	return name
}

// hostWords asks variables first, then the keyword, then a default. The first error stays.
type hostWords struct {
	words
	err error
}

func (v *hostWords) variable(names ...string) (value.Value, bool) {
	for _, name := range names {
		raw, ok := v.scope.Known(name)
		if !ok {
			continue
		}
		out, err := v.r.Templar.Value(v.ctx, v.scope, raw)
		if err != nil {
			if v.err == nil {
				v.err = err
			}
			return nil, false
		}
		if !isNone(out) && !isOmit(out) {
			return out, true
		}
	}
	return nil, false
}

func (v *hostWords) text(keyword, def string, names ...string) string {
	if out, ok := v.variable(names...); ok {
		s, _ := value.ToStr(out)
		return s
	}
	if keyword == "" {
		return def
	}
	s, err := v.words.text(keyword, def)
	if err != nil && v.err == nil {
		v.err = err
	}
	return s
}

func (v *hostWords) number(keyword string, def float64, names ...string) float64 {
	if out, ok := v.variable(names...); ok {
		f, _ := number(out)
		return f
	}
	if keyword == "" {
		return def
	}
	f, err := v.words.number(keyword, def)
	if err != nil && v.err == nil {
		v.err = err
	}
	return f
}

// becomes works out the change of user.
func (v *hostWords) becomes(t *target) {
	s := &v.r.Settings
	on := false
	if out, ok := v.variable("ansible_become"); ok {
		on, _ = truth(out)
	} else {
		var err error
		if on, err = v.words.boolean("become", s.Become); err != nil && v.err == nil {
			v.err = err
		}
	}
	if !on {
		return
	}
	method := v.text("become_method", s.BecomeMethod, "ansible_become_method")
	method = method[strings.LastIndexByte(method, '.')+1:]
	prefix := "ansible_" + method + "_"
	t.become = &wire.Become{
		User:   v.text("become_user", s.BecomeUser, "ansible_become_user", prefix+"user"),
		Method: method,
		Flags:  v.text("become_flags", s.BecomeFlags, "ansible_become_flags", prefix+"flags"),
		Exe:    v.text("become_exe", s.BecomeExe, "ansible_become_exe", prefix+"exe"),
	}
	if t.become.User == "" {
		t.become.User = "root"
	}
	if password := v.text("", "", "ansible_become_password", "ansible_become_pass", prefix+"pass", prefix+"password"); password != "" {
		t.askBecome = func(context.Context) (string, error) { return password, nil }
	} else {
		t.askBecome = v.r.BecomePassword
	}
}

// connectionVars are what a task may know of a connection that is not that of its own host, as far as its variables do not say it.
func (t *target) connectionVars(scope *variables.Scope) *value.Dict {
	out := value.NewDict()
	put := func(name string, v value.Value, there bool) {
		if _, known := scope.Known(name); there && !known {
			out.SetStr(name, v)
		}
	}
	put("ansible_host", value.Str(t.at.Address), t.at.Address != "")
	put("ansible_ssh_host", value.Str(t.at.Address), t.at.Address != "")
	put("ansible_user", value.Str(t.at.User), t.at.User != "")
	put("ansible_port", value.Int(t.at.Port), t.at.Port != 0)
	put("ansible_connection", value.Str(t.kind), true)
	return out
}

// ofConnection is what a task may know of its connection where no variable says it.
func (r *Runner) ofConnection(host, name string) (value.Value, bool) {
	switch name {
	case "ansible_host", "ansible_ssh_host":
		return value.Str(host), host != ""
	case "ansible_timeout", "ansible_ssh_timeout":
		return value.Int(r.Settings.ConnectTimeout / time.Second), true
	case "ansible_user":
		return value.Str(r.Settings.RemoteUser), r.Settings.RemoteUser != ""
	case "ansible_port":
		return value.Int(r.Settings.Port), r.Settings.Port != 0
	case "ansible_connection":
		return value.Str(kindOf(r.Settings.Connection)), true
	}
	return nil, false
}
