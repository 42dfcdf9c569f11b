package state

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pylint-deploy/executor/module"
)

// target is a small tree and an agent that looks at it.
type target struct {
	t        *testing.T
	dir      string
	registry *module.Registry
	sys      module.System
}

func newTarget(t *testing.T, files map[string]string) *target {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	sys, err := module.NewReal(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return &target{t, dir, registry, sys}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (g *target) capture(args module.Args) module.Result {
	g.t.Helper()
	res := g.registry.Do(context.Background(), Name, &module.Call{Args: args, Sys: g.sys})
	if res["failed"] == true {
		g.t.Fatal(res["msg"])
	}
	return res
}

// items are what a capture has set.
func items(res module.Result) []string {
	set, _ := res["set"].(map[string]any)
	return slices.Sorted(maps.Keys(set))
}

func TestWhatACaptureSees(t *testing.T) {
	g := newTarget(t, map[string]string{
		"etc/passwd":          "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n",
		"etc/shadow":          "root:*:1::::::\nann:$y$hash:20000::::::\n",
		"etc/group":           "root:x:0:\nann:x:1000:bob\n",
		"srv/page":            "text",
		"var/log/syslog":      "noise",
		"etc/key.pem":         "random",
		"var/lib/dpkg/status": "Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22\n\nPackage: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n\nPackage: half\nStatus: install ok half-configured\nArchitecture: all\nVersion: 2\nDescription: x\n Package: no\n",
	})
	if err := os.Symlink("page", filepath.Join(g.dir, "srv/current")); err != nil {
		t.Fatal(err)
	}
	res := g.capture(module.Args{"ignore": []any{"/var/log", "/var/lib/dpkg", "/etc/passwd", "/etc/shadow", "/etc/group"}, "opaque": []any{"**/*.pem"}})
	set, _ := res["set"].(map[string]any)
	for item, want := range map[string]string{
		"user ann":            `uid 1000 gid 1000 "" home /home/ann shell /bin/sh with password`,
		"user root":           `uid 0 gid 0 "root" home /root shell /bin/bash locked`,
		"group ann":           "gid 1000 members bob",
		"link /srv/current":   "page",
		"package nginx:amd64": "1.22",
		"package half:all":    "2 (install ok half-configured)",
	} {
		if set[item] != want {
			t.Errorf("%s: %q, want %q", item, set[item], want)
		}
	}
	if page, _ := set["file /srv/page"].(string); !strings.HasPrefix(page, "0644 ") || !strings.Contains(page, " 4 bytes 982d9e3eb996f559") {
		t.Errorf("file /srv/page: %q", page)
	}
	if key, _ := set["file /etc/key.pem"].(string); !strings.HasSuffix(key, "content not compared") {
		t.Errorf("an opaque file: %q", key)
	}
	for item := range set {
		if strings.Contains(item, "/var/log") || strings.Contains(item, "gone") || strings.Contains(item, "hash") {
			t.Errorf("%s should not be there", item)
		}
	}
}

// A caller that has the last capture is told what differs from it, whatever changed: content of the same size, modes, what is
// gone. One that has another capture is told everything.
func TestLaterCapturesTellDifferences(t *testing.T) {
	g := newTarget(t, map[string]string{"a": "one", "b": "two", "c/d": "three", "same": "x"})
	first := g.capture(module.Args{})
	if first["whole"] != true {
		t.Error("the first capture should be whole")
	}
	write(t, filepath.Join(g.dir, "a"), "ONE")
	if err := os.Chmod(filepath.Join(g.dir, "b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(g.dir, "c")); err != nil {
		t.Fatal(err)
	}
	second := g.capture(module.Args{"since": first["number"]})
	if got, want := items(second), []string{"file /a", "file /b"}; second["whole"] != false || !slices.Equal(got, want) {
		t.Errorf("whole %v, set %q, want %q", second["whole"], got, want)
	}
	if gone, want := second["gone"].([]string), []string{"dir /c", "file /c/d"}; !slices.Equal(gone, want) {
		t.Errorf("gone %q, want %q", gone, want)
	}
	if third := g.capture(module.Args{"since": first["number"]}); third["whole"] != true {
		t.Error("a caller with another capture should be told everything")
	}
}

// A table that somebody has looked at says the same as none: both let everything pass.
func TestFirewallsWithoutRulesAreAlike(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"*filter\n:INPUT ACCEPT [1:60]\nCOMMIT\n", ""},
		{"*filter\n:INPUT DROP [1:60]\n:mine - [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n", "firewall iptables filter -A INPUT -p tcp -j ACCEPT, firewall iptables filter INPUT, firewall iptables filter mine"},
	} {
		look := &capture{items: map[string]string{}}
		look.rules("iptables", c.text)
		if got := strings.Join(slices.Sorted(maps.Keys(look.items)), ", "); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
}

// counting counts what is read.
type counting struct {
	module.System
	mu    sync.Mutex
	reads []string
}

func (c *counting) note(what, path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if path == "/" || strings.HasPrefix(path, "/srv") {
		c.reads = append(c.reads, what+" "+path)
	}
}

func (c *counting) Open(p string) (io.ReadCloser, error) {
	c.note("content", p)
	return c.System.Open(p)
}

func (c *counting) ReadDir(p string) ([]module.Info, error) {
	c.note("names", p)
	return c.System.ReadDir(p)
}

// What has not changed is not read again; what has, is, whatever it was that changed.
func TestWhatIsTheSameIsNotReadAgain(t *testing.T) {
	g := newTarget(t, map[string]string{"srv/a": "one", "srv/b": "two", "srv/c/d": "three", "srv/key": "random"})
	count := &counting{System: g.sys}
	g.sys = count
	reads := func(args module.Args) []string {
		time.Sleep(2 * ctimeGrain) // what has just changed is never relied upon
		count.reads = nil
		g.capture(args)
		slices.Sort(count.reads)
		return count.reads
	}
	same := module.Args{"opaque": []any{"/srv/key"}}
	all := []string{"content /srv/a", "content /srv/b", "content /srv/c/d", "names /", "names /srv", "names /srv/c"}
	if got := reads(same); !slices.Equal(got, all) {
		t.Errorf("first %q, want %q", got, all)
	}
	if got := reads(same); len(got) > 0 {
		t.Errorf("nothing has changed, but %q", got)
	}
	write(t, filepath.Join(g.dir, "srv/a"), "ONE")
	write(t, filepath.Join(g.dir, "srv/c/new"), "four")
	if err := os.Chmod(filepath.Join(g.dir, "srv/c/d"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := reads(same), []string{"content /srv/a", "content /srv/c/d", "content /srv/c/new", "names /srv/c"}; !slices.Equal(got, want) {
		t.Errorf("after three changes %q, want %q", got, want)
	}
	if got, want := reads(module.Args{}), append([]string{"content /srv/c/new", "content /srv/key"}, all...); !slices.Equal(got, sorted(want)) {
		t.Errorf("with other patterns %q, want %q", got, want)
	}
}

// What changed a moment ago is read again: it may have changed twice with one time.
func TestWhatHasJustChangedIsReadAgain(t *testing.T) {
	g := newTarget(t, map[string]string{"srv/a": "one"})
	count := &counting{System: g.sys}
	g.sys = count
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(g.dir, "srv/a"), later, later); err != nil { // its ctime is now
		t.Fatal(err)
	}
	g.capture(module.Args{})
	count.reads = nil
	g.capture(module.Args{})
	if want := "content /srv/a"; !slices.Contains(count.reads, want) {
		t.Errorf("%q was not read again, but %q", want, count.reads)
	}
}

func sorted(list []string) []string { slices.Sort(list); return list }

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, item string
		want          bool
	}{
		{"/var/log", "/var/log", true}, {"/var/log", "/var/log/a/b", true}, {"/var/log", "/var/logs", false},
		{"/home/*/.cache", "/home/ann/.cache/x", true}, {"/home/*/.cache", "/home/a/b/.cache", false},
		{"**/*.pyc", "/usr/lib/x.pyc", true}, {"**/*.pyc", "/x.pyc", true}, {"**/.git/index", "/srv/app/.git/index", true},
		{"/a.b", "/axb", false}, {"service apt-daily*", "service apt-daily.timer", true}, {"service apt*", "service nginx.service", false},
		{"firewall ** -A f2b-**", "firewall iptables filter -A f2b-sshd -s 192.0.2.1/32 -j REJECT", true},
	} {
		p, err := compile([]string{c.pattern})
		if err != nil {
			t.Fatal(err)
		}
		kind, name, _ := strings.Cut(c.item, " ")
		if got := p.path(c.item) || p.item(kind, name); got != c.want {
			t.Errorf("%q and %q: %v, want %v", c.pattern, c.item, got, c.want)
		}
	}
}

func TestEndpoints(t *testing.T) {
	for text, want := range map[string]string{"0100007F:1538": "127.0.0.1 5432", "00000000:0050": "0.0.0.0 80", "00000000000000000000000001000000:0016": "::1 22", "x:y": ""} {
		address, port, ok := endpoint(text)
		if got := address + " " + number(port); ok && got != want || !ok && want != "" {
			t.Errorf("endpoint(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzPatterns: whatever somebody writes as a pattern is refused or matches; nothing panics.
func FuzzPatterns(f *testing.F) {
	for _, seed := range []string{"/var/log", "**/*.pyc", "service [", "a(b", "**"} {
		f.Add(seed, "/var/log/x")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		p, err := compile([]string{pattern})
		if err == nil {
			p.path(path)
			p.item("kind", path)
		}
	})
}
