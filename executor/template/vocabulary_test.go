package template

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestEveryWordOfAnsibleCoreIsKnown asks ansible-doc for the filters, tests and lookups of ansible.builtin.
func TestEveryWordOfAnsibleCoreIsKnown(t *testing.T) {
	path, err := exec.LookPath("ansible-doc")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible-doc is not installed")
		}
		t.Skip("ansible-doc is not installed")
	}
	for kind, known := range map[string][]string{"filter": FilterNames(), "test": TestNames(), "lookup": LookupNames()} {
		out, err := exec.Command(path, "-t", kind, "-l", "ansible.builtin").Output()
		if err != nil {
			t.Fatal(err)
		}
		words := 0
		for _, line := range strings.Split(string(out), "\n") {
			name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !strings.HasPrefix(name, "ansible.builtin.") {
				continue
			}
			words++
			if !slices.Contains(known, name) {
				t.Errorf("the %s %s is not known", kind, name)
			}
		}
		if words < 20 {
			t.Errorf("ansible-doc lists only %d of kind %s", words, kind)
		}
	}
}

func TestCommunityWordsAreKnown(t *testing.T) {
	for _, name := range []string{
		"community.general.json_query", "json_query", "community.general.dict", "community.general.dict_kv", "community.general.groupby_as_dict",
		"community.general.lists_mergeby", "community.general.from_csv", "community.general.random_mac", "random_mac",
		"ansible.utils.ipaddr", "ansible.netcommon.ipaddr", "ipaddr", "ipv4", "ipv6", "ipwrap", "ipsubnet", "ipmath", "nthhost", "cidr_merge",
		"network_in_network", "network_in_usable", "next_nth_usable", "previous_nth_usable", "reduce_on_network", "slaac", "hwaddr",
	} {
		if !slices.Contains(FilterNames(), name) {
			t.Errorf("the filter %s is not known", name)
		}
	}
	if !slices.Contains(LookupNames(), "community.general.random_string") {
		t.Error("the lookup random_string is not known")
	}
}
