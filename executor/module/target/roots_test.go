//go:build target

package target

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// side is one copy of the root with a program in it that runs modules.
type side struct {
	base, root, upper string
	// bare roots have no kernel below /proc and /sys, only files that a test puts there.
	bare bool
	in   *json.Encoder
	out  *bufio.Reader
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// baseRoot is the root that is copied; without one the tests are skipped, but not in CI.
func baseRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TARGET_ROOT")
	if root == "" || os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("TARGET_ROOT must name a Debian root, and the test must be run as root")
		}
		t.Skip("TARGET_ROOT names no Debian root, or not root")
	}
	return root
}

// newSide mounts a copy of the root and starts a runner in it.
func newSide(t *testing.T, name string, bare bool, argv ...string) *side {
	t.Helper()
	base, dir := baseRoot(t), t.TempDir()
	s := &side{base: base, bare: bare, root: filepath.Join(dir, name), upper: filepath.Join(dir, "tmp", "upper")}
	tmp, work := filepath.Join(dir, "tmp"), filepath.Join(dir, "tmp", "work")
	for _, d := range []string{s.root, tmp} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount := func(args ...string) {
		run(t, "mount", args...)
		target := args[len(args)-1]
		t.Cleanup(func() { _ = syscall.Unmount(target, syscall.MNT_DETACH) })
	}
	mount("-t", "tmpfs", "target", tmp)
	for _, d := range []string{s.upper, work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount("-t", "overlay", "overlay", "-o", fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", base, s.upper, work), s.root)
	kernel := []string{"proc", "sys", "dev"}
	if bare {
		kernel = []string{"dev"}
		standIns(t, s.root)
	}
	for _, d := range kernel {
		mount("--bind", "/"+d, filepath.Join(s.root, d))
	}
	for _, d := range []string{"ansible", "run/runner"} {
		if err := os.MkdirAll(filepath.Join(s.root, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount("--bind", "/usr/lib/python3/dist-packages", filepath.Join(s.root, "ansible"))
	here, _ := filepath.Abs("testdata")
	run(t, "cp", filepath.Join(here, "ansible_runner.py"), modrun(t), filepath.Join(s.root, "run/runner"))
	s.start(t, argv...)
	return s
}

// standIns puts what stands in for a kernel into a root: programs, and libraries of Python.
func standIns(t *testing.T, root string) {
	t.Helper()
	libraries, err := filepath.Glob(filepath.Join(root, "usr/local/lib/python3.*/dist-packages"))
	if err != nil || len(libraries) != 1 {
		t.Fatalf("libraries of Python in %s: %v %v", root, libraries, err)
	}
	files, _ := filepath.Glob("testdata/standins/*")
	for _, f := range files {
		to := filepath.Join(root, "usr/local/sbin")
		if filepath.Ext(f) == ".py" {
			to = libraries[0]
		}
		run(t, "cp", f, to)
	}
}

func (s *side) start(t *testing.T, argv ...string) {
	cmd := exec.Command("unshare", append([]string{"--pid", "--fork", "--kill-child", "chroot", s.root}, argv...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "SYSTEMD_OFFLINE=1"}
	s.startCommand(t, cmd)
}

// startCommand starts the program that answers requests.
func (s *side) startCommand(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stderr = os.Stderr
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
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	s.in, s.out = json.NewEncoder(in), bufio.NewReaderSize(out, 1<<20)
}

// do runs one module and returns its result.
func (s *side) do(req map[string]any) (map[string]any, error) {
	if err := s.in.Encode(req); err != nil {
		return nil, err
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("runner in %s: %w", s.root, err)
	}
	var res map[string]any
	if err := json.Unmarshal(line, &res); err != nil {
		return nil, fmt.Errorf("runner in %s: %w: %s", s.root, err, line)
	}
	return res, nil
}

// ignored are files whose content tells of times and not of what was done.
var ignored = []string{"/var/log/", "/var/cache/", "/tmp/", "/run/", "/ansible", "/root/.ansible", "/var/lib/apt/lists", "-old", "/etc/passwd-", "/etc/shadow-",
	"/etc/group-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-", ".lock", "/proc", "/sys", "/dev", "/var/lib/dpkg/", "/.ssh/id_", "__pycache__", ".git/", "/root/.gnupg", "index-", "/root/.rpmdb", "/var/lib/dnf", "/var/lib/rpm", "/srv/rpms", "/srv/extra", "/srv/outside", "/srv/downloads/"}

// describe is a file's type, mode, owner and content.
func describe(p string) (string, error) {
	fi, err := os.Lstat(p)
	if err != nil {
		return "", err
	}
	st := fi.Sys().(*syscall.Stat_t)
	line := fmt.Sprintf("%v %d:%d", fi.Mode(), st.Uid, st.Gid)
	switch {
	case fi.Mode().IsRegular():
		data, err := os.ReadFile(p)
		if err != nil {
			return "", err
		}
		if strings.Contains(p, "/spool/cron/") { // crontab writes the time above
			for i := 0; i < 3 && bytes.HasPrefix(data, []byte("# ")); i++ {
				_, data, _ = bytes.Cut(data, []byte("\n"))
			}
		}
		line += fmt.Sprintf(" %x", sha256.Sum256(data))
	case fi.Mode()&fs.ModeSymlink != 0:
		l, _ := os.Readlink(p)
		line += " -> " + l
	}
	return line, nil
}

// tree lists what a side has changed: path, mode, owner, content.
func (s *side) tree(t *testing.T) map[string]string {
	out := map[string]string{}
	err := filepath.WalkDir(s.upper, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(p, s.upper)
		for _, i := range ignored {
			if s.bare && (i == "/proc" || i == "/sys") {
				continue
			}
			if strings.Contains(rel+"/", i) || strings.HasSuffix(rel, i) {
				return nil
			}
		}
		fi, err := d.Info()
		if err != nil || rel == "" {
			return err
		}
		line, err := describe(p)
		if err != nil {
			return err
		}
		if base, err := describe(filepath.Join(s.base, rel)); err == nil && base == line && !fi.IsDir() {
			return nil // written again as it was
		}
		out[rel] = line
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
