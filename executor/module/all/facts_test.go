package all

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// factsThatDiffer are facts that are not compared, as patterns of their paths, and why. A pattern that excuses nothing on any
// machine is of no use; which of them do depends on the machine.
var factsThatDiffer = []struct{ path, why string }{
	{"ansible_date_time/(iso8601_basic|iso8601_micro|iso8601|iso8601_basic_short|epoch|epoch_int|second|minute|time)", "the time of the call"},
	{"ansible_uptime_seconds|ansible_loadavg/.*", "the time of the call"},
	{"ansible_(memfree_mb|swapfree_mb|memory_mb/.*(free|used|cached))", "memory that is in use at the time of the call"},
	{"ansible_mounts/[0-9]+/(block_available|block_used|inode_available|inode_used|size_available)", "disk that is in use at the time of the call"},
	{"ansible_python/(executable|version/.*|version_info/.*)|ansible_python_version", "Ansible's module tells of the Python that runs it, ours of the first that is found"},
	{"ansible_env/(_|SHLVL|PWD|OLDPWD)", "the environment of one process is not that of another"},
}

// unordered are lists of facts that come in the order of a set or a directory.
var unordered = regexp.MustCompile(`^ansible_(interfaces|mounts|all_ipv4_addresses|all_ipv6_addresses|virtualization_tech_(guest|host))$`)

// The facts of a machine are those that Ansible's setup finds: names, values and types.
func TestFactsAreThoseOfAnsible(t *testing.T) {
	py := startPython(t)
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	for _, subset := range [][]any{{"all"}, {"min"}, {"!all"}, {"!all", "!min", "network"}, {"!all", "hardware"}, {"!hardware", "!network"}, {"distribution"}} {
		t.Run(fmt.Sprint(subset...), func(t *testing.T) {
			args := func() map[string]any { return map[string]any{"gather_subset": subset, "gather_timeout": 10} }
			want := py.run(t, "ansible.builtin.setup", args(), false)["ansible_facts"]
			got := ours(t, reg, scenario{module: "ansible.builtin.setup"}, args(), false)["ansible_facts"]
			var found []string
			factDifferences("", want, got, &found)
			for _, line := range found {
				t.Error(line)
			}
		})
	}
}

// factDifferences names the facts that differ, where nothing excuses them.
func factDifferences(path string, want, got any, found *[]string) {
	excused := slices.ContainsFunc(factsThatDiffer, func(d struct{ path, why string }) bool {
		return regexp.MustCompile(`^(?:` + d.path + `)$`).MatchString(path)
	})
	if excused {
		return
	}
	w, isMap := want.(map[string]any)
	g, bothMaps := got.(map[string]any)
	if isMap && bothMaps {
		for _, key := range slices.Sorted(unionKeys(w, g)) {
			sub := strings.TrimPrefix(path+"/"+key, "/")
			wv, inW := w[key]
			gv, inG := g[key]
			switch {
			case inW && inG:
				factDifferences(sub, wv, gv, found)
			case inW:
				factDifferences(sub, wv, missingFact{}, found)
			default:
				factDifferences(sub, missingFact{}, gv, found)
			}
		}
		return
	}
	wl, isList := want.([]any)
	gl, bothLists := got.([]any)
	if isList && bothLists && len(wl) == len(gl) {
		if unordered.MatchString(path) {
			sortFacts(wl)
			sortFacts(gl)
		}
		for i := range wl {
			factDifferences(fmt.Sprintf("%s/%d", path, i), wl[i], gl[i], found)
		}
		return
	}
	if !reflect.DeepEqual(want, got) {
		*found = append(*found, fmt.Sprintf("%s:\n  ansible: %.300v\n  ours:    %.300v", path, shownFact(want), shownFact(got)))
	}
}

// sortFacts sorts names, or maps by where they are mounted.
func sortFacts(list []any) {
	key := func(v any) string {
		if m, ok := v.(map[string]any); ok {
			return fmt.Sprint(m["mount"])
		}
		return fmt.Sprint(v)
	}
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(key(a), key(b)) })
}

// missingFact stands for a fact that one side does not have.
type missingFact struct{}

func shownFact(v any) string {
	if _, missing := v.(missingFact); missing {
		return "(none)"
	}
	return fmt.Sprintf("%T %v", v, v)
}

func unionKeys(maps ...map[string]any) func(func(string) bool) {
	seen := map[string]bool{}
	for _, m := range maps {
		for k := range m {
			seen[k] = true
		}
	}
	return func(yield func(string) bool) {
		for k := range seen {
			if !yield(k) {
				return
			}
		}
	}
}
