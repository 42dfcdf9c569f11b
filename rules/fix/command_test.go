package fix

// commandCases are the fixes that understand a command.
var commandCases = []struct{ rule, name, before, after string }{
	{"shell/use-module", "mkdir", "- name: dir\n  command: mkdir -p /opt/app\n  become: true\n", "- name: dir\n  file:\n    path: /opt/app\n    state: directory\n  become: true\n"},
	{"shell/use-module", "mkdir with a mode, qualified", "- ansible.builtin.command: mkdir -p -m 755 /opt/app\n", "- ansible.builtin.file:\n    path: /opt/app\n    state: directory\n    mode: \"0755\"\n"},
	{"shell/use-module", "changed_when, blanks at the end", "- command: rm -rf /opt/old  \n  changed_when: false\n  tags: x\n", "- file:\n    path: /opt/old\n    state: absent\n  tags: x\n"},
	{"shell/use-module", "a template", "- shell: mkdir -p {{ base }}/log\n  with_items: [a]\n", "- file:\n    path: \"{{ base }}/log\"\n    state: directory\n  with_items: [a]\n"},
	{"shell/use-module", "braces", "- {name: dir, command: mkdir -p /a, tags: [x]}\n", "- {name: dir, file: {path: /a, state: directory}, tags: [x]}\n"},
	{"shell/use-module", "cmd and args, comments", "- command:\n      cmd: mkdir -p log   # why\n      chdir: /opt\n  # between\n  when: x\n", "- command:\n      cmd: mkdir -p log   # why\n      chdir: /opt\n  # between\n  when: x\n"},
	{"shell/use-module", "chdir and warn", "- command: mkdir -p log # why\n  args:\n    chdir: /opt\n    warn: false\n  # between\n  when: x\n", "- file:\n    path: /opt/log\n    state: directory # why\n  # between\n  when: x\n"},
	{"shell/use-module", "a block scalar, Windows line ends", "- shell: |\r\n    mkdir -p /a\r\n- debug:\r\n", "- file:\r\n    path: /a\r\n    state: directory\r\n- debug:\r\n"},
	{"shell/use-module", "a folded scalar in a deeper indent", "- shell: >\n        rm -rf\n        /opt/old\n  tags: x\n", "- file:\n    path: /opt/old\n    state: absent\n  tags: x\n"},
	{"shell/use-module", "rm", "- command: rm -rf /opt/old\n", "- file:\n    path: /opt/old\n    state: absent\n"},
	{"shell/use-module", "ln", "- command: ln -sfn /opt/app-1 /opt/app\n", "- file:\n    src: /opt/app-1\n    path: /opt/app\n    state: link\n    force: true\n"},
	{"shell/use-module", "chmod", "- command: chmod 755 /opt/run\n- command: chmod -R u+x,g-w /opt/app\n",
		"- file:\n    path: /opt/run\n    mode: \"0755\"\n- file:\n    path: /opt/app\n    state: directory\n    recurse: true\n    mode: u+x,g-w\n"},
	{"shell/use-module", "chown", "- command: chown -R app:{{ group }} /opt/app\n- command: chown 1000 /opt/x\n- command: chgrp www /opt/x\n",
		"- file:\n    path: /opt/app\n    state: directory\n    recurse: true\n    owner: app\n    group: \"{{ group }}\"\n- file:\n    path: /opt/x\n    owner: \"1000\"\n- file:\n    path: /opt/x\n    group: www\n"},
	{"shell/use-module", "systemctl", "- command: systemctl daemon-reload\n- command: systemctl enable --now nginx\n- command: systemctl stop nginx.service\n",
		"- systemd:\n    daemon_reload: true\n- systemd:\n    name: nginx\n    enabled: true\n    state: started\n- systemd:\n    name: nginx.service\n    state: stopped\n"},
	{"shell/use-module", "service", "- command: service nginx start\n", "- service:\n    name: nginx\n    state: started\n"},
	{"shell/use-module", "apt-get", "- command: apt-get install -y -qq --no-install-recommends nginx git=1:2.3\n- command: apt-get -y purge nano\n",
		"- apt:\n    name: [nginx, git=1:2.3]\n    state: present\n    install_recommends: false\n- apt:\n    name: nano\n    state: absent\n    purge: true\n"},
	{"shell/use-module", "pip", "- command: \"{{ venv }}/bin/pip install flask==1.0 uwsgi\"\n- command: pip3 install -r /srv/app/requirements.txt\n",
		"- pip:\n    name: [flask==1.0, uwsgi]\n    executable: \"{{ venv }}/bin/pip\"\n- pip:\n    requirements: /srv/app/requirements.txt\n    executable: pip3\n"},
	{"shell/fails-on-rerun", "mkdir, ln, groupadd", "- command: mkdir /opt/app\n- command: ln -s ../app /opt/link\n- command: groupadd -r app\n",
		"- file:\n    path: /opt/app\n    state: directory\n- file:\n    src: ../app\n    path: /opt/link\n    state: link\n- group:\n    name: app\n    system: true\n"},
	{"shell/append", "a line, two files", "- shell: echo 'export A=1' >> /etc/profile\n- shell: echo \"a={{ b }}\" >> ~/.apprc\n",
		"- lineinfile:\n    path: /etc/profile\n    line: export A=1\n- lineinfile:\n    path: ~/.apprc\n    line: \"a={{ b }}\"\n    create: true\n"},
	{"shell/regenerates", "creates", "- command: openssl dhparam -out /etc/ssl/dh.pem 2048\n  become: true\n- shell: ssh-keygen -N '' -f {{ home }}/.ssh/id\n  args:\n    executable: /bin/bash\n",
		"- command: openssl dhparam -out /etc/ssl/dh.pem 2048\n  become: true\n  args:\n    creates: /etc/ssl/dh.pem\n- shell: ssh-keygen -N '' -f {{ home }}/.ssh/id\n  args:\n    executable: /bin/bash\n    creates: \"{{ home }}/.ssh/id\"\n"},
	{"guard/path-mismatch", "creates in three forms, and a look", `
- command: openssl dhparam -out /etc/dh.pem 2048
  args:
    creates: '/etc/other'   # here
- command: openssl dhparam -out /etc/dh.pem 2048 creates=/etc/other
- command:
    cmd: openssl dhparam -out /etc/dh.pem 2048
    creates: /etc/other
- name: make
  command: openssl dhparam -out /etc/dh.pem 2048
  when: not other.stat.exists
  tags: x
`, `
- command: openssl dhparam -out /etc/dh.pem 2048
  args:
    creates: '/etc/dh.pem'   # here
- command: openssl dhparam -out /etc/dh.pem 2048 creates=/etc/dh.pem
- command:
    cmd: openssl dhparam -out /etc/dh.pem 2048
    creates: /etc/dh.pem
- name: make
  command: openssl dhparam -out /etc/dh.pem 2048
  args:
    creates: /etc/dh.pem
  tags: x
`},
	{"shell/cd-semicolon", "one line, a block, cmd", `
- shell: cd /srv/app; rm -rf cache
- shell: |
    cd {{ base }}
    make
    make install
- shell:
    cmd: "cd /srv/app ;  ls"
`, `
- shell: rm -rf cache
  args:
    chdir: /srv/app
- shell: |
    make
    make install
  args:
    chdir: "{{ base }}"
- shell:
    cmd: "ls"
    chdir: /srv/app
`},
	{"shell/in-place-edit", "one setting", `
- command: sed -i 's/^#\?Port.*/Port 22/' /etc/ssh/sshd_config
- shell: sed -i -e "s|^DIR=.*|DIR={{ dir }}|" /etc/default/app
`, `
- replace:
    path: /etc/ssh/sshd_config
    regexp: ^#?Port.*$
    replace: Port 22
- replace:
    path: /etc/default/app
    regexp: ^DIR=.*$
    replace: "DIR={{ dir }}"
`},
	{"file/replace-cannot-create", "replace, lineinfile with backrefs, braces", `
- replace:
    dest: /etc/ssh/sshd_config
    regexp: "^PermitRootLogin yes"  # strict
    replace: PermitRootLogin no
- lineinfile:
    path: /etc/ssh/sshd_config
    regexp: '^Port 22$'
    backrefs: true
    line: Port 23
- replace: {path: /a, regexp: ^Port 22, replace: Port 23}
`, `
- lineinfile:
    dest: /etc/ssh/sshd_config
    regexp: '^#?\s*PermitRootLogin\b'  # strict
    line: PermitRootLogin no
- lineinfile:
    path: /etc/ssh/sshd_config
    regexp: '^#?\s*Port\b'
    line: Port 23
- lineinfile: {path: /a, regexp: '^#?\s*Port\b', line: Port 23}
`},
	{"file/marker-collision", "items, fields, a marker that is there", `
- blockinfile:
    path: /etc/hosts
    block: "{{ item }}"
  loop: [a, b]
- blockinfile:
    path: /etc/hosts
    marker: '; {mark} ours'
    block: "{{ entry.text }}"
  loop:
    - {name: a, text: x}
    - {name: b, text: x}
  loop_control:
    loop_var: entry
`, `
- blockinfile:
    path: /etc/hosts
    block: "{{ item }}"
    marker: "# {mark} ANSIBLE MANAGED BLOCK {{ item }}"
  loop: [a, b]
- blockinfile:
    path: /etc/hosts
    marker: '; {mark} ours {{ entry.name }}'
    block: "{{ entry.text }}"
  loop:
    - {name: a, text: x}
    - {name: b, text: x}
  loop_control:
    loop_var: entry
`},
	{"state/parent-not-created", "blank lines, comments, keywords", `
- debug:

# the settings
- name: configure
  ansible.builtin.template:
    src: a.j2
    dest: /etc/app/a.conf
  when: x is defined # why
  become: yes
  notify: restart
`, `
- debug:

- name: Create the directory /etc/app
  ansible.builtin.file:
    path: /etc/app
    state: directory
    mode: "0755"
  when: x is defined
  become: yes

# the settings
- name: configure
  ansible.builtin.template:
    src: a.j2
    dest: /etc/app/a.conf
  when: x is defined # why
  become: yes
  notify: restart
`},
	{"state/parent-not-created", "lists", "- copy:\n    src: a\n    dest: /etc/app/x\n  when:\n    - a is defined\n    - b in [1, 2]\n", "- name: Create the directory /etc/app\n  file:\n    path: /etc/app\n    state: directory\n    mode: \"0755\"\n  when: [a is defined, 'b in [1, 2]']\n- copy:\n    src: a\n    dest: /etc/app/x\n  when:\n    - a is defined\n    - b in [1, 2]\n"},
	{"state/parent-not-created", "in a block, no blank lines, key=value", "- block:\n    - copy: src=a dest=/etc/app/ mode=0644\n", "- block:\n    - name: Create the directory /etc/app\n      file:\n        path: /etc/app\n        state: directory\n        mode: \"0755\"\n    - copy: src=a dest=/etc/app/ mode=0644\n"},
}
