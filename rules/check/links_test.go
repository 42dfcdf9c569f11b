package check

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestAFileBehindALinkIsOne: a directory of roles that is there twice, once as a link, has its findings once, under its true name.
func TestAFileBehindALinkIsOne(t *testing.T) {
	dir := tree(t, `
-- site.yml --
- hosts: all
  roles: [r]
-- roles/r/tasks/main.yml --
- ansible.builtin.shell: echo x >> /etc/f
-- extra/more.yml --
- hosts: all
  roles: [r]
`)
	if err := os.Symlink("../roles", filepath.Join(dir, "extra/roles")); err != nil {
		t.Fatal(err)
	}
	for _, asked := range []string{".", "roles/r/tasks/main.yml"} {
		if got, _ := found(t, dir, Options{}, asked); !slices.Equal(got, []string{"roles/r/tasks/main.yml:1 shell/append error"}) {
			t.Errorf("%s: %v", asked, got)
		}
	}
	if got, _ := found(t, dir, Options{}, "extra/roles/r/tasks/main.yml"); !slices.Equal(got, []string{"extra/roles/r/tasks/main.yml:1 shell/append error"}) {
		t.Errorf("asked for by its other name: %v", got)
	}
}

// TestARoleThatIsThePlaybooksDirectory is found however the check is started.
func TestARoleThatIsThePlaybooksDirectory(t *testing.T) {
	dir := tree(t, `
-- role/site.yml --
- hosts: all
  roles:
    - role: "{{ playbook_dir }}"
-- role/tasks/main.yml --
- ansible.builtin.shell: echo x >> /etc/f
`)
	t.Chdir(dir)
	r, err := Run(t.Context(), []string{"role/site.yml"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 || len(r.Findings) != 1 || r.Findings[0].Pos.File != "role/tasks/main.yml" {
		t.Errorf("problems %v, findings %v", r.Problems, r.Findings)
	}
}
