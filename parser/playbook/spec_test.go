package playbook

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"pylint-deploy/parser/source"
)

var update = flag.Bool("update", false, "write what is read into the archives of testdata")

// memory is a file tree of an archive.
func memory(a *txtar.Archive) Files {
	tree := fstest.MapFS{}
	for _, f := range a.Files {
		tree[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return Tree{FS: tree}
}

// TestContentIsReadAsSpecified reads site.yml of every archive in testdata and compares what is understood with the archive's
// file want: a line for each visited task, then the problems.
func TestContentIsReadAsSpecified(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := understood(memory(a))
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				a.Files[i].Data = []byte(got)
				os.WriteFile(path, txtar.Format(a), 0o644)
			}
			if diff := cmp.Diff(string(a.Files[i].Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// understood prints what site.yml means.
func understood(files Files) string {
	l := NewLoader(Options{Files: files, RolesPath: []string{"shared-roles"}, CollectionsPath: []string{"collections"}})
	var b strings.Builder
	p, err := l.Playbook("site.yml")
	if err != nil {
		fmt.Fprintln(&b, "cannot be read:", err)
	} else {
		for _, play := range p.Plays {
			fmt.Fprintf(&b, "play %q%s\n", play.Name, words(&play.Keywords))
		}
		p.Walk(func(v *Visit) bool {
			b.WriteString(visited(v) + "\n")
			return true
		})
	}
	for _, problem := range l.Problems() {
		level := "error"
		if problem.Warning {
			level = "warning"
		}
		fmt.Fprintf(&b, "%s %s %v\n", level, problem.Kind, problem)
	}
	return b.String()
}

// visited is one task in one line: where it is, what it does, how it is reached.
func visited(v *Visit) string {
	var b strings.Builder
	t := v.Task
	fmt.Fprintf(&b, "%s %s", t.Pos, v.Section)
	for _, link := range v.Chain {
		switch {
		case link.Block != nil:
			fmt.Fprintf(&b, " > %s%s", link.Part, words(&link.Block.Keywords))
		case link.Include != nil:
			fmt.Fprintf(&b, " > %s", link.Include.Action.Name)
		case link.Ref != nil:
			fmt.Fprintf(&b, " > role %s%s", link.Ref.Name, words(&link.Ref.Keywords))
		}
	}
	if v.Handler {
		b.WriteString(" (handler)")
	}
	fmt.Fprintf(&b, ": %q %s", t.Name, t.Action.Name)
	if t.Action.Module == nil {
		b.WriteString("?")
	}
	for _, a := range t.Action.Args {
		fmt.Fprintf(&b, " %s", a.Name)
		if a.Written != a.Name {
			fmt.Fprintf(&b, "(%s)", a.Written)
		}
		b.WriteString("=" + short(a.Value))
	}
	if t.Action.FreeForm != nil {
		b.WriteString(" free=" + short(t.Action.FreeForm))
	}
	if t.Action.Splat != nil {
		b.WriteString(" splat=" + short(t.Action.Splat))
	}
	if t.Loop != nil {
		b.WriteString(" loop " + t.Loop.Kind + "=" + short(t.Loop.Value))
	}
	b.WriteString(words(&t.Keywords))
	if t.Static != nil && t.Static.Err != nil {
		b.WriteString(" unresolved")
	}
	return b.String()
}

func words(k *Keywords) string {
	var list []string
	for _, w := range k.List {
		name := w.Name
		if w.Written != w.Name {
			name += "(" + w.Written + ")"
		}
		list = append(list, name+"="+short(w.Value))
	}
	if list == nil {
		return ""
	}
	return " [" + strings.Join(list, " ") + "]"
}

func short(n *source.Node) string {
	switch n.Kind {
	case source.Sequence:
		var items []string
		for _, item := range n.Items {
			items = append(items, short(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case source.Mapping:
		var items []string
		for _, p := range n.Pairs {
			items = append(items, p.Key.Text+":"+short(p.Value))
		}
		return "{" + strings.Join(items, " ") + "}"
	case source.String:
		return fmt.Sprintf("%q@%d:%d", n.Text, n.Pos.Line, n.Pos.Column)
	}
	return n.Text
}

// FuzzPlaybook: whatever the text, reading ends, and every task and problem has a place.
func FuzzPlaybook(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if strings.HasSuffix(file.Name, ".yml") {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree := fstest.MapFS{"site.yml": {Data: []byte(text)}, "roles/site/tasks/main.yml": {Data: []byte(text)}}
		l := NewLoader(Options{Files: Tree{FS: tree}})
		if p, err := l.Playbook("site.yml"); err == nil {
			p.Walk(func(v *Visit) bool {
				if v.Task.Pos.Line < 1 {
					t.Fatalf("a task without a place: %+v", v.Task)
				}
				return true
			})
		}
		for _, problem := range l.Problems() {
			if problem.Pos.File == "" {
				t.Fatalf("a problem without a place: %v", problem)
			}
		}
	})
}
