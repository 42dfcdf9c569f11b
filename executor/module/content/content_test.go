package content

import (
	"os"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

// run runs a module of the family below a scratch root.
func run(t *testing.T, root, name string, check bool, args module.Args) module.Result {
	t.Helper()
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(t.Context(), name, &module.Call{Args: args, Check: check, Diff: true, Sys: sys})
}

func TestInvalidPatternsAreNamed(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(root+"/f", []byte("a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string]module.Args{
		"ansible.builtin.lineinfile":  {"path": "/f", "regexp": "(", "line": "x"},
		"ansible.builtin.replace":     {"path": "/f", "regexp": "(", "replace": "x"},
		"ansible.builtin.blockinfile": {"path": "/f", "insertafter": "(", "block": "x"},
	} {
		res := run(t, root, name, false, args)
		if msg, _ := res["msg"].(string); res["failed"] != true || !strings.Contains(msg, `"("`) || !strings.Contains(msg, "position 0") {
			t.Errorf("%s: %v", name, res)
		}
		if data, _ := os.ReadFile(root + "/f"); string(data) != "a\n" {
			t.Errorf("%s: the file changed", name)
		}
	}
}
