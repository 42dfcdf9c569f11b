package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pylint-deploy/parser/catalog"
)

// generic are modules that read their arguments in a loop over all of them.
var generic = []string{"ansible.builtin.yum_repository"}

// TestNoArgumentIsIgnored: each argument of a native module is either named somewhere in the source of what runs modules,
// or the catalog says that it is refused. It cannot tell that the argument does the right thing, but finds those that nobody
// ever reads.
func TestNoArgumentIsIgnored(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{"../../executor/module", "../../executor/action", "../../executor/strategy"} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			source.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	text := source.String()
	for _, m := range catalog.All() {
		if m.Where != catalog.Target && m.Where != catalog.Controller {
			continue
		}
		if slices.Contains(generic, m.FQCN) {
			continue
		}
		for _, a := range m.AllArgs() {
			stem, isFormat := strings.CutSuffix(a.Name, "_format") // file's times: read by the name of the time
			read := strings.Contains(text, `"`+a.Name+`"`) || isFormat && strings.Contains(text, `"`+stem+`"`)
			if !a.Unsupported && !a.Pointless && !read {
				t.Errorf("%s: nothing reads %s", m.FQCN, a.Name)
			}
		}
	}
}
