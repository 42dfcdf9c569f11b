package all

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/parser/catalog"
)

// scenario is one task on a small tree. Ansible's module and ours run it on trees made alike: in check mode, for real,
// and once more. Results and trees must be the same each time, and the second run must change nothing.
type scenario struct {
	name   string
	module string
	// setup is a shell script in the tree's directory.
	setup string
	// args in YAML; DIR stands for the tree's directory.
	args string
	// programs are those of testdata/programs that stand in for real ones: they are in DIR/bin, which is first in PATH. What they were
	// asked to change is in DIR/log, and so is compared.
	programs string
	// blob is content from the controller; Ansible's module gets it as a file in src.
	blob string
	// action tells that the module changes something each time.
	action bool
	// differs are result keys that differ on purpose; "tree" is the tree, "*" everything but changed and failed.
	differs []string
	// vague are keys, at any depth, of which only the kind of the value is compared: random numbers, times.
	vague []string
	// noCheck leaves the run in check mode out.
	noCheck bool
	path    string // PATH of the modules
	// needs is a program that setup or the modules call and that not every machine has.
	needs string
	// root tells that the scenario needs root.
	root bool
}

// never are keys that hold times, random names, or are added elsewhere.
var never = []string{"invocation", "start", "end", "delta", "backup_file", "backup", "atime", "mtime", "ctime", "inode", "dev",
	"exception", "deprecations", "warnings", "ansible_facts", "failed", "traceback", "version", "stdout_lines", "stderr_lines", "elapsed"}

// ansible runs Ansible's modules.
type ansible struct {
	in  *json.Encoder
	out *bufio.Reader
	tmp string
	// path is PATH of the next module.
	path string
}

func startPython(t *testing.T) *ansible {
	t.Helper()
	if err := exec.Command("/usr/bin/python3", "-c", "import ansible.module_utils.basic").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible-core is needed to compare with")
		}
		t.Skip("no ansible-core to compare with")
	}
	cmd := exec.Command("/usr/bin/python3", "-W", "ignore", "testdata/run_modules.py")
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &ansible{in: json.NewEncoder(in), out: bufio.NewReader(out), tmp: t.TempDir(), path: os.Getenv("PATH")}
}

func (p *ansible) run(t *testing.T, name string, args map[string]any, check bool) map[string]any {
	t.Helper()
	parts := strings.Split(name, ".")
	mod := "ansible.modules." + parts[2]
	if parts[1] != "builtin" {
		mod = "ansible_collections." + parts[0] + "." + parts[1] + ".plugins.modules." + parts[2]
	}
	if parts[2] == "shell" {
		mod = "ansible.modules.command"
		args["_uses_shell"] = true
	}
	if parts[2] == "command" || parts[2] == "shell" {
		if cmd, ok := args["cmd"]; ok {
			args["_raw_params"] = cmd
			delete(args, "cmd")
		}
	}
	if err := p.in.Encode(map[string]any{"python": mod, "args": args, "check": check, "tmp": p.tmp, "env": map[string]string{"PATH": p.path}}); err != nil {
		t.Fatal(err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, line)
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var res map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&res); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return numbers(res).(map[string]any)
}

// numbers makes a float64 of each number that is exactly one, and leaves others, such as the modulus of a key, as they are written.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case json.Number:
		if f, err := v.Float64(); err == nil && f < 1<<53 && f > -1<<53 {
			return f
		}
	}
	return v
}

// withDefaults adds the defaults of the catalog, as validation on the controller does.
func withDefaults(t *testing.T, name string, args map[string]any) module.Args {
	t.Helper()
	m, ok := catalog.Lookup(name)
	if !ok {
		t.Fatalf("%s is not in the catalog", name)
	}
	out := module.Args{}
	for k, v := range args {
		arg, ok := m.Arg(k)
		if !ok {
			out[k] = v
			continue
		}
		out[arg.Name] = typed(arg, v)
	}
	for _, arg := range m.AllArgs() {
		if _, given := out[arg.Name]; given {
			continue
		}
		if arg.EmptyDefault {
			out[arg.Name] = ""
		} else if arg.Default != "" {
			var v any
			if arg.Type == catalog.Str {
				v = arg.Default
			} else if err := yaml.Unmarshal([]byte(arg.Default), &v); err != nil {
				t.Fatal(err)
			}
			out[arg.Name] = typed(&arg, v)
		}
	}
	return out
}

func typed(arg *catalog.Arg, v any) any {
	switch n := v.(type) {
	case int:
		if arg.Type == catalog.Str || arg.Type == catalog.Path {
			return fmt.Sprint(n)
		}
		return int64(n)
	case map[string]any:
		if arg.Ordered {
			list := []any{}
			for _, name := range slices.Sorted(maps.Keys(n)) {
				list = append(list, map[string]any{name: n[name]})
			}
			return list
		}
	case string:
		if arg.Type == catalog.Bool {
			return n == "yes"
		}
		if arg.Type == catalog.List {
			list := []any{}
			for _, item := range strings.Split(n, ",") {
				list = append(list, item)
			}
			return list
		}
	}
	return v
}

func ours(t *testing.T, reg *module.Registry, s scenario, args map[string]any, check bool) map[string]any {
	t.Helper()
	env := map[string]string{"TZ": "UTC", "LC_ALL": "C.UTF-8"}
	if s.programs != "" {
		env["PATH"] = s.path
	}
	sys, err := module.NewReal("/", env)
	if err != nil {
		t.Fatal(err)
	}
	call := &module.Call{Args: withDefaults(t, s.module, args), Check: check, Diff: true, Sys: sys, Blob: s.blobOf}
	data, err := jsontext.Append(nil, reg.Do(t.Context(), s.module, call)) // as the agent sends it
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, data)
}

// blobOf is the content from the controller.
func (s scenario) blobOf(string) (module.Blob, error) {
	h1, h2 := sha1.Sum([]byte(s.blob)), sha256.Sum256([]byte(s.blob))
	return module.Blob{SHA1: hex.EncodeToString(h1[:]), SHA256: hex.EncodeToString(h2[:]), Size: int64(len(s.blob)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s.blob)), nil }}, nil
}

// snapshot describes a tree: kind, mode, owner, links, content and attributes of everything in it, but no times.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		st := fi.Sys().(*syscall.Stat_t)
		text := fmt.Sprintf("%o %d:%d links=%d", st.Mode, st.Uid, st.Gid, st.Nlink)
		if d.IsDir() {
			text = fmt.Sprintf("%o %d:%d", st.Mode, st.Uid, st.Gid)
		}
		switch {
		case fi.Mode()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(p)
			text += " -> " + to
		case strings.HasPrefix(d.Name(), "p."): // an archive that setup made, with the time of its making
		case fi.Mode().IsRegular():
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			text += fmt.Sprintf(" %q", data)
		}
		buf := make([]byte, 4096)
		if n, err := unix.Llistxattr(p, buf); err == nil && n > 0 {
			text += fmt.Sprintf(" xattrs %q", buf[:n])
		}
		rel, _ := filepath.Rel(dir, p)
		tree[backupName(rel)] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// backupName hides process id and time in the name of a backup.
func backupName(rel string) string {
	if strings.HasSuffix(rel, "~") && strings.Contains(rel, "@") {
		parts := strings.Split(rel, ".")
		return strings.Join(parts[:len(parts)-2], ".") + ".BACKUP"
	}
	return rel
}

// trim removes from results what cannot be compared.
func trim(res map[string]any, s scenario, dir string) {
	for _, k := range slices.Concat(never, s.differs) {
		delete(res, k)
		for _, sub := range []string{"stat", "diff"} {
			if m, ok := res[sub].(map[string]any); ok {
				delete(m, k)
			}
		}
	}
	blur(res, s.vague)
	if files, ok := res["files"].([]any); ok && s.module == "ansible.builtin.find" {
		for _, f := range files {
			for _, k := range never {
				delete(f.(map[string]any), k)
			}
		}
		slices.SortFunc(files, func(a, b any) int {
			return strings.Compare(a.(map[string]any)["path"].(string), b.(map[string]any)["path"].(string))
		})
	}
	for _, k := range []string{"archived", "expanded_paths", "expanded_exclude_paths"} { // in the order of the disk
		if list, ok := res[k].([]any); ok {
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
	if s.blob != "" {
		delete(res, "src")
	}
	trimTimes(res["diff"])
}

// blur replaces the values of keys by what kind they are of.
func blur(v any, keys []string) {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			if slices.Contains(keys, k) {
				v[k] = kindOf(item)
			} else {
				blur(item, keys)
			}
		}
	case []any:
		for _, item := range v {
			blur(item, keys)
		}
	}
}

// kindOf is a value without what it says: the keys of a map stay, and so do the kinds of its values.
func kindOf(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		for k, item := range v {
			v[k] = kindOf(item)
		}
		return v
	case json.Number, float64:
		return "a number"
	case []any:
		return "a list"
	}
	return fmt.Sprintf("a %T", v)
}

func trimTimes(v any) {
	switch d := v.(type) {
	case []any:
		for _, e := range d {
			trimTimes(e)
		}
	case map[string]any:
		for _, side := range []string{"before", "after"} {
			if m, ok := d[side].(map[string]any); ok {
				delete(m, "mtime")
				delete(m, "atime")
			}
		}
	}
}

// phases are the runs of a scenario.
var phases = []struct {
	name  string
	check bool
}{{"check", true}, {"first", false}, {"second", false}}

// outcome is what a side returned and left behind in each phase.
type outcome struct {
	results []map[string]any
	trees   []map[string]string
	failed  []any
}

func TestAsAnsibleDoes(t *testing.T) {
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	idle := make(chan *ansible, runtime.GOMAXPROCS(0)) // as many as subtests run at a time
	for range cap(idle) {
		idle <- startPython(t)
	}
	old := syscall.Umask(0o022)
	t.Cleanup(func() { syscall.Umask(old) })
	for _, s := range scenarios {
		t.Run(s.module+"/"+s.name, func(t *testing.T) {
			if s.root && os.Geteuid() != 0 {
				t.Skip("needs root")
			}
			s.mayRun(t)
			t.Parallel()
			py := <-idle
			defer func() { idle <- py }()
			s.asAnsible(t, reg, py)
		})
	}
}

// mayRun skips a scenario for want of a program; CI has to have them all.
func (s scenario) mayRun(t *testing.T) {
	t.Helper()
	if s.needs == "" {
		return
	}
	if _, err := exec.LookPath(s.needs); err != nil && os.Getenv("CI") != "" {
		t.Fatalf("%s is needed: %v", s.needs, err)
	} else if err != nil {
		t.Skip(err)
	}
}

// asAnsible runs a scenario by Ansible's module and by ours, and compares.
func (s scenario) asAnsible(t *testing.T, reg *module.Registry, py *ansible) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "world")
	s.path = os.Getenv("PATH")
	if s.programs != "" {
		s.path = filepath.Join(dir, "bin") + ":" + s.path
	}
	py.path = s.path
	want := s.play(t, dir, func(args map[string]any, check bool) map[string]any {
		if s.blob != "" {
			src := filepath.Join(py.tmp, "source")
			if err := os.WriteFile(src, []byte(s.blob), 0o644); err != nil {
				t.Fatal(err)
			}
			args["src"] = src
		}
		return py.run(t, s.module, args, check)
	})
	got := s.play(t, dir, func(args map[string]any, check bool) map[string]any { return ours(t, reg, s, args, check) })
	s.compare(t, want, got)
}

// fresh makes the scenario's tree.
func (s scenario) fresh(t *testing.T, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(s.programs) {
		data, err := os.ReadFile(filepath.Join("testdata/programs", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "bin", name), data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.prepare(t, dir)
}

// prepare runs the setup. $KEYS is a directory of keys and certificates.
func (s scenario) prepare(t *testing.T, dir string) {
	t.Helper()
	if s.setup == "" {
		return
	}
	cmd := exec.Command("/bin/sh", "-ec", s.setup)
	cmd.Dir = dir
	if strings.Contains(s.setup, "$KEYS") {
		cmd.Env = append(os.Environ(), "KEYS="+keyring(t))
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
}

// play runs the phases on a fresh tree.
func (s scenario) play(t *testing.T, dir string, run func(args map[string]any, check bool) map[string]any) (o outcome) {
	t.Helper()
	s.fresh(t, dir)
	for _, ph := range phases {
		if ph.check && s.noCheck {
			continue
		}
		var args map[string]any
		if err := yaml.Unmarshal([]byte(strings.ReplaceAll(s.args, "DIR", dir)), &args); err != nil {
			t.Fatal(err)
		}
		res := run(args, ph.check)
		failed := res["failed"] == true
		res["changed"] = res["changed"] == true
		if failed && s.blob != "" { // added by the action: TestCopyAsTheActionDoes compares it
			delete(res, "checksum")
		}
		trim(res, s, dir)
		o.failed = append(o.failed, failed)
		o.results = append(o.results, res)
		o.trees = append(o.trees, snapshot(t, dir))
	}
	return o
}

func (s scenario) compare(t *testing.T, want, got outcome) {
	t.Helper()
	same := got
	want, got = s.blur(t, want), s.blur(t, got)
	names := phases
	if s.noCheck {
		names = phases[1:]
	}
	for i, ph := range names {
		w, g := want.results[i], got.results[i]
		if want.failed[i] != got.failed[i] {
			t.Errorf("%s: failed: ansible %v, ours %v (%v / %v)", ph.name, want.failed[i], got.failed[i], w, g["msg"])
		}
		if _, crashed := w["crash"]; crashed { // there is no message to compare with
			continue
		}
		if slices.Contains(s.differs, "*") {
			w, g = map[string]any{"changed": w["changed"]}, map[string]any{"changed": g["changed"]}
		}
		if diff := cmp.Diff(w, g); diff != "" {
			t.Errorf("%s: results differ (-ansible +ours)\n%s", ph.name, diff)
		}
		if slices.Contains(s.differs, "tree") {
			continue
		}
		if diff := cmp.Diff(want.trees[i], got.trees[i]); diff != "" {
			t.Errorf("%s: trees differ (-ansible +ours)\n%s", ph.name, diff)
		}
	}
	last := len(got.results) - 1
	if !s.action && got.results[last]["changed"] == true {
		t.Errorf("the second run changed something: %v", got.results[last])
	}
	if !s.action && !slices.Contains(s.differs, "tree") && last > 0 && s.programs == "" { // what is asked of programs is written down
		if diff := cmp.Diff(same.trees[last-1], same.trees[last]); diff != "" {
			t.Errorf("the second run changed the tree\n%s", diff)
		}
	}
}
