package foreign

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/executor/module"
)

// target runs foreign modules on this machine, with a home of its own.
type target struct {
	t      *testing.T
	env    map[string]string
	opened int // how often content was asked for
}

func newTarget(t *testing.T) *target {
	return &target{t: t, env: map[string]string{"HOME": t.TempDir(), "XDG_CACHE_HOME": "", "TMPDIR": t.TempDir()}}
}

func (g *target) run(content []byte, args module.Args) module.Result {
	g.t.Helper()
	system, err := module.NewReal("/", g.env)
	if err != nil {
		g.t.Fatal(err)
	}
	registry, err := module.NewRegistry(Modules())
	if err != nil {
		g.t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	all := module.Args{"name": "acme", "params": map[string]any{"word": "x"}}
	for k, v := range args {
		all[k] = v
	}
	blob := module.Blob{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		g.opened++
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
	return registry.Do(context.Background(), Name, &module.Call{Args: all, Sys: system, Blob: func(string) (module.Blob, error) { return blob, nil }})
}

// script runs a module that is a shell script with these lines.
func (g *target) script(lines string) module.Result {
	return g.run([]byte("#!/bin/sh\n"+lines), module.Args{"kind": "want_json", "interpreter": []any{"/bin/sh"}})
}

func TestWhatAModulePrints(t *testing.T) {
	const failed = "MODULE FAILURE\nSee stdout/stderr for the exact error"
	for _, c := range []struct {
		name, lines string
		want        module.Result
	}{
		{"an object", `echo '{"changed": true, "n": 1, "f": 1.5, "none": null}'`, module.Result{"changed": true, "n": int64(1), "f": 1.5, "none": nil}},
		{"over several lines, among others", `printf 'welcome\n {"a":\n1}\n\n'`, module.Result{"changed": false, "a": int64(1)}},
		{"with junk after it", `printf '{"a": 1}\nbye\n'`, module.Result{"changed": false, "a": int64(1),
			"_ansible_said": []any{"Module invocation had junk after the JSON data: bye"}}},
		{"what it has no say in", `echo '{"_ansible_no_log": true, "add_group": 1, "warnings": [], "deprecations": null, "ansible_facts": {"discovered_interpreter_python": "x", "y": 1}}'`,
			module.Result{"changed": false, "ansible_facts": map[string]any{"y": int64(1)}, "_ansible_said": []any{
				"Removed unexpected internal key in module return: _ansible_no_log = true", "Removed unexpected internal key in module return: add_group = 1"}}},
		{"results that are no loop's", `echo '{"results": "x"}'`, module.Result{"changed": false, "ansible_module_results": "x",
			"_ansible_said": []any{"Found internal 'results' key in module return, renamed to 'ansible_module_results'."}}},
		{"results that may be", `echo '{"results": [1]}'`, module.Result{"changed": false, "results": []any{int64(1)}}},
		{"no file's owner is added", `echo '{"path": "/etc/passwd"}'`, module.Result{"changed": false, "path": "/etc/passwd"}},
		{"nothing", `exit 3`, module.Result{"changed": false, "failed": true, "module_stdout": "", "module_stderr": "", "rc": 3, "msg": failed}},
		{"text", `echo a; echo b >&2`, module.Result{"changed": false, "failed": true, "module_stdout": "a\n", "module_stderr": "b\n", "rc": 0, "msg": failed}},
		{"a list", `echo '[1]'`, module.Result{"changed": false, "failed": true, "module_stdout": "[1]\n", "module_stderr": "", "rc": 0, "msg": failed}},
		{"broken JSON", `echo '{"a": }'`, module.Result{"changed": false, "failed": true, "module_stdout": "{\"a\": }\n", "module_stderr": "", "rc": 0, "msg": failed}},
		{"a traceback", `echo 'Traceback (most recent call last)' >&2; exit 1`, module.Result{"changed": false, "failed": true, "module_stdout": "",
			"module_stderr": "Traceback (most recent call last)\n", "exception": "Traceback (most recent call last)\n", "rc": 1, "msg": failed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, newTarget(t).script(c.lines)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A job's result has what nobody can show while it runs.
func TestWhatAJobPrints(t *testing.T) {
	const failed = "MODULE FAILURE\nSee stdout/stderr for the exact error"
	for lines, want := range map[string]module.Result{
		`echo '{"a": 1}'`:              {"changed": false, "a": int64(1)},
		`echo '{"a": 1}'; echo junk`:   {"changed": false, "a": int64(1), "warnings": []any{"Module invocation had junk after the JSON data: junk"}},
		`echo '{"a": 1}'; echo e >&2`:  {"changed": false, "a": int64(1), "stderr": "e\n"},
		`echo out; echo e >&2; exit 1`: {"changed": false, "failed": true, "module_stdout": "out\n", "module_stderr": "e\n", "data": "out\n", "stderr": "e\n", "rc": 1, "msg": failed},
	} {
		got := newTarget(t).run([]byte("#!/bin/sh\n"+lines), module.Args{"kind": "want_json", "interpreter": []any{"/bin/sh"}, "async": true})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", lines, diff)
		}
	}
}

// A module's file and its arguments are its user's alone, and are gone after it.
func TestScratchFiles(t *testing.T) {
	g := newTarget(t)
	res := g.script(`set -- $(stat -c '%a %u %n' "$0" "$1" "${0%/*}"); echo "{\"said\": \"$1 $4 $7 $3\"}"`)
	said := strings.Fields(res["said"].(string))
	if len(said) != 4 || said[0] != "700" || said[1] != "600" || said[2] != "700" {
		t.Fatalf("modes of module, arguments and directory are %v, want 700, 600, 700: %v", said, res)
	}
	if _, err := os.Stat(said[3]); err == nil {
		t.Errorf("%s is still there", said[3])
	}
}

// packed is an archive that Python runs, which prints where it is and what it got.
func packed(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("__main__.py")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "import sys, json\nprint(json.dumps(dict(path=sys.path[0], argv=sys.argv[1:], got=json.load(sys.stdin)['ANSIBLE_MODULE_ARGS']['word'])))\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is not installed, and CI has to run modules with it")
		}
		t.Skip("no python3 here")
	}
	return path
}

func TestAPackedModuleIsSentOnce(t *testing.T) {
	g, content := newTarget(t), packed(t)
	args := module.Args{"kind": "packed", "interpreter": []any{python(t)}}
	dir := filepath.Join(g.env["HOME"], ".cache/pylint-deploy/modules")
	old := filepath.Join(dir, "old.zip")
	var file string
	for _, c := range []struct {
		name   string
		before func() error
		opened int
		in     string // the directory that it ran from
	}{
		{"the first time", func() error { return nil }, 1, dir},
		{"the second time", func() error { return nil }, 0, dir},
		{"with another content", func() error { return os.WriteFile(file, make([]byte, len(content)), 0o600) }, 1, dir},
		{"readable by others", func() error { return os.Chmod(file, 0o644) }, 1, dir},
		{"a link", func() error {
			return errorOf(os.Rename(file, file+".moved"), os.Symlink(file+".moved", file))
		}, 1, dir},
		{"old ones are removed", func() error {
			month := time.Now().Add(-unused - time.Hour)
			return errorOf(os.Remove(file), os.WriteFile(old, nil, 0o600), os.Chtimes(old, month, month))
		}, 1, dir},
		{"a directory that others may write to", func() error { return os.Chmod(dir, 0o770) }, 1, g.env["TMPDIR"]},
		{"ephemeral", func() error { args["ephemeral"] = true; return os.Chmod(dir, 0o700) }, 1, g.env["TMPDIR"]},
	} {
		g.opened = 0
		if err := c.before(); err != nil {
			t.Fatal(err)
		}
		res := g.run(content, args)
		path, _ := res["path"].(string)
		if res["got"] != "x" || len(res["argv"].([]any)) > 0 || g.opened != c.opened || !strings.HasPrefix(path, c.in+"/") {
			t.Errorf("%s: content was asked for %d times, want %d; ran from %s, want %s: %v", c.name, g.opened, c.opened, path, c.in, res)
		}
		if file = filepath.Join(dir, filepath.Base(path)); c.in == dir {
			if info, err := os.Lstat(file); err != nil || info.Mode() != 0o600 {
				t.Errorf("%s: %v, %v", c.name, info, err)
			}
		}
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("a module that was not used for more than a month is still there")
	}
}

func errorOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestInterpreters(t *testing.T) {
	content, have := packed(t), python(t)
	for _, c := range []struct {
		name string
		args module.Args
		want string // the message, or the interpreter that is told as found
	}{
		{"found by name", module.Args{"discover": "auto_silent", "fallback": []any{"no-python", have}}, have},
		{"none", module.Args{"discover": "auto", "fallback": []any{"no-python", "/no/python"}},
			"no Python interpreter was found on the target (looked for no-python, /no/python), and acme is a Python module: install python3 there, or name its Python with ansible_python_interpreter"},
		{"named and not there", module.Args{"interpreter": []any{"/no/python"}}, "The module failed to execute correctly, you probably need to set the interpreter.\nSee stdout/stderr for the exact error"},
		{"several words", module.Args{"interpreter": []any{"env", "python3"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.args["kind"] = "packed"
			res := newTarget(t).run(content, c.args)
			got, _ := res["msg"].(string)
			if facts, ok := res["ansible_facts"].(map[string]any); ok {
				got, _ = facts["discovered_interpreter_python"].(string)
			}
			if got != c.want {
				t.Errorf("says %q, want %q: %v", got, c.want, res)
			}
		})
	}
}

func TestThePythonOfTheDistribution(t *testing.T) {
	for _, c := range []struct{ release, want string }{
		{"ID=debian\nVERSION_ID=\"12\"\n", "/usr/bin/python3"},
		{"ID=debian\nVERSION_ID=\"9\"\n", "/usr/bin/python"},
		{"ID=ubuntu\nVERSION_ID=\"24.04\"\n", "/usr/bin/python3"},
		{"ID=\"rocky\"\nVERSION_ID=\"8.9\"\n", "/usr/libexec/platform-python"},
		{"ID=\"almalinux\"\nVERSION_ID=\"9.3\"\n", "/usr/bin/python3"},
		{"ID=\"centos\"\nVERSION_ID=\"7\"\n", "/usr/bin/python"},
		{"ID=alpine\nVERSION_ID=3.19\n", ""},
		{"ID=debian\n", ""},
		{"", ""},
	} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "etc/os-release"), []byte(c.release), 0o644); err != nil {
			t.Fatal(err)
		}
		system, err := module.NewReal(root, nil)
		if err != nil {
			t.Fatal(err)
		}
		k := &call{Call: &module.Call{Sys: system}}
		if got := k.ownPython(); got != c.want {
			t.Errorf("%q: %q, want %q", c.release, got, c.want)
		}
	}
}
