package all

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module"
)

// copyTasks run one after the other on one tree. What Ansible's copy does with a file of the controller is spread over an
// action and two modules, so that only the whole can be compared. The content is always "hello\n".
var copyTasks = []struct {
	args        string
	check, diff bool
}{
	{args: `{dest: DIR/new}`, check: true, diff: true},
	{args: `{dest: DIR/new}`, check: true},
	{args: `{dest: DIR/new}`, diff: true},
	{args: `{dest: DIR/new}`, diff: true},
	{args: `{dest: DIR/other, mode: "0600"}`, check: true, diff: true},
	{args: `{dest: DIR/other, mode: "0600"}`},
	{args: `{dest: DIR/same, mode: "0600"}`, check: true, diff: true},
	{args: `{dest: DIR/same, mode: "0600"}`, diff: true},
	{args: `{dest: DIR/old, backup: true}`, diff: true},
	{args: `{dest: DIR/binary}`, diff: true},
	{args: `{dest: DIR/large}`, diff: true},
	{args: `{dest: DIR/link}`, diff: true},
	{args: `{dest: DIR/followed, follow: true}`, diff: true},
	{args: `{dest: DIR/d}`, diff: true},
	{args: `{dest: DIR/d/, mode: "0640"}`, diff: true},
	{args: `{dest: DIR/made/deep/, directory_mode: "0750"}`},
	{args: `{dest: DIR/nowhere/x}`},
	{args: `{dest: DIR/old, owner: nosuchuser}`},
	{args: `{dest: DIR/other2, validate: "grep -q nothing %s"}`},
	{args: `{dest: DIR/other2, validate: "grep -q hello %s"}`, diff: true},
}

const copySetup = `echo changed > other; echo hello > same; echo v1 > old; printf 'a\000b' > binary; head -c 200000 /dev/zero | tr '\0' x > large
echo t > target; ln -s target link; ln -s target2 followed; echo t2 > target2; mkdir d; echo other > other2; chmod 600 other2`

// TestCopyAsTheActionDoes runs the tasks in one playbook by Ansible, then by us.
func TestCopyAsTheActionDoes(t *testing.T) {
	if _, err := exec.LookPath("ansible-playbook"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible is needed to compare with")
		}
		t.Skip("no ansible to compare with")
	}
	if testing.Short() {
		t.Skip("takes a second for each task")
	}
	base := t.TempDir()
	dir := filepath.Join(base, "world")
	src := filepath.Join(base, "hello.txt")
	if err := os.WriteFile(src, []byte("hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	fresh := func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("/bin/sh", "-ec", copySetup)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	fresh()
	want := copyByAnsible(t, base, dir, src)
	wantTree := snapshot(t, dir)
	fresh()
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	for i, task := range copyTasks {
		args := copyArgs(t, task.args, dir)
		args["_original_basename"], args["_original_path"] = "hello.txt", src
		sys, err := module.NewReal("/", nil)
		if err != nil {
			t.Fatal(err)
		}
		res := reg.Do(t.Context(), "ansible.builtin.copy", &module.Call{Args: withDefaults(t, "ansible.builtin.copy", args),
			Check: task.check, Diff: task.diff, Sys: sys, Blob: scenario{blob: "hello\n"}.blobOf})
		data, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, data)
		for _, r := range []map[string]any{want[i], got} {
			trim(r, scenario{blob: "hello\n"}, dir)
			for _, k := range []string{"_ansible_no_log", "action", "exit_status"} {
				delete(r, k)
			}
			if list, ok := r["diff"].([]any); ok && len(list) == 0 { // no difference to show
				delete(r, "diff")
			}
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("task %d %s check=%v diff=%v (-ansible +ours)\n%s", i, task.args, task.check, task.diff, diff)
		}
	}
	if diff := cmp.Diff(wantTree, snapshot(t, dir)); diff != "" {
		t.Errorf("trees differ (-ansible +ours)\n%s", diff)
	}
}

func copyArgs(t *testing.T, text, dir string) map[string]any {
	t.Helper()
	var args map[string]any
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, "DIR", dir)), &args); err != nil {
		t.Fatal(err)
	}
	return args
}

// copyByAnsible plays the tasks and gives their results.
func copyByAnsible(t *testing.T, base, dir, src string) []map[string]any {
	t.Helper()
	var tasks []any
	for _, task := range copyTasks {
		args := copyArgs(t, task.args, dir)
		args["src"] = src
		tasks = append(tasks, map[string]any{"copy": args, "check_mode": task.check, "diff": task.diff, "ignore_errors": true})
	}
	play, err := yaml.Marshal([]any{map[string]any{"hosts": "localhost", "gather_facts": false, "tasks": tasks}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(base, "play.yml")
	if err := os.WriteFile(file, play, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ansible-playbook", "-i", "localhost,", "-c", "local", file)
	cmd.Env = append(os.Environ(), "ANSIBLE_STDOUT_CALLBACK=json", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3", "LC_ALL=C.UTF-8",
		"ANSIBLE_LOCAL_TEMP="+base, "ANSIBLE_REMOTE_TEMP="+base, "ANSIBLE_DEPRECATION_WARNINGS=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ansible-playbook: %v\n%s", err, out)
	}
	var report struct {
		Plays []struct {
			Tasks []struct {
				Hosts map[string]map[string]any `json:"hosts"`
			} `json:"tasks"`
		} `json:"plays"`
	}
	if err := json.Unmarshal(out[strings.IndexByte(string(out), '{'):], &report); err != nil {
		t.Fatal(fmt.Errorf("%w: %s", err, out))
	}
	var results []map[string]any
	for _, task := range report.Plays[0].Tasks {
		res := task.Hosts["localhost"]
		res["changed"] = res["changed"] == true
		results = append(results, res)
	}
	return results
}
