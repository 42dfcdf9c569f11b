package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// row is a command of testdata/entries.txt with the class that it is to have.
type row struct{ class, command string }

func readRows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "entries.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for line := range strings.Lines(string(text)) {
		if class, command, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t"); ok && !strings.HasPrefix(line, "#") {
			out = append(out, row{class, command})
		}
	}
	return out
}

// outcome is what the table can say of a command.
func outcome(command string) string {
	a := Analyze(command, Words)
	var b strings.Builder
	for _, c := range a.Calls {
		fmt.Fprintf(&b, "%s %q %q %v;", c.Class, c.Module, c.Why, c.Writes)
	}
	return b.String()
}

// TestEachEntryDecides: every line of the table has, for every program that it names, a row in testdata/entries.txt that it decides, and
// without the line the row would come out otherwise.
func TestEachEntryDecides(t *testing.T) {
	table := knowledge()
	type use struct {
		program string
		e       *entry
	}
	decides := map[use]bool{}
	for _, r := range readRows(t) {
		a := Analyze(r.command, Words)
		if a.Class.String() != r.class {
			t.Errorf("%q is %s, want %s", r.command, a.Class, r.class)
		}
		before := outcome(r.command)
		for _, c := range a.Calls {
			name := c.Program
			if table[name] == nil {
				name = versionless(name)
			}
			e := match(c.Program, c.Args)
			if e == nil || decides[use{name, e}] {
				continue
			}
			all := table[name]
			table[name] = slices.DeleteFunc(slices.Clone(all), func(o *entry) bool { return o == e })
			decides[use{name, e}] = e.class == Unknown || outcome(r.command) != before // unknown is what a program without a line is, too
			table[name] = all
		}
	}
	for program, entries := range table {
		for _, e := range entries {
			if !decides[use{program, e}] {
				t.Errorf("knowledge.txt:%d decides nothing for %s that a row of testdata/entries.txt shows", e.line, program)
			}
		}
	}
}
