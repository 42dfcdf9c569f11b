package launch

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pylint-deploy/executor/event"
)

// Which variables tasks read is what verify goes by. The user who logs in is read only where he does the work himself.
func TestWhatTasksRead(t *testing.T) {
	dir := t.TempDir()
	book := `- hosts: localhost
  gather_facts: false
  vars: {word: echo}
  tasks:
    - name: as who logs in
      command: "{{ word }} a"
    - name: as somebody else
      command: echo b
      become: true
      become_user: nobody
    - name: left out
      command: "{{ word }} c"
      when: other | default(false)
`
	if err := os.WriteFile(filepath.Join(dir, "book.yml"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Connection: "local", Stdout: &out, Stderr: &out, Dir: dir,
		Getenv: environment()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	read := map[string]bool{}
	s.Runner.Reads = func(task *event.Task, variable string) {
		mu.Lock()
		defer mu.Unlock()
		read[task.Name+": "+variable] = true
	}
	s.Runner.Before = func(context.Context, *event.Task) error { return nil } // or what is sent ahead is read ahead
	if code, err := s.Run(context.Background()); err != nil || code != 0 {
		t.Fatalf("code %d, %v\n%s", code, err, out.String())
	}
	for what, want := range map[string]bool{
		"as who logs in: word": true, "as who logs in: ansible_user": true, "as who logs in: ansible_host": true, "as who logs in: ansible_port": false,
		"as somebody else: word": false, "as somebody else: ansible_user": false, "as somebody else: ansible_host": true,
		"left out: other": true, "left out: word": false,
	} {
		if read[what] != want {
			t.Errorf("%s: read %t, want %t", what, read[what], want)
		}
	}
}
