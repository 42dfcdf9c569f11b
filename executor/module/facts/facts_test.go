package facts

import "testing"

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		subset   []string
		has, not string
	}{
		{[]string{"all"}, "hardware", ""}, {[]string{"!all"}, "distribution", "network"}, {[]string{"network"}, "network", "hardware"},
		{[]string{"network"}, "distribution", "virtual"}, {[]string{"!hardware"}, "network", "hardware"}, {[]string{"!all", "!min"}, "", "distribution"},
		{[]string{"!all", "!min", "network"}, "network", "distribution"}, {[]string{"default_ipv4", "!min"}, "network", "lsb"}, {[]string{"min"}, "lsb", "hardware"},
	} {
		got, err := choose(c.subset)
		if err != nil || c.has != "" && !got[c.has] || c.not != "" && got[c.not] {
			t.Errorf("choose(%v): %v, %v", c.subset, got, err)
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
