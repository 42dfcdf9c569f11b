package check

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manyTasks is a playbook of one play with n tasks that need, make, register, guard and notify: what relates tasks to each other
// has most to do where all of them stand in one play.
func manyTasks(n int) string {
	shapes := []string{
		"    - name: ask %[1]d\n      ansible.builtin.command: /opt/app/bin/tool%[1]d --check\n      register: answer%[1]d\n      changed_when: false\n",
		"    - name: build %[1]d\n      ansible.builtin.shell: make install\n      args:\n        chdir: /srv/app%[1]d\n      when: answer%[2]d.rc != 0\n",
		"    - name: configure %[1]d\n      ansible.builtin.template:\n        src: app.j2\n        dest: /etc/app%[1]d/app.conf\n        owner: app%[1]d\n        mode: '0644'\n      notify: restart app\n",
		"    - name: keep data %[1]d\n      ansible.builtin.file:\n        path: /srv/data%[1]d\n        state: directory\n        owner: app%[2]d\n",
		"    - name: set %[1]d\n      ansible.builtin.lineinfile:\n        path: /etc/app/main.conf\n        regexp: '^key%[1]d='\n        line: 'key%[1]d=1'\n",
		"    - name: install %[1]d\n      ansible.builtin.apt:\n        name: pkg%[1]d\n        state: present\n",
		"    - name: look %[1]d\n      ansible.builtin.stat:\n        path: /opt/tool%[1]d\n      register: tool%[1]d\n",
		"    - name: fetch %[1]d\n      ansible.builtin.shell: curl -o /opt/tool%[2]d https://example.org/%[1]d\n      when: not tool%[2]d.stat.exists\n",
		"    - name: edit %[1]d\n      ansible.builtin.replace:\n        path: /etc/app%[1]d/app.conf\n        regexp: '^Colour red$'\n        replace: 'Colour blue'\n",
		"    - name: stop %[1]d\n      ansible.builtin.service:\n        name: app%[1]d\n        state: stopped\n",
	}
	var b strings.Builder
	b.WriteString("- hosts: all\n  tasks:\n")
	for i := range n {
		fmt.Fprintf(&b, shapes[i%len(shapes)], i, i-1)
	}
	b.WriteString("  handlers:\n    - name: restart app\n      ansible.builtin.service:\n        name: app\n        state: restarted\n")
	return b.String()
}

// BenchmarkTenThousandRelatedTasks checks a play of 10,000 tasks that have to do with each other.
func BenchmarkTenThousandRelatedTasks(b *testing.B) {
	path := filepath.Join(b.TempDir(), "site.yml")
	if err := os.WriteFile(path, []byte(manyTasks(10_000)), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := Run(context.Background(), []string{path}, Options{Profile: "strict"})
		if err != nil {
			b.Fatal(err)
		}
		if r.Tasks != 10_001 {
			b.Fatalf("%d tasks were checked", r.Tasks)
		}
	}
}
