package playbook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is a folder of the data beside the repository; without it a test says so and does nothing.
func shared(t testing.TB, name string) string {
	dir, err := os.Getwd()
	for err == nil && dir != "/" {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			if path := filepath.Join(dir, "..", "shared", name); exists(path) {
				return path
			}
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Logf("notice: ../shared/%s is not here, this part is left out", name)
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestTheCourseIsReadInFull reads playbooks of the old style: key=value arguments, bare includes, user:, roles.
func TestTheCourseIsReadInFull(t *testing.T) {
	course := shared(t, "course")
	if course == "" {
		return
	}
	l := NewLoader(Options{})
	p, err := l.Playbook(filepath.Join(course, "deploy.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range l.Problems() {
		t.Errorf("unexpected: %v", problem)
	}
	if k := p.Plays[0].Keyword("remote_user"); k == nil || k.Written != "user" || k.Value.Text != "deployer" {
		t.Errorf("user: is remote_user, got %+v", k)
	}
	var modules []string
	where := map[string]string{}
	p.Walk(func(v *Visit) bool {
		name := v.Task.Action.Name
		modules = append(modules, name)
		if v.Task.Action.Module == nil {
			t.Errorf("%s: unknown module %q", v.Task.Pos, name)
		}
		if src := v.Task.Action.Get("src"); src != nil && name == "copy" {
			where["src"] = src.Text + " " + strings.TrimPrefix(v.Task.Action.Get("mode").Pos.String(), course)
		}
		return true
	})
	counts := map[string]int{}
	for _, m := range modules {
		counts[m]++
	}
	if counts["include"] != 7 || counts["apt"] != 6 || counts["ufw"] != 4 || len(modules) != 36 {
		t.Errorf("%d tasks: %v", len(modules), counts)
	}
	if got, want := where["src"], "{{ local_deploy_key_dir }}/{{ read_only_deploy_key_name }} /roles/common/tasks/git.yml:17:14"; got != want {
		t.Errorf("copy: got %s, want %s", got, want)
	}
}
