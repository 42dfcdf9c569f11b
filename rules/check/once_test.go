package check

import (
	"fmt"
	"strings"
	"testing"
)

// TestOneFindingForAll: what is one finding for a whole check is one however many tasks are judged at a time, and stands in a file that was
// asked for.
func TestOneFindingForAll(t *testing.T) {
	var tasks strings.Builder
	for i := range 3 * batchSize {
		fmt.Fprintf(&tasks, "- community.general.jira: {project: p%d}\n", i)
	}
	dir := tree(t, "-- first.yml --\n- hosts: all\n  tasks:\n    - community.general.jira: {}\n    - ansible.builtin.import_tasks: tasks.yml\n-- tasks.yml --\n"+tasks.String())
	for asked, want := range map[string]string{".": "first.yml:3 (1537 tasks)", "tasks.yml": "tasks.yml:1 (1536 tasks)"} {
		_, r := found(t, dir, Options{Profile: "strict"}, asked)
		var got []string
		for _, f := range r.Findings {
			if f.Rule == "compat/not-runnable" {
				_, count, _ := strings.Cut(f.Message, "natively")
				got = append(got, fmt.Sprintf("%s:%d%s", strings.TrimPrefix(f.Pos.File, dir+"/"), f.Pos.Line, count))
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", asked, got, want)
		}
	}
}
