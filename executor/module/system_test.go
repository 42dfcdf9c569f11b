package module

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func scratch(t *testing.T) (*Real, string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, root
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestScratchRootHoldsLinks(t *testing.T) {
	r, root := scratch(t)
	must(t, r.Mkdir("/etc", 0o755))
	must(t, os.Symlink("/etc", root+"/abs"))
	must(t, os.Symlink("../../../../etc", root+"/up"))
	must(t, os.Symlink("loop", root+"/loop"))
	for _, p := range []string{"/abs/f", "/up/f", "/etc/../../etc/f"} {
		must(t, r.Write(p, strings.NewReader(p), WriteSpec{}))
		got, err := os.ReadFile(root + "/etc/f")
		if err != nil || string(got) != p {
			t.Errorf("writing %s: got %q, %v below the root", p, got, err)
		}
	}
	if _, err := r.Stat("/loop/x"); err == nil || strings.Contains(err.Error(), root) {
		t.Errorf("a loop of links must be an error that names the target's path, got %v", err)
	}
	if got, _ := r.Realpath("/abs/none/x"); got != "/etc/none/x" {
		t.Errorf("Realpath = %s", got)
	}
}

func TestWriteIsAtomicAndNeverOpen(t *testing.T) {
	r, root := scratch(t)
	must(t, os.WriteFile(root+"/secret", []byte("old"), 0o644))
	narrow := fs.FileMode(0o600)
	refuse := errors.New("no")
	err := r.Write("/secret", strings.NewReader("new"), WriteSpec{Mode: &narrow, Validate: func(tmp string) error {
		info, err := r.Stat(tmp)
		must(t, err)
		if info.Perm != 0o600 {
			t.Errorf("temporary file has mode %o", info.Perm)
		}
		return refuse
	}})
	if !errors.Is(err, refuse) {
		t.Fatalf("validate's error must come back, got %v", err)
	}
	if got, _ := os.ReadFile(root + "/secret"); string(got) != "old" {
		t.Errorf("a refused write changed the file: %q", got)
	}
	if left, _ := os.ReadDir(root); len(left) != 1 {
		t.Errorf("temporary file left behind: %v", left)
	}
	must(t, r.Write("/secret", strings.NewReader("new"), WriteSpec{}))
	if info, _ := r.Stat("/secret"); info.Perm != 0o644 {
		t.Errorf("mode not kept: %o", info.Perm)
	}
}

func TestDryRunChangesNothingButItsScratch(t *testing.T) {
	r, root := scratch(t)
	must(t, os.WriteFile(root+"/a", []byte("a"), 0o644))
	d := NewDryRun(r)
	must(t, d.Write("/b", nil, WriteSpec{}))
	must(t, d.Mkdir("/dir", 0o755))
	must(t, d.Remove("/a"))
	must(t, d.Chmod("/a", 0))
	must(t, d.Rename("/a", "/c"))
	must(t, d.Chtimes("/a", time.Unix(1, 0), time.Unix(1, 0)))
	out, err := d.Run(t.Context(), Cmd{Argv: []string{"touch", root + "/ran"}})
	if err != nil || out.RC != 0 {
		t.Errorf("a dropped program succeeds: %v %v", out, err)
	}
	entries, _ := os.ReadDir(root)
	if len(entries) != 1 || entries[0].Name() != "a" {
		t.Errorf("the root changed: %v", entries)
	}
	dir, err := d.TempDir()
	must(t, err)
	must(t, d.Write(dir+"/x", strings.NewReader("x"), WriteSpec{}))
	if got, err := r.ReadFile(dir + "/x"); err != nil || string(got) != "x" {
		t.Errorf("scratch files are real: %q %v", got, err)
	}
}

func TestRunKillsTheGroupAndKeepsArgumentsApart(t *testing.T) {
	r, _ := scratch(t)
	mask := 0o027
	out, err := r.Run(t.Context(), Cmd{Argv: []string{"sh", "-c", `umask; printf '<%s>' "$@"`, "x", "a b", "$(id)"}, Umask: &mask})
	must(t, err)
	if got := string(out.Stdout); got != "0027\n<a b><$(id)>" {
		t.Errorf("got %q", got)
	}
	out, err = r.Run(t.Context(), Cmd{Argv: []string{"sh", "-c", "sleep 60 & echo started; exit 3"}})
	if err != nil || out.RC != 3 || string(out.Stdout) != "started\n" || out.End.Sub(out.Start) > 20*time.Second {
		t.Errorf("a child left behind must not hold the module: %+v %v", out, err)
	}
	if out, err = r.Run(t.Context(), Cmd{Argv: []string{"sh", "-c", "kill -9 $$"}}); err != nil || out.RC != -9 {
		t.Errorf("a signal is a negative rc: %+v %v", out, err)
	}
	if _, err = r.Run(t.Context(), Cmd{Argv: []string{"no-such-program"}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing program: %v", err)
	}
}

func TestParseMode(t *testing.T) {
	for _, tt := range []struct {
		mode any
		cur  uint32
		dir  bool
		want uint32
	}{
		{"0644", 0, false, 0o644},
		{"2755", 0, true, 0o2755},
		{int64(420), 0, false, 0o644},
		{float64(493), 0, false, 0o755},
		{"u=rwX,g=rX,o=", 0o600, false, 0o640},
		{"u=rwX,g=rX,o=", 0o600, true, 0o750},
		{"a+x", 0o644, false, 0o755},
		{"+x", 0o600, false, 0o711},
		{"+w", 0o400, false, 0o600},
		{"g=u", 0o740, false, 0o770},
		{"u+s,g+s,o+t", 0o755, false, 0o7755},
		{"u=rw-x+X,g=r-x+X,o=r-x+X", 0o777, false, 0o755},
		{"o-rwx", 0o777, true, 0o770},
	} {
		got, err := ParseMode(tt.mode, tt.cur, tt.dir, 0o022)
		if err != nil || got != tt.want {
			t.Errorf("ParseMode(%v, %o, %v) = %o, %v; want %o", tt.mode, tt.cur, tt.dir, got, err, tt.want)
		}
	}
	for _, bad := range []any{"rw", "u=q", "z+x", "77777", 1.5, int64(-1), ""} {
		if got, err := ParseMode(bad, 0, false, 0o022); err == nil {
			t.Errorf("ParseMode(%v) = %o, want an error", bad, got)
		}
	}
}

func TestSplitWords(t *testing.T) {
	for in, want := range map[string]string{
		`a  b`:            "a|b",
		`a 'b c' "d\"e"`:  `a|b c|d"e`,
		`a\ b "x\y" '' z`: `a b|x\y||z`,
		`x'y'"z"`:         "xyz",
	} {
		got, err := SplitWords(in)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("SplitWords(%s) = %q, %v", in, got, err)
		}
	}
	for _, bad := range []string{`'a`, `"a`, `a\`} {
		if _, err := SplitWords(bad); err == nil {
			t.Errorf("SplitWords(%s): want an error", bad)
		}
	}
}

// TestUnknownOwnersAreAskedOnce counts how often getent runs.
func TestUnknownOwnersAreAskedOnce(t *testing.T) {
	r, root := scratch(t)
	bin := root + "/bin"
	must(t, os.Mkdir(bin, 0o755))
	must(t, os.WriteFile(bin+"/getent", []byte("#!/bin/sh\necho \"$*\" >> "+root+"/asked\n[ $2 != 77777 ] && exit 2\necho ldap:x:77777:1::/h:/s\n"), 0o755))
	reg, err := NewRegistry([]Module{{Name: "a.b.c", Run: func(_ context.Context, c *Call) (Result, error) {
		for range 3 {
			if got := c.UserName(77777); got != "ldap" {
				t.Errorf("a name from the directory: %s", got)
			}
			if got := c.UserName(88888); got != "88888" {
				t.Errorf("an unknown number: %s", got)
			}
		}
		return nil, nil
	}}})
	must(t, err)
	reg.Do(t.Context(), "a.b.c", &Call{Sys: r.WithEnv(map[string]string{"PATH": bin + ":/bin:/usr/bin"})})
	asked, err := os.ReadFile(root + "/asked")
	if string(asked) != "passwd 77777\npasswd 88888\n" {
		t.Errorf("asked %q, %v", asked, err)
	}
}

func TestFailuresCarryTheirKeys(t *testing.T) {
	r, _ := scratch(t)
	reg, err := NewRegistry([]Module{
		{Name: "a.b.fails", Run: func(context.Context, *Call) (Result, error) {
			return Result{"changed": true}, Fail("no", "rc", 3)
		}},
		{Name: "a.b.panics", Run: func(context.Context, *Call) (Result, error) { panic("oh") }},
		{Name: "a.b.nocheck", NoCheck: true, Run: func(context.Context, *Call) (Result, error) { return Result{"changed": true}, nil }},
	})
	must(t, err)
	if res := reg.Do(t.Context(), "a.b.fails", &Call{Sys: r}); res["failed"] != true || res["msg"] != "no" || res["rc"] != 3 || res["changed"] != false {
		t.Errorf("a failure: %v", res)
	}
	if res := reg.Do(t.Context(), "a.b.panics", &Call{Sys: r}); res["failed"] != true {
		t.Errorf("a panic: %v", res)
	}
	if res := reg.Do(t.Context(), "a.b.nocheck", &Call{Sys: r, Check: true}); res["skipped"] != true || res["changed"] != false {
		t.Errorf("check mode: %v", res)
	}
	if res := reg.Do(t.Context(), "a.b.none", &Call{Sys: r}); res["failed"] != true {
		t.Errorf("an unknown module: %v", res)
	}
	if _, err := NewRegistry([]Module{{Name: "x"}}, []Module{{Name: "x"}}); err == nil {
		t.Error("a name twice must be an error")
	}
}

func TestRelativePathsAreThoseOfTheWorkingDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	sys, err := NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := sys.Realpath("a/../b"); err != nil || got != filepath.Join(dir, "b") {
		t.Errorf("Realpath: %q, %v", got, err)
	}
}

func TestWhoMayWriteMayTouch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	old := time.Unix(1e9, 0)
	sys, err := NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sys.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	if err := sys.Chtimes(file, Now, Now); err != nil {
		t.Fatal(err)
	}
	if info, err := sys.Stat(file); err != nil || time.Since(info.Mtime) > time.Minute || time.Since(info.Atime) > time.Minute {
		t.Errorf("times are %v and %v, %v", info.Mtime, info.Atime, err)
	}
}

func TestUnsafeWritesByEnvironmentOnlyWithoutTheArgument(t *testing.T) {
	for _, c := range []struct {
		env  string
		arg  any
		want bool
	}{{"1", nil, true}, {"1", false, false}, {"", true, true}, {"", nil, false}, {"no", nil, false}} {
		sys, err := NewReal("/", map[string]string{"ANSIBLE_UNSAFE_WRITES": c.env})
		if err != nil {
			t.Fatal(err)
		}
		call := &Call{Args: Args{"unsafe_writes": c.arg}, Sys: sys}
		if got := call.UnsafeWrites(); got != c.want {
			t.Errorf("environment %q, argument %v: %v", c.env, c.arg, got)
		}
	}
}
