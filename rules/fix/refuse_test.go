package fix

import (
	"strings"
	"testing"

	"pylint-deploy/rules"
)

// refusals are tasks that are left as they are, and a part of the reason.
var refusals = []struct{ rule, text, why string }{
	{"compat/removed-include", "- include: other.yml tags=x\n", "does not take"},
	{"file/marker-collision", "- blockinfile: {path: /a, block: x}\n", "your decision"},
	{"file/marker-collision", "- blockinfile: {path: /a, block: x}\n  loop: \"{{ hosts }}\"\n", "not known to differ"},
	{"file/replace-cannot-create", "- replace: {path: /a, regexp: '^Port 22', replace: Port 23, after: x}\n", "no after"},
	{"compat/free-form-args", "- action: apt name=x\n", "another form"},
	{"compat/free-form-args", "- command: ls creates=/x\n", "no list of"},
	{"compat/free-form-args", "- apt: name=x\n  args: {state: present}\n", "below args"},
	{"compat/free-form-args", "- apt: &a name=x\n- apt: *a\n", "more than it should"},
	{"file/touch", "- file: &shared {path: /a, state: touch}\n- file: *shared\n", "anchor"},
	{"file/touch", "- action: file path=/a state=touch\n", "another form"},
	{"guard/path-mismatch", "- command: openssl dhparam -out /a 2048\n  when: [x, not y.stat.exists]\n", "no single look"},
	{"guard/path-mismatch", "- command: openssl dhparam -out a 2048\n  args: {creates: /b}\n", "relative"},
	{"package/loop-not-list", "- apt:\n    name: \"{{ item }}\"\n  loop: [a]\n  when: item != x\n", "used elsewhere"},
	{"package/loop-not-list", "- apt:\n    name: \"{{ item }}\"\n  loop: [a]\n  register: r\n", "register"},
	{"package/loop-not-list", "- apt:\n    name: \"{{ item }}\"\n  with_items: [a, \"{{ b }}\"]\n", "not known"},
	{"package/loop-not-list", "- apt: name={{ item }}\n  with_items:\n    - a # why\n", "comment"},
	{"package/state-latest", "- apt: {name: a, state: \"{{ s }}\"}\n", "variable"},
	{"package/state-latest", "- yum: {name: '*', state: latest}\n", "all that match"},
	{"shell/append", "- shell: echo $A >> /etc/profile\n", "written"},
	{"shell/append", "- shell: echo -e 'a\\nb' >> /etc/profile\n", "not known"},
	{"shell/append", "- shell: cat a >> /etc/profile\n", "more than one echo"},
	{"shell/append", "- shell: echo a >> /etc/profile && service x restart\n", "more than one echo"},
	{"shell/append", "- shell: echo a >> notes\n", "relative"},
	{"shell/append", "- shell: echo a >> /etc/profile\n  register: r\n", "register"},
	{"shell/cd-semicolon", "- shell: cd $HOME; ls\n", "decided when it runs"},
	{"shell/cd-semicolon", "- shell: cd /a; cd b; ls\n", "only one"},
	{"shell/cd-semicolon", "- shell: cd /a; ls\n  args: {chdir: /b}\n", "already"},
	{"shell/cd-semicolon", "- shell: cd /a; [ -f x ] && rm x\n", "unusual"},
	{"shell/in-place-edit", "- command: sed -i s/a/b/ /etc/x\n", "only s/"},
	{"shell/in-place-edit", "- command: sed -i.bak 's/^Port.*/Port 22/' /etc/x\n", "flag"},
	{"shell/in-place-edit", "- command: sed -i 's/^Port.*/Port 22 &/' /etc/x\n", "only s/"},
	{"shell/needless-shell", "- shell: ls\n  args: {executable: /bin/bash}\n", "executable"},
	{"package/cache-refresh-each-run", "- apt: name=a update_cache={{ up }}\n", "a variable decides"},
	{"shell/needless-shell", "- shell: ls {{ dir }} {{ args }}\n", "more than one word"},
	{"shell/needless-shell", "- shell: echo '$HOME'\n", "another way"},
	{"shell/use-module", "- {command: mkdir -p /a, changed_when: false}\n", "cannot be taken out"},
	{"shell/regenerates", "- shell: openssl rand -hex 16\n", "one known path"},
	{"shell/use-module", "- command: sudo mkdir -p /a\n", "sudo"},
	{"shell/use-module", "- command: mkdir -p /a /b\n", "2 arguments"},
	{"shell/use-module", "- command: mkdir -p a\n", "relative"},
	{"shell/use-module", "- shell: mkdir -p /a && touch /a/b\n", "more than one"},
	{"shell/use-module", "- command: mkdir -p \"{{ dirs }}\"\n", "decided when it runs"},
	{"shell/use-module", "- command: mkdir -p /a/$USER\n", "decided when it runs"},
	{"shell/use-module", "- command: mkdir -p /a\n  register: r\n", "register"},
	{"shell/use-module", "- command: mkdir -p /a\n  args: {creates: /a}\n", "creates"},
	{"shell/use-module", "- command: mkdir -Z -p /a\n", "flag Z"},
	{"shell/use-module", "- shell: |\n    # why\n    mkdir -p /a\n", "more than one plain command"},
	{"shell/use-module", "- shell: | # why\n    mkdir -p /a\n", "comment"},
	{"shell/use-module", "- command: ln -sf /opt/app/run /usr/local/bin\n", "directory"},
	{"shell/use-module", "- command: chown app. /a\n", "decision"},
	{"shell/use-module", "- command: apt-get install -y ./x.deb\n", "plain name"},
	{"shell/use-module", "- command: apt-get -o Dpkg::Options::=--force-confold install -y x\n", "counterpart"},
	{"shell/use-module", "- command: pip install .\n", "plain requirement"},
	{"shell/use-module", "- command: systemctl --user enable x\n", "flag user"},
	{"state/parent-not-created", "- copy: {src: a, dest: \"/etc/{{ item }}/x\"}\n  loop: [a]\n", "loop"},
	{"state/parent-not-created", "- copy: {src: a, dest: \"/etc/app/{{ item }}\"}\n  loop: [a]\n  when: item != x\n", "loop"},
	{"state/parent-not-created", "- copy: {src: a, dest: /etc/other/x}\n", "depends on variables"},
	{"state/parent-not-created", "- copy: {src: a, dest: /etc/app/x}\n  when: >\n    a and\n    b\n", "more than one line"},
}

func TestRefusalsSayWhy(t *testing.T) {
	for _, tc := range refusals {
		file, tasks := load(t, tc.text)
		_, err := For(rules.Finding{Rule: tc.rule, Level: rules.Error, Pos: tasks[len(tasks)-1].Pos, Message: message}, file, tasks[len(tasks)-1])
		if err == nil || !strings.Contains(err.Error(), tc.why) {
			t.Errorf("%s: the error is %v, want ... %s ... for\n%s", tc.rule, err, tc.why, tc.text)
		}
	}
}
