package packaging

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pylint-deploy/executor/module"
)

// counted is a target below a scratch root where apt-get update is counted.
type counted struct {
	*module.Real
	updates *int
}

func (c counted) Run(ctx context.Context, cmd module.Cmd) (module.Output, error) {
	if slices.Contains(cmd.Argv, "update") {
		*c.updates++
	}
	return module.Output{}, nil
}

func (c counted) LookPath(name string) (string, error) { return "/usr/bin/" + name, nil }

// TestRefreshCoalesces refreshes twice with something in between, and counts.
func TestRefreshCoalesces(t *testing.T) {
	write := func(file, text string) func(*testing.T, string, *module.Call) {
		return func(t *testing.T, root string, _ *module.Call) {
			file := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	const list = "etc/apt/sources.list"
	const ours = "deb [signed-by=/opt/keys/ours.gpg] http://deb.example.org/debian bookworm main\n"
	for name, c := range map[string]struct {
		sources string
		between func(t *testing.T, root string, c *module.Call)
		updates int
	}{
		"nothing":                      {ours, nil, 1},
		"something unheard of was run": {ours, func(_ *testing.T, _ string, c *module.Call) { c.Epoch++ }, 2},
		"--no-coalesce":                {ours, func(_ *testing.T, _ string, c *module.Call) { c.Epoch = 0 }, 2},
		"the sources":                  {ours, write(list, ours+"#\n"), 2},
		"the same again":               {ours, write(list, ours), 2}, // written is changed: nobody knows what was there meanwhile
		"a source more":                {ours, write("etc/apt/sources.list.d/more.sources", "Types: deb\n"), 2},
		"a key":                        {ours, write("etc/apt/keyrings/new.gpg", "key"), 2},
		"a key that a source names":    {ours, write("opt/keys/ours.gpg", "new"), 2},
		"apt's configuration":          {ours, write("etc/apt/apt.conf.d/99x", "x"), 2},
		"names":                        {ours, write("etc/hosts", "127.0.0.1 deb.example.org"), 2},
		"the lists":                    {ours, write("var/lib/apt/lists/some_Packages", "less"), 2},
		"a scratch file of apt":        {ours, write("var/lib/apt/lists/partial/some_Packages", "x"), 1},
		"another file":                 {ours, write("etc/nginx/nginx.conf", "x"), 1},
		"a long time":                  {ours, func(*testing.T, string, *module.Call) { lastRefresh.at = lastRefresh.at.Add(-tenMinutes) }, 2},
		"a directory as source":        {"deb file:/srv/debs ./\n", nil, 2},
		"a source on this machine":     {"deb http://localhost:8080/ ./\n", nil, 2},
		"one with a user name":         {"deb http://u:p@127.0.0.1/ ./\n", nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			root, updates := t.TempDir(), 0
			for file, text := range map[string]string{list: c.sources, "opt/keys/ours.gpg": "key", "etc/hosts": "", "var/lib/apt/lists/some_Packages": "all",
				"var/lib/apt/lists/partial/x": "", "etc/apt/apt.conf.d/00x": "", "etc/apt/keyrings/old.gpg": "", "etc/apt/sources.list.d/x": ""} {
				write(file, text)(t, root, nil)
			}
			real, err := module.NewReal(root, nil)
			if err != nil {
				t.Fatal(err)
			}
			call := &module.Call{Sys: counted{real, &updates}, Epoch: 7, Args: module.Args{"update_cache_retries": int64(1), "update_cache_retry_max_delay": int64(1), "lock_timeout": int64(0)}}
			lastRefresh = refreshed{}
			for i := range 2 {
				if err := refresh(t.Context(), call, newAptGet(call)); err != nil {
					t.Fatal(err)
				}
				if i == 0 && c.between != nil {
					time.Sleep(5 * time.Millisecond) // a change time of its own, where the kernel's clock is coarse
					c.between(t, root, call)
				}
			}
			if updates != c.updates {
				t.Errorf("apt-get update ran %d times, want %d", updates, c.updates)
			}
		})
	}
}
