package launch

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is surely left out, by tags or by a condition that is constant, is not refused: Ansible runs such a playbook to its end. Where
// Ansible comes to the task, and fails, it is refused before.
func TestWhatIsLeftOutIsNotRefused(t *testing.T) {
	program := installed(t, "ansible-playbook")
	const bad = "debug: {nosuch: 1}"
	tasks := func(text string) string {
		return "- hosts: all\n  gather_facts: false\n  vars: {yes_it_is: true, no_it_is_not: false}\n  tasks:\n    - " + strings.ReplaceAll(text, "\n", "\n      ") + "\n"
	}
	for _, c := range []struct {
		name, book string
		files      map[string]string
		args       []string // --tags or --skip-tags
		refused    bool
		alone      bool // Ansible does not fail, as it knows more by then
	}{
		{name: "run", book: tasks(bad), refused: true},
		{name: "when false", book: tasks(bad + "\nwhen: false")},
		{name: "when false in quotes", book: tasks(bad + "\nwhen: 'false'")},
		{name: "when no, in a list", book: tasks(bad + "\nwhen: [yes_it_is, no]")},
		{name: "when not true", book: tasks(bad + "\nwhen: not true")},
		{name: "and false", book: tasks(bad + "\nwhen: yes_it_is and false")},
		{name: "or false", book: tasks(bad + "\nwhen: yes_it_is or false"), refused: true},
		{name: "not not", book: tasks(bad + "\nwhen: not (false or no_it_is_not)"), refused: true},
		{name: "a loop", book: tasks(bad + "\nloop: [1, 2]\nwhen: false")},
		{name: "what a variable says", book: tasks(bad + "\nwhen: no_it_is_not"), refused: true, alone: true},
		{name: "a block", book: tasks("when: false\nblock:\n  - " + bad)},
		{name: "an import", book: tasks("import_tasks: more.yml\nwhen: false"), files: map[string]string{"more.yml": "- " + bad}},
		{name: "an include", book: tasks("include_tasks: more.yml\nwhen: false"), files: map[string]string{"more.yml": "- " + bad}},
		{name: "an include that is run, too", book: tasks("include_tasks: more.yml\nwhen: false") + "    - include_tasks: more.yml\n", files: map[string]string{"more.yml": "- " + bad}, refused: true},
		{name: "of an include that is run", book: tasks("include_tasks: more.yml"), files: map[string]string{"more.yml": "- " + bad + "\n  when: false"}},
		{name: "a role", book: "- hosts: all\n  gather_facts: false\n  roles:\n    - {role: r, when: false}\n", files: map[string]string{"roles/r/tasks/main.yml": "- " + bad}},

		{name: "never", book: tasks(bad + "\ntags: [never, now]")},
		{name: "never, asked for", book: tasks(bad + "\ntags: [never, now]"), args: []string{"--tags", "now"}, refused: true},
		{name: "another tag", book: tasks(bad + "\ntags: one, two"), args: []string{"--tags", "three"}},
		{name: "its tag", book: tasks(bad + "\ntags: one, two"), args: []string{"--tags", "two"}, refused: true},
		{name: "always", book: tasks(bad + "\ntags: always"), args: []string{"--tags", "two"}, refused: true},
		{name: "skipped", book: tasks(bad + "\ntags: two"), args: []string{"--skip-tags", "two"}},
		{name: "no tag", book: tasks(bad), args: []string{"--tags", "tagged"}},
		{name: "a tag of the block", book: tasks("tags: two\nblock:\n  - " + bad), args: []string{"--skip-tags", "two"}},
		{name: "a tag of the play", book: "- hosts: all\n  gather_facts: false\n  tags: two\n  tasks:\n    - " + bad + "\n", args: []string{"--tags", "two"}, refused: true},
		{name: "a tag of the role", book: "- hosts: all\n  gather_facts: false\n  roles:\n    - {role: r, tags: two}\n", files: map[string]string{"roles/r/tasks/main.yml": "- " + bad}, args: []string{"--tags", "two"}, refused: true},
		{name: "a tag of the import", book: tasks("import_tasks: more.yml\ntags: two"), files: map[string]string{"more.yml": "- " + bad}, args: []string{"--tags", "two"}, refused: true},
		{name: "a tag of the include alone", book: tasks("include_tasks: more.yml\ntags: two"), files: map[string]string{"more.yml": "- " + bad}, args: []string{"--tags", "two"}},
		{name: "a tag that the include applies", book: tasks("include_tasks: {file: more.yml, apply: {tags: two}}\ntags: two"), files: map[string]string{"more.yml": "- " + bad}, args: []string{"--tags", "two"}, refused: true},
		{name: "a tag of the imported playbook", book: "- import_playbook: more.yml\n  tags: two\n", files: map[string]string{"more.yml": tasks(bad)}, args: []string{"--tags", "two"}, refused: true},
		{name: "a handler", book: tasks("debug: {msg: x}\nchanged_when: true\nnotify: h\ntags: one") + "  handlers:\n    - name: h\n      " + bad + "\n      tags: two\n", args: []string{"--tags", "one"}, refused: true},
		{name: "a handler that never holds", book: tasks("debug: {msg: x}\nchanged_when: true\nnotify: h") + "  handlers:\n    - name: h\n      " + bad + "\n      when: false\n"},

		{name: "a module that is not native", book: tasks("community.general.terraform: {project_path: /x}\nwhen: false")},
		{name: "a module that nobody knows", book: tasks("nosuch:\nwhen: false"), refused: true},
		{name: "a module that nobody knows, in a file that is not read", book: tasks("include_tasks: more.yml\nwhen: false"), files: map[string]string{"more.yml": "- nosuch:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "book.yml"), c.book)
			for name, text := range c.files {
				write(t, filepath.Join(dir, name), text+"\n")
			}
			theirs := ansible(t, program, dir, "book", "localhost,", append([]string{"-c", "local"}, c.args...))
			if fails := c.refused && !c.alone; (theirs.code != 0) != fails {
				t.Errorf("Ansible ends with %d\n%s%s", theirs.code, theirs.out, theirs.err)
			}
			var out bytes.Buffer
			o := Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment()}
			if i := slices.Index(c.args, "--tags"); i >= 0 {
				o.Tags = c.args[i+1:]
			}
			if i := slices.Index(c.args, "--skip-tags"); i >= 0 {
				o.SkipTags = c.args[i+1:]
			}
			s, err := New(context.Background(), []string{"book.yml"}, o)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Refuse(false); (err != nil) != c.refused {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
