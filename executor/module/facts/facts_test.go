//go:build linux

package facts

import (
	"strings"
	"testing"
)

// TestChoose holds gather_subset to what Ansible makes of it, tried with Ansible: "has" and "not" are collectors.
func TestChoose(t *testing.T) {
	for _, c := range []struct{ subset, has, not string }{
		{"all", "hardware network lsb", ""},
		{"!all", "distribution", "network"},
		{"network", "network distribution", "hardware virtual"},
		{"!hardware", "distribution", "hardware network"},
		{"all !hardware", "network", "hardware"},
		{"all !processor", "hardware", ""},
		{"!hardware devices", "hardware", "network"},
		{"!network interfaces", "network", "virtual"},
		{"!all !min", "", "distribution"},
		{"!min", "", "distribution"},
		{"!all !min network", "network distribution platform", "lsb"},
		{"!all !min hardware", "hardware platform", "distribution"},
		{"default_ipv4 !min", "network", "lsb"},
		{"min", "lsb", "hardware"},
		{"!all !any network", "network", "hardware"},
	} {
		got, err := choose(strings.Fields(c.subset))
		if err != nil {
			t.Errorf("choose(%s): %v", c.subset, err)
		}
		for _, name := range strings.Fields(c.has) {
			if !got[name] {
				t.Errorf("choose(%s) lacks %s", c.subset, name)
			}
		}
		for _, name := range strings.Fields(c.not) {
			if got[name] {
				t.Errorf("choose(%s) has %s", c.subset, name)
			}
		}
	}
	if _, err := choose([]string{"nonsense"}); err == nil {
		t.Error("an unknown subset is taken")
	}
}

func TestFilter(t *testing.T) {
	facts := map[string]any{"ansible_distribution": 1, "ansible_distribution_version": 2, "ansible_eth0": 3}
	for pattern, want := range map[string]int{"ansible_dist*": 2, "distribution": 1, "*": 3, "ansible_eth[0-9]": 1, "nothing": 0} {
		if got := filter(facts, []string{pattern}); len(got) != want {
			t.Errorf("filter %q leaves %v", pattern, got)
		}
	}
}

func TestParseFact(t *testing.T) {
	ini := parseFact("[general]\nASDF = 1\nbar=2\n", "x").(map[string]any)
	if ini["general"].(map[string]any)["asdf"] != "1" {
		t.Errorf("INI: %v", ini)
	}
	if n := parseFact(`{"a": 5}`, "x").(map[string]any)["a"]; n != int64(5) {
		t.Errorf("JSON: %T", n)
	}
}
