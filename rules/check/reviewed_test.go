package check

// reviewed are scenarios that findings in public content have led to: what must be silent, beside what must not.
var reviewed = []scenario{
	{"a firewall that is up before a loop of rules lets ssh in", `
-- site.yml --
- hosts: all
  roles: [r]
-- roles/r/defaults/main.yml --
up: true
rules:
  - {rule: allow, to_port: 22}
-- roles/r/tasks/main.yml --
- community.general.ufw: {state: "{{ 'enabled' if up else 'disabled' }}"}
- community.general.ufw:
    rule: "{{ item.rule | default(omit) }}"
    to_port: "{{ item.to_port | default(omit) }}"
    comment: "{{ item.comment | default(omit) }}"
  loop: "{{ rules }}"
`, []string{"roles/r/tasks/main.yml:1 rerun/firewall-before-ssh error"}},
	{"an edit of a file that is written whole, where the template says what the edit does", `
-- site.yml --
- hosts: all
  roles: [r]
-- roles/r/templates/app.j2 --
{% if on %}
ENABLED="yes"
{% else %}
ENABLED="no"
{% endif %}
key={{ value }}
-- roles/r/tasks/main.yml --
- ansible.builtin.template: {src: app.j2, dest: /etc/app, mode: "0644"}
- ansible.builtin.lineinfile: {path: /etc/app, regexp: '^ENABLED=', line: 'ENABLED="no"'}
- ansible.builtin.lineinfile: {path: /etc/app, regexp: '^key=', line: key=fixed}
- ansible.builtin.replace: {path: /etc/app, regexp: 'remember=\d+', replace: ''}
- ansible.builtin.lineinfile: {path: /etc/app, regexp: '^old=', state: absent}
- ansible.builtin.lineinfile: {path: /etc/app, regexp: '^(other=).*', line: '\1x', backrefs: true}
`, nil},
	{"an edit of a file that is written whole, which changes what the template says", `
-- site.yml --
- hosts: all
  roles: [r]
-- roles/r/templates/app.j2 --
server={{ address }}
-- roles/r/tasks/main.yml --
- ansible.builtin.template: {src: app.j2, dest: /etc/app, mode: "0644"}
- ansible.builtin.replace: {path: /etc/app, regexp: '^server=(.*)$'}
- ansible.builtin.template: {src: app.j2, dest: /etc/other, mode: "0644"}
- ansible.builtin.lineinfile: {path: /etc/other, line: debug=no}
- ansible.builtin.copy: {content: "a=1\n", dest: /etc/third, mode: "0644"}
- ansible.builtin.lineinfile: {path: /etc/third, regexp: ^a=, state: absent}
`, []string{"roles/r/tasks/main.yml:2 file/flip-flop error", "roles/r/tasks/main.yml:4 file/flip-flop error", "roles/r/tasks/main.yml:6 file/flip-flop error"}},
	{"a file that is written from what was read of it", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: sort -u /etc/hosts
      register: lines
      changed_when: false
      check_mode: false
    - ansible.builtin.copy: {dest: /etc/hosts, content: "{{ lines.stdout }}\n", mode: "0644"}
    - ansible.builtin.lineinfile: {path: /etc/hosts, regexp: example, line: 192.0.2.1 example}
`, nil},
	{"two files that go into one directory", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.pip: {name: flask, virtualenv: /srv/app/env}
    - ansible.builtin.template: {src: a.py, dest: /srv/app, mode: "0644"}
    - ansible.builtin.template: {src: b.py, dest: /srv/app, mode: "0644"}
`, nil},
	{"an edit behind a look at the file that was written before it", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: tool --version
      register: tool
      changed_when: false
      check_mode: false
    - ansible.builtin.copy: {content: "a=1\n", dest: /etc/app, mode: "0644"}
    - ansible.builtin.lineinfile: {path: /etc/app, line: b=1}
      when: "'9' in tool.stdout"
    - ansible.builtin.command: grep c=1 /etc/app
      register: have
      changed_when: false
      check_mode: false
      failed_when: have.rc > 1
    - ansible.builtin.lineinfile: {path: /etc/app, line: c=1}
      when: have.rc != 0
`, []string{"site.yml:15 file/flip-flop error"}},
	{"a marker that is taken away again guards nothing; one that stays, or goes only when something else does, guards", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.shell: grep . /etc/a > /etc/a.tmp
      args: {creates: /etc/a.tmp}
      when: tidy | bool
    - ansible.builtin.command: mv /etc/a.tmp /etc/a
      args: {removes: /etc/a.tmp}
      when: tidy | bool
    - ansible.builtin.shell: grep . /etc/b > /etc/b.new
      args: {creates: /etc/b.new}
    - ansible.builtin.command: ./build --out /etc/c.new
      args: {creates: /etc/c.new}
    - ansible.builtin.file: {path: /etc/c.new, state: absent}
      when: rebuild | bool
    - ansible.builtin.stat: {path: /tmp/d}
      register: d
    - ansible.builtin.shell: sort /etc/passwd > /tmp/d
      when: not d.stat.exists
    - ansible.builtin.file: {path: /tmp/d, state: absent}
`, []string{"site.yml:17 shell/unguarded-mutation warning", "site.yml:3 shell/unguarded-mutation warning", "site.yml:6 shell/unguarded-mutation warning"}},
	{"changed when it succeeded: that is what is said anyway", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.shell: cp /etc/a /etc/b
      register: r
      changed_when: r.rc == 0
    - ansible.builtin.shell: cp /etc/a /etc/b
      register: s
      changed_when: s.rc == 0
      failed_when: s.rc > 1
    - ansible.builtin.shell: cp /etc/a /etc/b
      register: u
      changed_when: u.rc != 0
    - ansible.builtin.command: grep -q a /etc/b
      register: v
      changed_when: v.rc != 0
`, []string{"site.yml:10 guard/changed-when-false-on-mutation warning", "site.yml:3 shell/unguarded-mutation warning"}},
	{"what a later role makes, under tags of its own, is missing only in a run of all", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: docker ps
      changed_when: false
      tags: [backup]
    - ansible.builtin.apt: {name: docker.io}
      tags: [docker]
- hosts: all
  tasks:
    - ansible.builtin.command: haproxy -c -f /etc/haproxy/haproxy.cfg
      changed_when: false
      tags: [web, check]
    - ansible.builtin.apt: {name: haproxy}
      tags: web
`, []string{"site.yml:10 state/used-before-created error", "site.yml:3 state/used-before-created warning"}},
	{"what is assembled into the configuration, or read by nobody, need not be told to the service", `
-- site.yml --
- hosts: all
  handlers:
    - name: reload fail2ban
      ansible.builtin.service: {name: fail2ban, state: reloaded}
  tasks:
    - ansible.builtin.apt: {name: [fail2ban, supervisor, postfix]}
    - ansible.builtin.file: {path: "{{ item }}", state: directory, mode: "0755"}
      loop: [/etc/fail2ban/jail.local.d, /etc/fail2ban/filter.d, /etc/supervisor/conf.d, /etc/postfix]
    - ansible.builtin.copy: {src: jail, dest: /etc/fail2ban/jail.local.d/10_a, mode: "0644"}
    - ansible.builtin.assemble: {src: /etc/fail2ban/jail.local.d, dest: /etc/fail2ban/jail.local, mode: "0644"}
      notify: reload fail2ban
    - ansible.builtin.copy: {src: filter, dest: /etc/fail2ban/filter.d/a.local, mode: "0644"}
    - ansible.builtin.copy: {src: Makefile, dest: /etc/postfix/Makefile, mode: "0644"}
    - ansible.builtin.service: {name: postfix, state: started}
    - ansible.builtin.unarchive: {src: app.tgz, dest: /srv/app}
    - ansible.builtin.copy: {content: "command=/srv/app/run", dest: /etc/supervisor/conf.d/app.conf, mode: "0644"}
    - ansible.builtin.service: {name: supervisor, state: restarted}
`, []string{"site.yml:12 service/missing-notify warning", "site.yml:17 service/restart-in-tasks error"}},
	{"a command that makes a file of a known name makes no program", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: gpg --dearmor -o /etc/apt/keyrings/a.gpg /etc/apt/keyrings/a.asc
      args: {creates: /etc/apt/keyrings/a.gpg}
    - ansible.builtin.git: {repo: "https://example.com/a.git", dest: /opt/a, version: v1}
- hosts: all
  tasks:
    - ansible.builtin.command: ./install-tools
      args: {creates: /opt/tools}
    - ansible.builtin.git: {repo: "https://example.com/a.git", dest: /opt/b, version: v1}
`, []string{"site.yml:5 state/program-not-installed warning"}},
	{"a file that comes and goes by itself decides", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: curl}
    - ansible.builtin.stat: {path: /var/run/reboot-required}
      register: needed
    - ansible.builtin.reboot:
      when: needed.stat.exists == true
    - ansible.builtin.stat: {path: /etc/hosts}
      register: hosts
    - ansible.builtin.reboot:
      when: hosts.stat.exists
`, []string{"site.yml:10 effect/reboot error"}},
	{"the steps behind one guard that only look are not lost", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /srv/db}
      register: db
    - ansible.builtin.command: mv /srv/db_backup /srv/db
      when: not db.stat.exists
    - ansible.builtin.slurp: {src: /srv/db/VERSION}
      when: not db.stat.exists
    - ansible.builtin.command: pg_isready
      changed_when: false
      when: not db.stat.exists
`, nil},
	{"a fact set behind a look at what a module has answered", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: cron}
    - ansible.builtin.set_fact: {fresh: false}
    - community.mongodb.mongodb_info:
      register: set
    - ansible.builtin.set_fact: {fresh: true}
      when: set.replicas is not defined
    - ansible.builtin.service: {name: cron, state: restarted}
      when: fresh
    - ansible.builtin.command: uptime
      register: up
      changed_when: false
      check_mode: false
    - ansible.builtin.service: {name: rsyslog, state: restarted}
      when: up.stdout is defined
`, []string{"site.yml:15 service/restart-in-tasks error"}},
	{"a fact that stands in for a result has what it is given", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: ceph fsid
      register: fsid
      changed_when: false
      failed_when: false
      check_mode: false
      when: not rolling | bool
    - ansible.builtin.set_fact: {fsid: {rc: 1}}
      when: rolling | bool
    - ansible.builtin.debug: {msg: "{{ fsid.stdout }}"}
      when: fsid.rc == 0
`, nil},
	{"a firewall that denies, lets ssh through, and is switched on then", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: ufw}
    - community.general.ufw: {policy: deny}
    - community.general.ufw: {rule: allow, port: ssh}
    - community.general.ufw: {state: enabled}
- hosts: all
  tasks:
    - community.general.ufw: {policy: deny}
    - community.general.ufw: {rule: allow, port: ssh}
`, []string{"site.yml:9 rerun/firewall-before-ssh error"}},
	{"arguments that a variable holds, and a handler of a role that is not there with its variable", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.cron: "{{ item }}"
      loop: "{{ jobs }}"
    - ansible.builtin.cron: {job: /usr/bin/a}
    - ansible.builtin.copy: {src: a, dest: /etc/a, mode: "0644"}
      notify: reload nginx
      when: nginx_dir is defined
    - ansible.builtin.copy: {src: a, dest: /etc/b, mode: "0644"}
      notify: reload nginx
`, []string{"site.yml:5 rerun/cron-unnamed error", "site.yml:9 service/unknown-handler error"}},
	{"keys that are made in a directory of the run, or where one of two files is missing", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.tempfile: {state: directory}
      register: dir
    - ansible.builtin.command: ssh-keygen -q -t rsa -f {{ dir.path | quote }}/key -N ''
      changed_when: false
    - ansible.builtin.shell: test -f /etc/a.key -a -f /etc/a.crt || openssl req -new -nodes -x509 -subj /CN=a -keyout /etc/a.key -out /etc/a.crt
      changed_when: false
    - ansible.builtin.command: ssh-keygen -q -t rsa -f /etc/key -N ''
      changed_when: false
`, []string{"site.yml:9 guard/changed-when-false-on-mutation error", "site.yml:9 shell/regenerates error"}},
	{"a virtualenv makes the directories above it", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.pip: {name: wheel, virtualenv: /opt/x/env}
    - ansible.builtin.copy: {src: a, dest: /opt/x/a, mode: "0644"}
    - ansible.builtin.file: {path: /opt/x, state: directory, mode: "0755"}
`, nil},
	{"what only asks, operates, or runs on the controller", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/app/own}
      register: own
    - ansible.builtin.lineinfile: {path: /etc/hosts, line: a}
      check_mode: true
      when: not own.stat.exists
    - ansible.builtin.lineinfile: {path: /etc/hosts, line: b}
      when: not own.stat.exists
    - ansible.builtin.command: tool --version
      register: tool
      changed_when: false
      check_mode: false
      when: wanted | bool
    - ansible.builtin.debug: {msg: "{{ tool.stdout }}"}
      when: tool.stdout is defined and tool.rc == 0
- hosts: localhost
  tasks:
    - ansible.builtin.copy: {content: "{{ lookup('env', 'HOME') }}", dest: /tmp/home, mode: "0644"}
- hosts: all
  tasks:
    - ansible.builtin.copy: {content: "{{ lookup('env', 'HOME') }}", dest: /srv/home, mode: "0644"}
`, []string{"site.yml:22 input/control-node-lookup warning", "site.yml:8 guard/blocks-declarative warning"}},
	{"a play that operates what another one has set up, and a database elsewhere", `
-- restart.yml --
- hosts: all
  tasks:
    - ansible.builtin.service: {name: haproxy, state: restarted}
- hosts: all
  tasks:
    - community.postgresql.postgresql_user: {name: a, login_host: db}
- hosts: all
  tasks:
    - community.postgresql.postgresql_user: {name: a}
    - ansible.builtin.service: {name: haproxy, state: started}
`, []string{"restart.yml:10 state/service-not-installed warning", "restart.yml:9 state/program-not-installed warning"}},
	{"facts that decide: one that a handler sets, one that nothing sets, one that a look sets", `
-- site.yml --
- hosts: all
  vars: {reboot_needed: false}
  handlers:
    - name: a reboot is needed
      ansible.builtin.set_fact: {reboot_needed: true}
  tasks:
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: a reboot is needed
    - ansible.builtin.meta: flush_handlers
    - ansible.builtin.reboot:
      when: reboot_needed
    - ansible.builtin.set_fact: {migrated: false}
    - ansible.builtin.service: {name: cron, state: restarted}
      when: migrated | bool
    - ansible.builtin.reboot:
      when: not migrated
`, []string{"site.yml:15 effect/reboot error"}},
	{"a play that only reboots", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.reboot:
    - ansible.builtin.wait_for_connection:
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /etc/a, state: absent}
    - ansible.builtin.reboot:
`, []string{"site.yml:8 effect/reboot error"}},
	{"an include where a file is not there yet, or another is not", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/ssl/a.pem}
      register: a
    - ansible.builtin.stat: {path: /etc/ssl/b.pem}
      register: b
    - ansible.builtin.include_tasks: make.yml
      when: a.stat.islnk is not defined or b.stat.islnk is not defined
-- make.yml --
- ansible.builtin.service: {name: cron, state: reloaded}
`, nil},
	{"a reload behind the same look as the change", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: nginx, state: present}
    - ansible.builtin.stat: {path: /etc/nginx/a.conf}
      register: a
    - ansible.builtin.stat: {path: /etc/nginx/b.conf}
      register: b
    - ansible.builtin.copy: {content: x, dest: /etc/nginx/a.conf, mode: "0644"}
      when: not a.stat.exists
    - ansible.builtin.copy: {content: x, dest: /etc/nginx/b.conf, mode: "0644"}
      when: not b.stat.exists
    - ansible.builtin.service: {name: nginx, state: reloaded}
      when: not a.stat.exists
`, []string{"site.yml:10 service/missing-notify warning"}},
	{"units that nothing has to be restarted for", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.copy: {content: Type=oneshot, dest: /etc/systemd/system/scan.service, mode: "0644"}
    - ansible.builtin.copy: {content: ExecStart=x, dest: /etc/systemd/system/app.service, mode: "0644"}
    - ansible.builtin.copy: {content: x, dest: /etc/init.d/forward, mode: "0755"}
    - ansible.builtin.systemd_service: {name: scan.service, state: started, daemon_reload: true}
    - ansible.builtin.systemd_service: {name: app.service, state: started, daemon_reload: true}
    - ansible.builtin.service: {name: forward, enabled: true}
`, []string{"site.yml:4 service/missing-notify warning"}},
	{"directories that may be there", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: [dbconfig-common, xinetd], state: present}
    - ansible.builtin.copy: {content: x, dest: /etc/dbconfig-common/a.conf, mode: "0644"}
    - ansible.builtin.copy: {content: x, dest: /etc/xinetd.d/a, mode: "0644"}
    - ansible.builtin.copy: {content: x, dest: /var/lib/other/a.conf, mode: "0644"}
    - ansible.builtin.file: {path: "{{ anywhere }}", state: directory, mode: "0755"}
    - ansible.builtin.copy: {content: x, dest: /var/lib/more/a.conf, mode: "0644"}
`, []string{"site.yml:6 state/parent-not-created warning"}},
	{"a changed_when that says what would be said without it", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: /srv/migrate
      register: a
      changed_when: a.changed | bool
    - ansible.builtin.command: /srv/migrate
      register: b
      changed_when: "'created' in b.stdout"
`, []string{"site.yml:3 shell/unguarded-mutation warning"}},
	{"two tasks of a play for one user, and two jobs of one name", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.user: {name: app, groups: adm}
    - ansible.builtin.user: {name: app, groups: [adm, audio], append: true}
    - ansible.builtin.user: {name: web, groups: adm}
    - ansible.builtin.user: {name: web, groups: [adm]}
    - ansible.builtin.cron: {name: a, job: x}
    - ansible.builtin.cron: {name: a, job: y}
    - ansible.builtin.cron: {name: a, job: z, user: games}
`, []string{"site.yml:3 rerun/user-groups-replaced warning", "site.yml:8 rerun/cron-unnamed error"}},
	{"a play that ends before its handlers", `
-- site.yml --
- hosts: all
  handlers: [{name: restart, ansible.builtin.service: {name: cron, state: restarted}}]
  pre_tasks:
    - ansible.builtin.copy: {content: x, dest: /etc/pre, mode: "0644"}
      notify: restart
  tasks:
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: restart
    - ansible.builtin.command: useradd bob
    - ansible.builtin.copy: {content: x, dest: /etc/b, mode: "0644"}
      notify: restart
- hosts: all
  force_handlers: true
  handlers: [{name: restart, ansible.builtin.service: {name: cron, state: restarted}}]
  tasks:
    - ansible.builtin.copy: {content: x, dest: /etc/c, mode: "0644"}
      notify: restart
    - ansible.builtin.command: useradd eve
`, []string{"site.yml:18 shell/fails-on-rerun error", "site.yml:7 state/partial-run error", "site.yml:9 shell/fails-on-rerun error"}},
	{"a play that says itself that it ends before its handlers", `
-- site.yml --
- hosts: all
  force_handlers: true
  handlers: [{name: restart, ansible.builtin.service: {name: cron, state: restarted}}]
  tasks:
    - ansible.builtin.meta: end_host
      when: inventory_hostname in groups['spare']
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: restart
    - ansible.builtin.copy: {content: x, dest: /etc/b, mode: "0644"}
      notify: restart
      when: whole | bool
    - ansible.builtin.meta: end_play
      when: not whole | bool
    - ansible.builtin.meta: flush_handlers
    - ansible.builtin.copy: {content: x, dest: /etc/c, mode: "0644"}
      notify: restart
    - ansible.builtin.meta: end_play
`, []string{"site.yml:15 state/partial-run error", "site.yml:7 state/partial-run warning"}},
	{"downloads whose version is in the address alone", `
-- site.yml --
- hosts: all
  vars:
    tool_version: 1.2.3
    tool_url: "https://example.org/{{ tool_version }}/tool"
  tasks:
    - ansible.builtin.get_url: {url: "{{ tool_url }}", dest: /usr/local/bin/tool, mode: "0755"}
    - ansible.builtin.get_url: {url: "{{ tool_url }}", dest: "/opt/tool-{{ tool_version }}", mode: "0755"}
    - ansible.builtin.get_url: {url: "{{ tool_url }}", dest: /usr/local/bin/sum, checksum: "sha256:{{ sum }}", mode: "0755"}
    - ansible.builtin.get_url: {url: "{{ tool_url }}", dest: /usr/local/bin/, mode: "0755"}
    - ansible.builtin.stat: {path: /opt/other/bin}
      register: other
    - ansible.builtin.unarchive: {src: "https://example.org/{{ tool_version }}.tgz", dest: /opt/other, remote_src: true}
      when: not other.stat.exists
    - ansible.builtin.command: curl -o /opt/more https://example.org/{{ tool_version }}/more
      args: {creates: /opt/more}
    - ansible.builtin.shell: curl https://example.org/{{ tool_version }}/setup > /tmp/setup && sh /tmp/setup
      args: {creates: /etc/apt/sources.list.d/more.list}
    - ansible.builtin.command: /opt/more --version
      register: have
      changed_when: false
      check_mode: false
    - ansible.builtin.command: curl -o /opt/more https://example.org/{{ tool_version }}/more
      when: tool_version not in have.stdout
`, []string{"site.yml:12 guard/existence-not-freshness warning", "site.yml:14 guard/existence-not-freshness warning", "site.yml:6 guard/existence-not-freshness warning"}},
	{"a result that is asked whether its task has run", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/a}
      register: a
      when: wanted
    - ansible.builtin.copy: {content: x, dest: /srv/a, mode: "0644"}
      when: a is not skipped and a.stat.exists
    - ansible.builtin.git: {repo: https://example.org/x, dest: /srv/x, version: v1}
      register: checkout
      when: deployed_here
    - ansible.builtin.stat: {path: /srv/x/schema}
      register: schema
      when: deployed_here
    - ansible.builtin.debug: {msg: migrate}
      when: checkout is changed and schema.stat.mtime != 1
    - ansible.builtin.debug: {msg: late}
      when: schema.stat.mtime != 1
`, []string{"site.yml:16 guard/stale-register warning"}},
	{"a result that another task has registered anew", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /srv/done}
      register: result
    - ansible.builtin.command: getent passwd app
      register: result
      changed_when: false
      check_mode: false
    - ansible.builtin.command: /srv/setup
      when: not result.stat.exists
    - ansible.builtin.command: dpkg -s tool
      register: have
      changed_when: false
      check_mode: false
      when: ansible_os_family == 'Debian'
    - ansible.builtin.command: rpm -q tool
      register: have
      changed_when: false
      check_mode: false
      when: ansible_os_family == 'RedHat'
    - ansible.builtin.command: /srv/install
      when: have.rc != 0
    - ansible.builtin.command: /srv/install
      when: have is not skipped and have.rc != 0
`, []string{"site.yml:21 guard/stale-register warning", "site.yml:9 guard/stale-register error"}},
	{"tests and messages before handlers: only what the handlers are about", `
-- site.yml --
- hosts: all
  handlers:
    - name: restart stunnel
      ansible.builtin.service: {name: stunnel, state: restarted}
    - name: restart nginx
      ansible.builtin.service: {name: nginx, state: restarted}
  tasks:
    - ansible.builtin.apt: {name: [nginx, stunnel], state: present}
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: [restart stunnel, restart nginx]
    - name: wait for the new server's ssh
      ansible.builtin.wait_for: {host: "{{ new_server }}", port: 22}
    - name: wait for the proxy
      ansible.builtin.wait_for: {port: 8118}
    - name: is the site up?
      ansible.builtin.uri: {url: "http://localhost/"}
    - name: wait for stunnel
      ansible.builtin.wait_for: {port: 4433}
`, []string{"site.yml:15 effect/announced-before-handlers warning", "site.yml:17 effect/announced-before-handlers warning"}},
	{"changes that a service need not hear of", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: [nginx, mysql-server], state: present}
    - ansible.builtin.file: {path: /etc/nginx/nginx.conf, owner: root, mode: "0600"}
    - ansible.builtin.template: {src: a, dest: /etc/nginx/site.htpasswd, mode: "0600"}
    - ansible.builtin.lineinfile: {path: /etc/mysql/debian.cnf, line: x}
    - ansible.builtin.file: {path: /etc/nginx/sites-enabled/a, src: /etc/nginx/sites-available/a, state: link}
    - ansible.builtin.service: {name: nginx, state: started}
    - ansible.builtin.service: {name: mysql, state: started}
`, []string{"site.yml:7 service/missing-notify warning"}},
	{"handlers that notify, and what follows a change without being a handler's work", `
-- site.yml --
- hosts: all
  handlers:
    - name: check and restart
      ansible.builtin.command: nginx -t
      changed_when: true
      notify: restart
    - name: restart
      ansible.builtin.service: {name: nginx, state: restarted}
  tasks:
    - ansible.builtin.apt: {name: nginx, state: present}
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: check and restart
      register: conf
    - ansible.builtin.debug: {msg: it has changed}
      when: conf is changed
`, nil},
	{"values that a local fact keeps", `
-- site.yml --
- hosts: all
  vars:
    seed: "{{ ansible_local.app.seed if (ansible_local.app.seed | d()) else (ansible_date_time.epoch | hash('sha256')) }}"
    stamp: "{{ ansible_date_time.epoch }}"
  tasks:
    - ansible.builtin.copy: {content: "{{ seed }}", dest: /etc/a, mode: "0644"}
    - ansible.builtin.copy: {content: "{{ stamp }}", dest: /etc/b, mode: "0644"}
`, []string{"site.yml:7 input/time error"}},
	{"downloads of a version, for a test, and of whatever is there", `
-- site.yml --
- hosts: all
  vars: {tool_version: 1.2.3}
  tasks:
    - ansible.builtin.get_url: {url: "https://example.org/tool-{{ tool_version }}.py", dest: /opt/a, force: true, mode: "0755"}
    - ansible.builtin.get_url: {url: "https://example.org/", dest: /dev/null, force: true, mode: "0755"}
    - ansible.builtin.get_url: {url: "https://example.org/tool.py", dest: /opt/b, force: true, mode: "0755"}
`, []string{"site.yml:6 file/download-unpinned warning"}},
	{"requests that answer a repetition, pauses for people, questions to services", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.uri: {url: "https://example.org/trial", method: POST, status_code: [200, 403]}
    - ansible.builtin.uri: {url: "https://example.org/trial", method: POST, status_code: [200, 201]}
    - name: 20s to change your mind
      ansible.builtin.pause: {seconds: 20}
    - name: let it come up
      ansible.builtin.pause: {seconds: 20}
    - ansible.builtin.systemd: {name: nginx}
      register: nginx
`, []string{"site.yml:4 effect/http-write warning", "site.yml:7 effect/pause-as-sync warning"}},
	{"a play on the controller depends on the controller", `
-- site.yml --
- hosts: localhost
  connection: local
  tasks:
    - ansible.builtin.copy: {content: x, dest: /home/me/a, owner: me, mode: "0644"}
- hosts: all
  tasks:
    - ansible.builtin.copy: {content: x, dest: /home/me/a, owner: me, mode: "0644"}
`, []string{"site.yml:7 state/account-not-created warning"}},
	{"a loop over whole commands", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: "{{ item }}"
      loop: [systemctl is-active cron, cat /etc/hosts]
      changed_when: false
    - ansible.builtin.command: "{{ item }}"
      loop: [cat /etc/hosts, iptables -A INPUT -j ACCEPT]
`, []string{"site.yml:6 shell/accumulates error"}},
	{"a module that prepares what a command behind the same look does", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /var/lib/cluster/joined}
      register: joined
    - ansible.builtin.template: {src: a, dest: /etc/cluster.yml, mode: "0644"}
      when: not joined.stat.exists
    - ansible.builtin.command: cluster join
      when: joined is not defined or not joined.stat.exists
`, nil},
	{"a role that runs twice does not read its own results", `
-- site.yml --
- hosts: all
  roles: [r]
- hosts: all
  tasks:
    - ansible.builtin.import_role: {name: r}
    - ansible.builtin.import_role: {name: r}
-- roles/r/tasks/main.yml --
- ansible.builtin.copy: {content: x, dest: /etc/nginx/a.conf, mode: "0644"}
  register: conf
  changed_when: conf.changed | bool
- ansible.builtin.service: {name: nginx, state: started}
`, []string{"roles/r/tasks/main.yml:1 service/missing-notify warning", "roles/r/tasks/main.yml:1 state/parent-not-created warning", "roles/r/tasks/main.yml:4 state/service-not-installed warning"}},
}
