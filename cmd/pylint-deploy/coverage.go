package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/rules/check"
)

// runner is who does a task's work.
type runner uint8

// The runners, in the order of the table's columns.
const (
	onTarget runner = iota
	onController
	ofLanguage
	byPython  // with --python-modules
	templated // the module's name is a template: known when it runs
	refusedArgument
	byNobody
	runners
)

// headings are the columns of the table, in words for people and for the page.
var headings = [runners]string{"target", "controller", "language", "--python-modules", "templated name", "argument refused", "not at all"}

// coverage says who runs the tasks of one directory.
type coverage struct {
	dir     string
	tasks   counts
	modules map[string]*counts
}

// counts are numbers of tasks, by who runs them.
type counts [runners]int

func (c *counts) all() (sum int) {
	for _, n := range c {
		sum += n
	}
	return sum
}

// worst is the last column that has a task.
func (c *counts) worst() (by runner) {
	for i, n := range c {
		if n > 0 {
			by = runner(i)
		}
	}
	return by
}

// measureCoverage counts for each directory, as a repository of its own.
func measureCoverage(dirs []string) ([]*coverage, error) {
	var out []*coverage
	for _, dir := range dirs {
		visits, err := check.Tasks([]string{dir})
		if err != nil {
			return nil, err
		}
		lib := pymodule.New(pymodule.Options{Getenv: os.Getenv, Dirs: playbookDirs(dir, visits)})
		c := &coverage{dir: dir, modules: map[string]*counts{}}
		for _, v := range visits {
			if v.Role != nil {
				lib.AddDir(v.Role.Dir)
			}
		}
		for _, v := range visits {
			c.count(v, lib)
		}
		out = append(out, c)
	}
	return out, nil
}

func coverageOf(w io.Writer, dirs []string, markdown bool) error {
	list, err := measureCoverage(dirs)
	if err != nil {
		return err
	}
	if markdown {
		return writeCoveragePage(w, list)
	}
	return showCoverage(w, list)
}

// playbookDirs are the directory itself and those of its playbooks: all may have library/.
func playbookDirs(dir string, visits []*playbook.Visit) []string {
	out := []string{dir}
	for _, v := range visits {
		if v.Playbook != nil {
			if at := filepath.Dir(v.Playbook.Path); !slices.Contains(out, at) {
				out = append(out, at)
			}
		}
	}
	return out
}

func (c *coverage) count(v *playbook.Visit, lib *pymodule.Library) {
	a := &v.Task.Action
	if a.Name == "" {
		return
	}
	by := runnerOf(v, lib)
	c.tasks[by]++
	name := a.Name
	if fqcn, ok := catalog.Known(name); ok {
		name = fqcn
	}
	if c.modules[name] == nil {
		c.modules[name] = &counts{}
	}
	c.modules[name][by]++
}

// runnerOf tells who runs a task.
func runnerOf(v *playbook.Visit, lib *pymodule.Library) runner {
	a := &v.Task.Action
	if strings.Contains(a.Name, "{{") {
		return templated
	}
	if m := a.Module; m != nil && m.Where != catalog.NotNative {
		for _, given := range a.Args {
			if spec, ok := m.Arg(given.Name); ok && given.Value != nil && spec.Refuses(given.Value.Text) {
				return refusedArgument
			}
		}
		return map[catalog.Where]runner{catalog.Target: onTarget, catalog.Controller: onController, catalog.Strategy: ofLanguage}[m.Where]
	}
	f, err := lib.Find(a.Name, strategy.CollectionsOf(v))
	if err == nil && f != nil {
		if _, err = lib.Pack(f); err == nil {
			return byPython
		}
	}
	return byNobody
}

// row are the counts of a line of the table: tasks by runner, then modules that are native, run by Python, and not run.
func (c *coverage) row() (all int, cells []int) {
	cells = append(cells, c.tasks[:]...)
	var native, python, none int
	for _, m := range c.modules {
		switch m.worst() {
		case byPython:
			python++
		case byNobody:
			none++
		default:
			native++
		}
	}
	return c.tasks.all(), append(cells, native, python, none)
}

// missing names the modules with tasks that do not run natively, the most used first.
func (c *coverage) missing() []string {
	var out []string
	for _, name := range slices.SortedFunc(maps.Keys(c.modules), func(a, b string) int {
		return cmp.Or(c.modules[b].all()-c.modules[a].all(), strings.Compare(a, b))
	}) {
		for by := byPython; by < runners; by++ {
			if n := c.modules[name][by]; n > 0 {
				out = append(out, fmt.Sprintf("%s: %s, %d", name, headings[by], n))
			}
		}
	}
	return out
}

// total adds up lines.
func total(list []*coverage) *coverage {
	sum := &coverage{dir: "all", modules: map[string]*counts{}}
	for _, c := range list {
		for by, n := range c.tasks {
			sum.tasks[by] += n
		}
		for name, m := range c.modules {
			if sum.modules[name] == nil {
				sum.modules[name] = &counts{}
			}
			for by, n := range m {
				sum.modules[name][by] += n
			}
		}
	}
	return sum
}

// showCoverage writes the counts for people, and names what is missing.
func showCoverage(w io.Writer, list []*coverage) error {
	for i, c := range list {
		all, cells := c.row()
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %d tasks of %d modules\n", c.dir, all, len(c.modules))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for by, heading := range headings {
			if cells[by] > 0 {
				fmt.Fprintf(t, "  %s\t%d\t%s\n", heading, cells[by], share(cells[by], all))
			}
		}
		if err := t.Flush(); err != nil {
			return err
		}
		for _, line := range c.missing() {
			fmt.Fprintf(w, "  - %s\n", line)
		}
	}
	return nil
}

func share(n, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(all))
}

// writeCoveragePage writes docs/coverage.md.
func writeCoveragePage(w io.Writer, list []*coverage) error {
	fmt.Fprintf(w, `# What public repositories use

How many tasks of %d public repositories run natively. In a directory that has them below OWNER/NAME, at the commits of
[testdata/coverage/repositories.tsv](../testdata/coverage/repositories.tsv):

    pylint-deploy modules --coverage --markdown */* > coverage.md

"--python-modules" are tasks that run only with that flag ([python-modules.md](python-modules.md)), by modules of the repository's own, or of the ansible-core and the
collections that were installed where this was measured: Debian 12's ansible 7.7 with ansible-core 2.14. "not at all" are modules that neither this program nor that installation
has, and those with an action plugin in Python. "argument refused" are tasks of native modules that give an argument which is not supported.

| repository | tasks | %s | native | modules: native | --python-modules | not at all |
|---|%s
`, len(list), strings.Join(headings[:], " | "), strings.Repeat("--:|", int(runners)+5))
	for _, c := range append(list, total(list)) {
		all, cells := c.row()
		native := c.tasks[onTarget] + c.tasks[onController] + c.tasks[ofLanguage]
		fmt.Fprintf(w, "| %s | %d |", c.dir, all)
		for by := range runners {
			fmt.Fprintf(w, " %d |", cells[by])
		}
		fmt.Fprintf(w, " %s |", share(native, all))
		for _, n := range cells[runners:] {
			fmt.Fprintf(w, " %d |", n)
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}
