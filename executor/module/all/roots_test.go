package all

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module"
)

// driven are modules whose programs act on the machine, not below the root.
var driven = map[string]bool{"community.general.git_config": true, "community.general.make": true, "community.general.capabilities": true,
	"community.general.filesystem": true, "community.general.parted": true}

// TestScratchRoot runs the scenarios of files and text below a scratch root, and expects the tree that the same task
// leaves on the machine itself. No path of the machine may show up in a result.
func TestScratchRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("owners can only be tried by root")
	}
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, s := range scenarios {
		if strings.HasSuffix(s.module, ".command") || strings.HasSuffix(s.module, ".shell") || strings.HasSuffix(s.module, ".acl") || s.programs != "" || len(s.vague) > 0 || driven[s.module] || s.name == "salted" ||
			strings.Contains(s.args, "validate") || strings.Contains(s.args, "port:") || s.root && os.Geteuid() != 0 {
			continue // programs see the machine's own paths
		}
		ran++
		t.Run(s.module+"/"+s.name, func(t *testing.T) {
			var trees [2]map[string]string
			for i := range trees {
				dir := filepath.Join(t.TempDir(), "world")
				root, prefix := "/", dir
				if i == 1 {
					root, prefix = dir, ""
				}
				res := s.once(t, reg, dir, root, prefix)
				if text := strings.Join(strings.Fields(toYAML(t, res)), " "); i == 1 && strings.Contains(text, dir) {
					t.Errorf("the result names the machine's path: %s", text)
				}
				trees[i] = snapshot(t, dir)
				delete(trees[i], "tmp") // where scratch files were
				for k, v := range trees[i] {
					trees[i][k] = strings.ReplaceAll(v, dir, "")
				}
			}
			blurred := s.blur(t, outcome{trees: trees[:]}).trees
			if diff := cmp.Diff(blurred[0], blurred[1]); diff != "" {
				t.Errorf("below a root the tree differs (-machine +root)\n%s", diff)
			}
		})
	}
	t.Logf("%d scenarios", ran)
}

// once runs a scenario for real in a fresh tree.
func (s scenario) once(t *testing.T, reg *module.Registry, dir, root, prefix string) module.Result {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s.prepare(t, dir)
	text := s.args
	if prefix == "" { // DIR by itself is the root
		text = strings.NewReplacer("DIR/", "/", "DIR", "/").Replace(text)
	}
	var args map[string]any
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, "DIR", prefix)), &args); err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal(root, map[string]string{"TZ": "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(t.Context(), s.module, &module.Call{Args: withDefaults(t, s.module, args), Diff: true, Sys: sys, Blob: s.blobOf})
}

func toYAML(t *testing.T, v any) string {
	t.Helper()
	data, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
