package check

// reviewedAnew are scenarios that findings in content nobody had looked at have led to.
var reviewedAnew = []scenario{
	{"facts computed from facts in many ways", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: uname -r
      register: kernel
      changed_when: false
    - ansible.builtin.set_fact: {a: "{{ kernel.stdout }}", b: "{{ kernel.rc }}"}
    - ansible.builtin.set_fact: {c: "{{ a }}{{ b }}{{ c | default(a) }}"}
    - ansible.builtin.service: {name: cron, state: restarted}
      loop: "{{ c }}"
      when: item != a
`, nil},
	{"a package whose name is a list, in a loop", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: [git, "{{ item }}"]}
      loop: [nginx]
`, nil},
	{"arguments of shapes that rules do not expect hide no findings", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: {a: b}, update_cache: [1], state: [latest]}
      loop: [nginx]
    - ansible.builtin.uri: {url: [x], method: [POST], status_code: {a: b}}
    - ansible.builtin.copy: {content: {a: [1]}, dest: [/etc/a], mode: {a: b}}
    - ansible.builtin.service: {name: {a: b}, state: [restarted]}
    - community.docker.docker_container: {name: [a], image: [b], state: {c: d}}
    - ansible.builtin.git: {repo: [a], dest: {b: c}, version: [d]}
    - ansible.builtin.shell: uptime
`, []string{"site.yml:10 shell/read-only-reports-changed warning", "site.yml:8 state/program-not-installed warning", "site.yml:9 state/program-not-installed warning"}},
	{"get_url leaves a file alone that is there, unless it is forced", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.get_url: {url: "https://example.org/1.0/a.service", dest: /etc/systemd/system/a.service, mode: "0644"}
    - ansible.builtin.replace: {path: /etc/systemd/system/a.service, regexp: /usr/bin, replace: /opt/bin}
      notify: a
    - ansible.builtin.get_url: {url: "https://example.org/1.0/b.conf", dest: /etc/b.conf, mode: "0644", force: true}
    - ansible.builtin.lineinfile: {path: /etc/b.conf, line: on}
    - ansible.builtin.service: {name: a, state: started}
  handlers:
    - name: a
      ansible.builtin.service: {name: a, state: restarted}
`, []string{"site.yml:7 file/flip-flop error"}},
	{"steps of a sequence whose last one makes what the guard looks at", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /usr/bin/tool}
      register: tool
    - ansible.builtin.command: tar -xf /opt/tool.tar -C /opt/tool
      when: not tool.stat.exists
    - ansible.builtin.command: /opt/tool/install.sh
      when: not tool.stat.exists
    - ansible.builtin.command: openssl dhparam -out /etc/nginx/dhparam.pem 2048
      args: {creates: /etc/ssl/certs/dhparam.pem}
`, []string{"site.yml:9 guard/path-mismatch error"}},
	{"certbot's plugins and hooks write more than certificates", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: certbot certonly -n --apache -d example.org
      args: {creates: /etc/letsencrypt/options-ssl-apache.conf}
    - ansible.builtin.command: certbot renew --force-renewal --cert-name example.org
      args: {creates: /etc/postgresql/fullchain.pem}
    - ansible.builtin.command: certbot certonly -n -d example.org
      args: {creates: /etc/letsencrypt/live/example.com}
`, []string{"site.yml:7 guard/path-mismatch error"}},
	{"waiting for a download is no step of its own", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /opt/a.tar}
      register: archive
    - ansible.builtin.command: curl -o /opt/a.tar https://example.org/1.0/a.tar
      async: 100
      poll: 0
      register: job
      when: not archive.stat.exists
    - ansible.builtin.async_status: {jid: "{{ job.ansible_job_id }}"}
      register: done
      until: done.finished
      when: not archive.stat.exists
`, nil},
	{"work in the background, with and without a wait for its end", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: node server
      async: 100
      poll: 0
    - ansible.builtin.command: make-all
      async: 100
      poll: 0
      register: job
      changed_when: false
    - ansible.builtin.shell: "{{ item }} > /tmp/log"
      loop: [import-a, import-b]
      async: 100
      poll: 0
      register: jobs
    - ansible.builtin.async_status: {jid: "{{ item.ansible_job_id }}"}
      loop: "{{ jobs.results }}"
      register: done
      until: done.finished
`, []string{"site.yml:11 shell/unguarded-mutation warning", "site.yml:3 shell/unguarded-mutation error"}},
	{"the name of a handler that a template chooses", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.copy: {content: x, dest: /etc/a, mode: "0644"}
      notify: "{% if old %}restart a{% else %}restart b{% endif %}"
  handlers:
    - name: restart a
      ansible.builtin.service: {name: a, state: restarted}
`, nil},
	{"a commit that may find nothing to commit", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: git commit --all --message x
      register: commit
      failed_when: [commit.rc != 0, '"nothing to commit" not in commit.stdout']
`, []string{"site.yml:3 state/program-not-installed warning"}},
	{"a guard that looks at what the command is given", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.get_url: {url: "https://example.org/1.0/install.py", dest: /opt/install.py, mode: "0644"}
    - ansible.builtin.command: {cmd: python3 /opt/install.py, creates: /opt/install.py}
    - ansible.builtin.command: {cmd: python3 /opt/install.py, creates: /opt/poetry}
    - ansible.builtin.command: {cmd: python3 /opt/other.py, creates: /opt/other.py}
`, []string{"site.yml:4 guard/path-mismatch error"}},
	{"what would be in the way is taken away before", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /etc/apt/keyrings/a.gpg, state: absent}
    - ansible.builtin.command: gpg --dearmor -o /etc/apt/keyrings/a.gpg /tmp/a.asc
    - ansible.builtin.file: {path: /etc/apt/keyrings/b.gpg, state: absent}
      when: renew
    - ansible.builtin.command: gpg --dearmor -o /etc/apt/keyrings/b.gpg /tmp/b.asc
`, []string{"site.yml:4 shell/fails-on-rerun warning", "site.yml:7 shell/fails-on-rerun error"}},
	{"a file that is fetched and then moved", `
-- site.yml --
- hosts: all
  vars: {part: /srv/part}
  tasks:
    - ansible.builtin.uri: {url: "https://example.org/1.0/a", dest: "{{ part }}"}
    - ansible.builtin.command: mv -f {{ part | quote }} /srv/whole
    - ansible.builtin.command: mv -f /srv/other /srv/whole
`, []string{"site.yml:5 shell/unguarded-mutation warning", "site.yml:6 shell/fails-on-rerun error"}},
	{"an upgrade presupposes what it replaces", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: psql -c 'DROP VIEW IF EXISTS activity'
      become: true
      become_user: postgres
      changed_when: false
    - ansible.builtin.service: {name: postgresql, state: stopped}
    - ansible.builtin.apt: {name: postgresql-16}
`, []string{"site.yml:3 guard/changed-when-false-on-mutation warning"}},
	{"a playbook that is named after what it interrupts", `
-- reset-node.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: kubeadm reset -f
    - ansible.builtin.file: {path: /etc/cni/net.d, state: absent}
    - ansible.builtin.service: {name: containerd, state: restarted}
`, nil},
	{"a playbook of several plays, and one for what happens after a restart", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /etc/cni/net.d, state: absent}
- name: Restart the container engine
  hosts: all
  tasks:
    - ansible.builtin.file: {path: /run/marker, state: absent}
    - ansible.builtin.service: {name: containerd, state: restarted}
-- enable-redis-on-restart.yml --
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /etc/redis/off, state: absent}
    - ansible.builtin.service: {name: containerd, state: restarted}
`, []string{"enable-redis-on-restart.yml:4 service/restart-in-tasks error", "site.yml:8 service/restart-in-tasks error"}},
	{"a playbook that another one brings in happens with it, whatever its name", `
-- site.yml --
- ansible.builtin.import_playbook: restart-all.yml
-- restart-all.yml --
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /etc/cni/net.d, state: absent}
    - ansible.builtin.service: {name: containerd, state: restarted}
`, []string{"restart-all.yml:4 service/restart-in-tasks error"}},
	{"a look that chooses between two ways", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/new.properties}
      register: new
    - ansible.builtin.lineinfile: {path: /etc/old.properties, line: fips=no}
      when: not new.stat.exists
    - ansible.builtin.lineinfile: {path: /etc/new.properties, line: fips=no}
      when: new.stat.exists
    - ansible.builtin.copy: {src: /etc/new.properties, dest: /root/kept, remote_src: true, mode: "0644"}
      when: new.stat.exists and not new.stat.islnk
    - ansible.builtin.lineinfile: {path: /etc/other, line: a}
      when: not new.stat.exists
    - ansible.builtin.cron: {name: a, job: "true"}
      when: not new.stat.exists
`, []string{"site.yml:13 guard/blocks-declarative warning"}},
	{"an answer that is registered under a name from a variable", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.uri: {url: "https://example.org/organization", method: POST, status_code: 201}
      when: organization.status == 404
    - ansible.builtin.uri: {url: "https://example.org/organization", method: POST, status_code: "200,201,400"}
`, nil},
	{"a task for check mode alone", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: apply-all --simulate
      check_mode: false
      when: ansible_check_mode
    - ansible.builtin.command: apply-all
      when: not ansible_check_mode
`, []string{"site.yml:6 shell/unguarded-mutation warning"}},
	{"an image that the play builds", `
-- site.yml --
- hosts: all
  tasks:
    - community.docker.docker_image: {name: app, source: build, build: {path: /srv/app}}
    - community.docker.docker_container: {name: app, image: "app:latest"}
    - community.docker.docker_container: {name: db, image: "db:latest"}
`, []string{"site.yml:3 state/program-not-installed warning", "site.yml:4 state/program-not-installed warning", "site.yml:5 package/floating-image warning", "site.yml:5 state/program-not-installed warning"}},
	{"a condition that is one of those which the look is content with", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /usr/local/sbin/criu}
      register: criu
      when: (family == "RedHat" and version == "7") or family == "Debian"
    - ansible.builtin.apt: {name: criu}
      when: [not criu.stat.exists, family == "Debian"]
    - ansible.builtin.apt: {name: crit}
      when: [not criu.stat.exists, family == "Suse"]
`, []string{"site.yml:6 guard/blocks-declarative warning", "site.yml:8 guard/blocks-declarative warning", "site.yml:8 guard/stale-register warning"}},
}
