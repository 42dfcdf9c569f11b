package net

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/module"
)

// firewalled is a target below a scratch root whose ufw is counted.
type firewalled struct {
	*module.Real
	runs *[]string
}

func (f firewalled) LookPath(string) (string, error) { return "/usr/sbin/ufw", nil }

func (f firewalled) Run(_ context.Context, cmd module.Cmd) (module.Output, error) {
	*f.runs = append(*f.runs, strings.Join(cmd.Argv[1:], " "))
	return module.Output{Stdout: []byte("Status: active\n")}, nil
}

// ruled is a target below root whose ufw has rules.
func ruled(t *testing.T, root, rules string, runs *[]string) firewalled {
	t.Helper()
	write(t, filepath.Join(root, "etc/ufw/user.rules"), rules)
	write(t, filepath.Join(root, "etc/ufw/user6.rules"), strings.ReplaceAll(rules, "0.0.0.0/0", "::/0"))
	real, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	return firewalled{real, runs}
}

// The second of two tasks that find their rule goes by the status that the first was told, as long as nothing can have changed.
func TestStatusIsAskedForOnce(t *testing.T) {
	const rules = "\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in\n"
	for name, c := range map[string]struct {
		between func(t *testing.T, rules4 string, c *module.Call)
		runs    int
	}{
		"nothing":              {nil, 1},
		"something was run":    {func(_ *testing.T, _ string, c *module.Call) { c.Epoch++ }, 2},
		"--no-coalesce":        {func(_ *testing.T, _ string, c *module.Call) { c.Epoch = 0 }, 2},
		"some time":            {func(*testing.T, string, *module.Call) { lastStatus.at = lastStatus.at.Add(-statusHolds - time.Second) }, 2},
		"somebody else's rule": {func(t *testing.T, file string, _ *module.Call) { write(t, file, rules+"### tuple ### deny any 1\n") }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			lastStatus.epoch = 0
			root, runs := t.TempDir(), []string{}
			sys := ruled(t, root, rules, &runs)
			call := &module.Call{Sys: sys, Epoch: 7}
			for i, port := range []string{"22", "80"} {
				if i == 1 && c.between != nil {
					c.between(t, filepath.Join(root, "etc/ufw/user.rules"), call)
				}
				call.Args = module.Args{"rule": "allow", "to_port": port, "proto": "tcp", "from_ip": "any", "to_ip": "any"}
				res, err := runUfw(t.Context(), call)
				if err != nil || res["changed"] != false || res["msg"] != "Status: active" {
					t.Fatalf("%v, %v", res, err)
				}
			}
			if len(runs) != c.runs {
				t.Errorf("ufw was run for %q, want %d times", runs, c.runs)
			}
		})
	}
}

// Only where a rule is not there as it stands is ufw told of it.
func TestRulesThatStand(t *testing.T) {
	const rules = "\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow tcp 22,80,443 0.0.0.0/0 any 0.0.0.0/0 in\n" +
		"### tuple ### allow udp 6000:6007 0.0.0.0/0 any 0.0.0.0/0 in\n"
	for name, c := range map[string]struct {
		args   module.Args
		stands bool
	}{
		"a port":               {module.Args{"to_port": "22", "proto": "tcp"}, true},
		"several":              {module.Args{"to_port": "22,80,443", "proto": "tcp"}, true},
		"from one to another":  {module.Args{"to_port": "6000:6007", "proto": "udp"}, true},
		"in another order":     {module.Args{"to_port": "80,22,443", "proto": "tcp"}, false},
		"of another protocol":  {module.Args{"to_port": "22", "proto": "udp"}, false},
		"some of several":      {module.Args{"to_port": "22,80", "proto": "tcp"}, false},
		"by a service's name":  {module.Args{"to_port": "ssh", "proto": "tcp"}, false},
		"from somewhere":       {module.Args{"to_port": "22", "proto": "tcp", "from_ip": "10.0.0.1"}, false},
		"with something added": {module.Args{"to_port": "22", "proto": "tcp", "comment": "ssh"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			root, runs := t.TempDir(), []string{}
			sys := ruled(t, root, rules, &runs)
			args := module.Args{"rule": "allow", "from_ip": "any", "to_ip": "any"}
			maps.Copy(args, c.args)
			if _, err := runUfw(t.Context(), &module.Call{Sys: sys, Args: args}); err != nil {
				t.Fatal(err)
			}
			if told := len(runs) > 1; told == c.stands {
				t.Errorf("ufw was run for %q", runs)
			}
		})
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
