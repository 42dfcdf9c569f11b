package packaging

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pylint-deploy/executor/module"
)

// debianRoot is a root with one installed package, and what has the machine's own apt and dpkg work on it.
func debianRoot(t *testing.T) (root string, env map[string]string) {
	t.Helper()
	for _, program := range []string{"/usr/bin/apt-get", "/usr/bin/dpkg"} {
		if _, err := os.Stat(program); err != nil {
			t.Skip(err)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("dpkg needs root")
	}
	root = t.TempDir()
	for _, dir := range []string{"var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial",
		"var/log/apt", "etc/apt/apt.conf.d", "etc/apt/preferences.d", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"var/lib/dpkg/status": "Package: alpha\nStatus: install ok installed\nPriority: optional\nSection: misc\nInstalled-Size: 1\nMaintainer: t <t@example.com>\n" +
			"Architecture: all\nVersion: 1.0\nDescription: test\n\n",
		"var/lib/dpkg/info/alpha.list": "/.\n",
		"apt.conf": `Dir "` + root + `"; Dir::State::status "` + root + `/var/lib/dpkg/status"; Dir::Bin::dpkg "/usr/bin/dpkg"; Dir::Bin::methods "/usr/lib/apt/methods";
DPkg::Options { "--root=` + root + `"; "--log=/dev/null"; }; DPkg::Use-Pty "false"; APT::Architecture "amd64";` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, map[string]string{"APT_CONFIG": filepath.Join(root, "apt.conf"), "DPKG_ROOT": root, "DPKG_ADMINDIR": filepath.Join(root, "var/lib/dpkg")}
}

// lockHolder is this test's program as the process that holds dpkg's lock until its standard input ends.
const lockHolder = "APT_LOCK_TO_HOLD"

func init() {
	file := os.Getenv(lockHolder)
	if file == "" {
		return
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o640)
	if err == nil {
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	}
	if err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString("held\n")
	_, _ = io.ReadAll(os.Stdin)
	os.Exit(0)
}

// hold has another process take the lock, and returns what ends it.
func hold(t *testing.T, root string) (release func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), lockHolder+"="+filepath.Join(root, "var/lib/dpkg/lock-frontend"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("held\n"))); err != nil {
		t.Fatalf("the lock is not held: %v", err)
	}
	return func() { in.Close(); _ = cmd.Wait() }
}

// A file that dpkg installs itself waits for the lock like all else.
func TestDpkgWaitsForAHeldLock(t *testing.T) {
	root, env := debianRoot(t)
	control := filepath.Join(root, "pkg/DEBIAN/control")
	if err := os.MkdirAll(filepath.Dir(control), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(control, []byte("Package: beta\nVersion: 1.0\nArchitecture: all\nMaintainer: t <t@example.com>\nDescription: test\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(root, "beta.deb")
	if out, err := exec.Command("dpkg-deb", "-b", filepath.Join(root, "pkg"), deb).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	release := hold(t, root)
	defer release()
	time.AfterFunc(1500*time.Millisecond, release)
	system, err := module.NewReal("/", env)
	if err != nil {
		t.Fatal(err)
	}
	get := newAptGet(&module.Call{Sys: system, Args: module.Args{"lock_timeout": int64(30)}})
	begin := time.Now()
	out, err := get.run(context.Background(), []string{"dpkg", "--root=" + root, "--log=/dev/null", "-i", deb})
	if took := time.Since(begin); err != nil || out.RC != 0 || took < 1500*time.Millisecond {
		t.Errorf("after %v: %v, %+v", took, err, out)
	}
}

// Another package manager is waited for, as long as lock_timeout says, and is left alone.
func TestAHeldLockIsWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name     string
		timeout  int64
		released time.Duration // after which the lock is free; 0 is never
		fails    bool
		least    time.Duration
	}{
		{name: "free", timeout: 0},
		{name: "held and not waited for", timeout: 0, fails: true},
		{name: "held for longer", timeout: 1, fails: true, least: time.Second},
		{name: "held for a while", timeout: 30, released: 1500 * time.Millisecond, least: 1500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, env := debianRoot(t)
			if c.name != "free" {
				release := hold(t, root)
				defer release()
				if c.released > 0 {
					time.AfterFunc(c.released, release)
				}
			}
			system, err := module.NewReal(root, env)
			if err != nil {
				t.Fatal(err)
			}
			registry, err := module.NewRegistry(Modules())
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			res := registry.Do(context.Background(), "ansible.builtin.apt", &module.Call{Sys: system, Args: module.Args{"package": []any{"alpha"}, "name": []any{"alpha"},
				"state": "absent", "lock_timeout": c.timeout, "dpkg_options": "force-confdef,force-confold", "upgrade": "no"}})
			took := time.Since(begin)
			if failed := res["failed"] == true; failed != c.fails || !c.fails && res["changed"] != true {
				t.Errorf("%v", res)
			}
			if msg, _ := res["msg"].(string); c.fails && !strings.Contains(msg, "lock") {
				t.Errorf("the message does not name the lock: %q", msg)
			}
			if took < c.least {
				t.Errorf("took %v, should have waited for %v", took, c.least)
			}
			status, err := os.ReadFile(filepath.Join(root, "var/lib/dpkg/status"))
			if err != nil {
				t.Fatal(err)
			}
			if there := strings.Contains(string(status), "install ok installed"); there != c.fails {
				t.Errorf("alpha is there: %v\n%s", there, status)
			}
		})
	}
}
