package plan

import (
	"strings"
	"testing"
)

// The rules are those of Ansible's documentation, "Tags": special tags.
func TestSelected(t *testing.T) {
	for _, c := range []struct {
		tags, only, skip string
		want             bool
	}{
		{"", "all", "", true},
		{"a", "all", "", true},
		{"never", "all", "", false},
		{"never a", "a", "", true},
		{"always", "b", "", true},
		{"a", "b", "", false},
		{"a", "tagged", "", true},
		{"", "tagged", "", false},
		{"", "untagged", "", true},
		{"a", "all", "a", false},
		{"always", "all", "always", false},
		{"always", "all", "all", true},
		{"a", "all", "tagged", false},
		{"", "all", "untagged", false},
	} {
		if got := Selected(strings.Fields(c.tags), strings.Fields(c.only), strings.Fields(c.skip)); got != c.want {
			t.Errorf("tags [%s] with --tags %s --skip-tags %s: %v", c.tags, c.only, c.skip, got)
		}
	}
}
