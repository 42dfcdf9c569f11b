package config

import (
	"bytes"
	"fmt"
	"strings"
)

const pageHead = `# Settings of Ansible

ansible.cfg and the environment are read as Ansible reads them: ` + "`ANSIBLE_CONFIG`" + `, the working directory's ansible.cfg (unless everybody may write
there), ` + "`~/.ansible.cfg`" + `, ` + "`/etc/ansible/ansible.cfg`" + `; the environment counts more. This page is made from the tables of the program
(` + "`go test ./executor/strategy/config -update`" + `). A key of ansible.cfg that is no setting of Ansible's is named with ` + "`-v`" + `.

`

// Page is docs/ansible-settings.md: every setting of Ansible, as far as its own programs read it, and what becomes of it here.
func Page() []byte {
	var b bytes.Buffer
	b.WriteString(pageHead)
	b.WriteString("## Followed\n\n| setting | variables | ansible.cfg |\n|---|---|---|\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.name, strings.Join(s.env, " "), strings.Join(s.ini, " "))
	}
	reasons(&b, "Named with a warning where they are set to anything but what holds", unheard)
	reasons(&b, "Accepted in silence: nothing would be different", needless)
	return b.Bytes()
}

func reasons(b *bytes.Buffer, title string, list []unheeded) {
	fmt.Fprintf(b, "\n## %s\n\n| setting | variables | ansible.cfg | because |\n|---|---|---|---|\n", title)
	for _, u := range list {
		for _, s := range u.settings {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", s.name, strings.Join(s.env, " "), strings.Join(s.ini, " "), u.why)
		}
	}
}
