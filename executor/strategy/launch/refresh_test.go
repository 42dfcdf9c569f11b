package launch

import (
	"path/filepath"
	"testing"
)

// A host that was put into a group comes behind the others once the inventory has been read again, in the play that goes on as in the next.
func TestTheOrderOfHostsAfterARefresh(t *testing.T) {
	program := installed(t, "ansible-playbook")
	for _, keywords := range []string{"", "  serial: 2\n", "  order: reverse_sorted\n"} {
		t.Run(keywords, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "hosts"), "a\nb\nc\n[all:vars]\nansible_connection=local\nansible_python_interpreter=/usr/bin/python3\n")
			write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n"+keywords+`  tasks:
    - group_by: {key: k_a}
      when: inventory_hostname == 'a'
    - debug: msg=before
    - meta: refresh_inventory
    - debug: msg=after
    - debug: msg="{{ groups }} {{ ansible_play_hosts }} {{ ansible_play_hosts_all }} {{ ansible_play_batch }}"
      run_once: true
    - fail: msg=no
      when: inventory_hostname == 'b'
    - debug: msg="{{ ansible_play_hosts }} {{ ansible_play_batch }}"
- hosts: all
  gather_facts: false
  tasks:
    - debug: msg=next
`)
			compareScreens(t, ansible(t, program, dir, "book", "hosts", nil), ours(t, dir, "book", "hosts", nil))
		})
	}
}
