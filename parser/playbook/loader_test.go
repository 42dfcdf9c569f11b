package playbook

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestFilesMadeWhileRunningAreFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "late.yml")
	l := NewLoader(Options{BaseDir: filepath.Dir(path)})
	if _, err := l.Tasks(path, nil, false); err == nil {
		t.Fatal("the file is not there yet")
	}
	if err := os.WriteFile(path, []byte("- ping:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := l.Tasks(path, nil, false)
	if err != nil || len(f.Entries) != 1 {
		t.Errorf("got %v, %v", f, err)
	}
	if list := l.Problems(); len(list) != 0 {
		t.Errorf("problems: %v", list)
	}
}

func TestALoaderIsSafeForConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.yml"), []byte("- import_tasks: b.yml\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b.yml"), []byte("- ping:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := NewLoader(Options{BaseDir: dir})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, name := range []string{"a.yml", "b.yml"} {
				l.Source(filepath.Join(dir, name))
				if f, err := l.Tasks(filepath.Join(dir, name), nil, false); err != nil || len(f.Entries) != 1 {
					t.Errorf("%s: %v", name, err)
				}
				l.Problems()
			}
		})
	}
	group.Wait()
}
