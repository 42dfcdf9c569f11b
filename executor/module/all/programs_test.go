package all

// Scenarios of modules that drive a program which is not installed here, or would change this machine: one of testdata/programs
// stands in for it.

var npmScenarios = programScenarios("community.general.npm", "npm", []scenario{
	{name: "new", args: `{name: coffee, path: DIR/app}`},
	{name: "version", setup: "echo coffee 1.0.0 > npm.state", args: `{name: coffee, version: "2.1.0", path: DIR/app}`},
	{name: "there", setup: "echo coffee 1.0.0 > npm.state", args: `{name: coffee, path: DIR/app}`},
	{name: "that version there", setup: "echo coffee 1.0.0 > npm.state", args: `{name: coffee, version: 1.0.0, path: DIR/app}`},
	{name: "global", args: `{name: coffee, global: yes}`},
	{name: "options", args: `{name: coffee, path: DIR/app, production: yes, ignore_scripts: yes, unsafe_perm: yes, registry: "http://r.example/", no_optional: yes, no_bin_links: yes}`},
	{name: "of package.json", setup: "echo coffee missing > npm.state", args: `{path: DIR/app}`},
	{name: "nothing missing", setup: "echo coffee 1.0.0 > npm.state", args: `{path: DIR/app}`},
	{name: "invalid", setup: "echo coffee invalid > npm.state", args: `{name: coffee, path: DIR/app}`},
	{name: "latest", setup: "echo coffee 1.0.0 > npm.state", args: `{name: coffee, state: latest, path: DIR/app}`},
	{name: "latest of all", setup: "printf 'a 1.0.0\nb 9.0.0\n' > npm.state", args: `{state: latest, path: DIR/app}`},
	{name: "latest of one that is missing", args: `{name: coffee, state: latest, path: DIR/app}`},
	{name: "absent", setup: "echo coffee 1.0.0 > npm.state", args: `{name: coffee, state: absent, path: DIR/app}`},
	{name: "absent already", args: `{name: coffee, state: absent, path: DIR/app}`},
	{name: "ci", args: `{ci: yes, path: DIR/app}`, action: true},
	{name: "executable", args: `{name: coffee, global: yes, executable: DIR/bin/npm}`},
	{name: "not found", args: `{name: nosuch, path: DIR/app}`},
	{name: "no path", args: `{name: coffee}`},
	{name: "absent without a name", args: `{state: absent, path: DIR/app}`},
})

var gemScenarios = programScenarios("community.general.gem", "gem", []scenario{
	{name: "new", args: `{name: rake}`},
	{name: "there", setup: "echo rake 1.0 > gem.state", args: `{name: rake}`},
	{name: "version", setup: "echo rake 1.0 > gem.state", args: `{name: rake, version: "2.0"}`},
	{name: "that version there", setup: "printf 'rake 1.0\nrake 2.0\n' > gem.state", args: `{name: rake, version: "2.0"}`},
	{name: "latest", setup: "echo rake 1.0 > gem.state", args: `{name: rake, state: latest}`},
	{name: "latest from a source", args: `{name: rake, state: latest, repository: "http://gems.example/"}`},
	{name: "into a directory", args: `{name: rake, user_install: no, install_dir: DIR/gems, bindir: DIR/bindir}`},
	{name: "options", args: `{name: rake, user_install: no, include_dependencies: no, pre_release: yes, include_doc: yes, env_shebang: yes, norc: no, build_flags: "--with-x"}`},
	{name: "force", args: `{name: rake, force: yes}`, differs: []string{"tree"}}, // Ansible names the option after the gem
	{name: "from a file", args: `{name: rake, gem_source: DIR/rake.gem}`},
	{name: "absent", setup: "echo rake 1.0 > gem.state", args: `{name: rake, state: absent}`},
	{name: "absent version", setup: "printf 'rake 1.0\nrake 2.0\n' > gem.state", args: `{name: rake, state: absent, version: "1.0", force: yes, user_install: no, install_dir: DIR/gems}`},
	{name: "absent already", args: `{name: rake, state: absent}`},
	{name: "not found", args: `{name: nosuch}`},
	{name: "latest with a version", args: `{name: rake, state: latest, version: "1.0"}`},
	{name: "directory for a user", args: `{name: rake, install_dir: DIR/gems}`},
})

var composerScenarios = programScenarios("community.general.composer", "php composer", []scenario{
	{name: "install", args: `{working_dir: DIR/app}`},
	{name: "nothing to do", setup: "echo installed > composer.state", args: `{working_dir: DIR/app}`},
	{name: "command with arguments", args: `{command: require, arguments: "a/b:1.0 c/d", working_dir: DIR/app}`},
	{name: "options", args: `{working_dir: DIR/app, prefer_dist: yes, no_dev: no, no_scripts: yes, no_plugins: yes, optimize_autoloader: no, ignore_platform_reqs: yes}`},
	{name: "options that the command does not have", args: `{working_dir: DIR/app, prefer_source: yes, classmap_authoritative: yes, apcu_autoloader: yes}`},
	{name: "global", args: `{command: require, arguments: a/b, global_command: yes}`},
	{name: "a directory with a space", args: `{working_dir: "DIR/a b"}`},
	{name: "without check mode", args: `{command: create-project, arguments: "a/b x", working_dir: DIR/app}`},
	{name: "fails", args: `{command: require, arguments: broken, working_dir: DIR/app}`},
	{name: "no such command", args: `{command: nosuch, working_dir: DIR/app}`},
	{name: "a command with a space", args: `{command: "require a", working_dir: DIR/app}`},
	{name: "executables", args: `{working_dir: DIR/app, executable: DIR/bin/php, composer_executable: DIR/bin/composer}`},
})

var supervisorScenarios = programScenarios("community.general.supervisorctl", "supervisorctl", []scenario{
	{name: "started", args: `{name: web, state: started}`},
	{name: "started already", args: `{name: up, state: started}`},
	{name: "stopped", args: `{name: up, state: stopped}`},
	{name: "stopped already", args: `{name: web, state: stopped}`},
	{name: "restarted", args: `{name: up, state: restarted}`, noCheck: true, action: true},
	{name: "group", args: `{name: "g:", state: started}`},
	{name: "group restarted", args: `{name: "g:", state: restarted}`, noCheck: true, action: true},
	{name: "one of a group", args: `{name: "g:a", state: started}`},
	{name: "all", args: `{name: all, state: stopped}`},
	{name: "signalled", args: `{name: up, state: signalled, signal: HUP}`, action: true},
	{name: "present", args: `{name: new, state: present}`},
	{name: "present already", args: `{name: up, state: present}`},
	{name: "present that is not there", args: `{name: nosuch, state: present}`},
	{name: "absent", args: `{name: web, state: absent}`},
	{name: "absent already", args: `{name: gone, state: absent}`},
	{name: "absent that runs", args: `{name: broken, state: absent}`},
	{name: "started that is not there", args: `{name: gone, state: started}`},
	{name: "started that does not start", args: `{name: broken, state: started}`},
	{name: "restarted that is not there", args: `{name: gone, state: restarted}`, noCheck: true},
	{name: "configuration", args: `{name: web, state: started, config: DIR/c.conf, server_url: "http://localhost:9001", username: u}`},
	{name: "path", args: `{name: web, state: started, supervisorctl_path: DIR/bin/supervisorctl}`},
	{name: "path that is not there", args: `{name: web, state: started, supervisorctl_path: DIR/no}`},
})

var djangoScenarios = programScenarios("community.general.django_manage", "manage.py", []scenario{
	{name: "migrate", args: `{command: migrate, project_path: DIR/bin}`},
	{name: "migrate apps", args: `{command: migrate, project_path: DIR/bin, apps: "a b", database: other, settings: s.prod, pythonpath: /lib/py}`},
	{name: "collectstatic", args: `{command: collectstatic, project_path: DIR/bin, clear: yes, link: yes}`},
	{name: "loaddata", args: `{command: loaddata, project_path: DIR/bin, fixtures: "one two"}`, action: true},
	{name: "flush", args: `{command: flush, project_path: DIR/bin}`},
	{name: "syncdb", args: `{command: syncdb, project_path: DIR/bin}`},
	{name: "createcachetable", args: `{command: createcachetable, project_path: DIR/bin, cache_table: x}`},
	{name: "test", args: `{command: test, project_path: DIR/bin, apps: a, failfast: yes, testrunner: r.R}`, action: true},
	{name: "check", args: `{command: check, project_path: DIR/bin}`},
	{name: "its own", args: `{command: "own --word 'two words'", project_path: DIR/bin}`},
	{name: "noinput given", args: `{command: "migrate --noinput", project_path: DIR/bin}`},
	{name: "virtualenv", setup: "mkdir -p venv/bin; touch venv/bin/activate", args: `{command: migrate, project_path: DIR/bin, virtualenv: DIR/venv}`},
	{name: "fails", args: `{command: fails, project_path: DIR/bin}`, differs: []string{"syspath"}},
	{name: "unknown", args: `{command: unknown, project_path: DIR/bin}`},
	{name: "argument of another command", args: `{command: migrate, project_path: DIR/bin, fixtures: x}`},
	{name: "loaddata without fixtures", args: `{command: loaddata, project_path: DIR/bin}`},
})

var apacheScenarios = programScenarios("community.general.apache2_module", "apache2ctl a2enmod a2dismod", []scenario{
	{name: "enabled", args: `{name: wsgi}`},
	{name: "enabled already", setup: "echo wsgi > apache.state", args: `{name: wsgi}`},
	{name: "disabled", setup: "echo wsgi > apache.state", args: `{name: wsgi, state: absent}`},
	{name: "disabled by force", setup: "echo autoindex > apache.state", args: `{name: autoindex, state: absent, force: yes}`},
	{name: "disabled already", args: `{name: wsgi, state: absent}`},
	{name: "identifier", args: `{name: dump_io, identifier: dump_io_module}`},
	{name: "wrong identifier", args: `{name: dump_io, identifier: dumpio_module}`},
	{name: "does not exist", args: `{name: nosuch}`},
	{name: "cgi", args: `{name: cgi}`},
	{name: "cgi of a threaded server", setup: "touch threaded", args: `{name: cgi}`},
	{name: "broken configuration", setup: "echo 'Syntax error' > broken", args: `{name: wsgi}`},
	{name: "no MPM", setup: "echo 'AH00534: apache2: Configuration error: No MPM loaded.' > broken", args: `{name: mpm_event, state: absent, ignore_configcheck: yes}`},
})

var pipScenarios = programScenarios("ansible.builtin.pip", "", []scenario{
	{name: "new", args: `{name: flask, virtualenv: DIR/venv}`},
	{name: "there", setup: "echo flask==1.0 > venv/pip.state", args: `{name: flask, virtualenv: DIR/venv}`},
	{name: "version", setup: "echo flask==1.0 > venv/pip.state", args: `{name: flask, version: "2.0", virtualenv: DIR/venv}`},
	{name: "that version there", setup: "echo flask==1.0 > venv/pip.state", args: `{name: flask, version: "1.0", virtualenv: DIR/venv}`},
	{name: "version in the name", args: `{name: "flask==1.2", virtualenv: DIR/venv}`},
	{name: "range", setup: "echo flask==1.0 > venv/pip.state", args: `{name: "flask>=0.9", virtualenv: DIR/venv}`},
	{name: "several", setup: "echo b==1.0 > venv/pip.state", args: `{name: [a, b, "c==3"], virtualenv: DIR/venv}`},
	{name: "comma list", args: `{name: "a,b", virtualenv: DIR/venv}`},
	{name: "latest", setup: "echo flask==1.0 > venv/pip.state", args: `{name: flask, state: latest, virtualenv: DIR/venv}`, noCheck: true},
	{name: "forcereinstall", setup: "echo flask==9.0 > venv/pip.state", args: `{name: flask, state: forcereinstall, virtualenv: DIR/venv}`},
	{name: "absent", setup: "echo flask==1.0 > venv/pip.state", args: `{name: flask, state: absent, virtualenv: DIR/venv}`},
	{name: "absent already", args: `{name: flask, state: absent, virtualenv: DIR/venv}`},
	{name: "requirements", setup: "printf 'a==1\nb==2\n' > req.txt", args: `{requirements: DIR/req.txt, virtualenv: DIR/venv}`, noCheck: true},
	{name: "requirements in check mode", setup: "echo a==1 > req.txt", args: `{requirements: DIR/req.txt, virtualenv: DIR/venv, chdir: DIR}`, action: true},
	{name: "extra arguments", args: `{name: flask, extra_args: "--index-url http://pypi.example/ --no-deps", virtualenv: DIR/venv}`, noCheck: true},
	{name: "version control", args: `{name: "git+https://example.com/x.git#egg=x", virtualenv: DIR/venv}`},
	{name: "editable", args: `{name: "git+https://example.com/x.git#egg=x", editable: yes, virtualenv: DIR/venv}`, noCheck: true},
	{name: "executable", args: `{name: flask, executable: DIR/venv/bin/pip3}`},
	{name: "not found", args: `{name: nosuch, virtualenv: DIR/venv}`},
	{name: "latest with a version", args: `{name: flask, state: latest, version: "1", virtualenv: DIR/venv}`},
	{name: "version of several", args: `{name: [a, b], version: "1", virtualenv: DIR/venv}`},
	{name: "version twice", args: `{name: "a==1", version: "1", virtualenv: DIR/venv}`},
	{name: "umask", args: `{name: flask, umask: "0077", virtualenv: DIR/venv}`},
	{name: "bad umask", args: `{name: flask, umask: "99", virtualenv: DIR/venv}`},
})

// programScenarios completes scenarios of one module. pip stands in a virtual environment.
func programScenarios(module, programs string, list []scenario) []scenario {
	for i := range list {
		s := &list[i]
		s.module, s.programs = module, programs
		if programs == "" {
			s.programs = "pip3"
			s.setup = "mkdir -p venv/bin; touch venv/bin/activate; cp bin/pip3 venv/bin; " + s.setup
		}
		switch module {
		case "community.general.npm":
			s.setup = "mkdir app; " + s.setup // Ansible's module makes it in check mode, too
		case "community.general.django_manage":
			s.noCheck = true // the modules' callers skip it
		case "community.rabbitmq.rabbitmq_user":
			s.noCheck = true
		case "community.rabbitmq.rabbitmq_vhost":
			s.setup = "printf '/\\tfalse\\n/there\\tfalse\\n/traced\\ttrue\\n' > rabbit.vhosts; " + s.setup
		case "community.general.supervisorctl":
			s.setup = "printf 'web STOPPED\\nup RUNNING\\ng:a STOPPED\\ng:b RUNNING\\nbroken FATAL\\n' > supervisor.state; " + s.setup
		}
	}
	return list
}

var iptablesScenarios = programScenarios("ansible.builtin.iptables", "iptables", []scenario{
	{name: "append", args: `{chain: INPUT, protocol: tcp, destination_port: 22, jump: ACCEPT}`},
	{name: "append there", setup: "bin/iptables -t filter -A INPUT -p tcp -j ACCEPT --destination-port 22", args: `{chain: INPUT, protocol: tcp, destination_port: 22, jump: ACCEPT}`},
	{name: "insert", args: `{chain: INPUT, action: insert, source: 8.8.8.8, jump: DROP}`},
	{name: "insert at a number", args: `{chain: INPUT, action: insert, rule_num: 3, protocol: tcp, jump: ACCEPT}`},
	{name: "absent", setup: "bin/iptables -t filter -A INPUT -s 8.8.8.8 -j DROP", args: `{chain: INPUT, source: 8.8.8.8, jump: DROP, state: absent}`},
	{name: "absent already", args: `{chain: INPUT, source: 8.8.8.8, jump: DROP, state: absent}`},
	{name: "states", args: `{chain: INPUT, ctstate: [ESTABLISHED, RELATED], jump: ACCEPT}`},
	{name: "match state", args: `{chain: INPUT, match: state, ctstate: "NEW,INVALID", jump: DROP}`},
	{name: "match conntrack", args: `{chain: INPUT, match: conntrack, ctstate: NEW, jump: ACCEPT}`},
	{name: "redirect", args: `{table: nat, chain: PREROUTING, in_interface: eth0, protocol: tcp, match: tcp, destination_port: 80, jump: REDIRECT, to_ports: 8600, comment: Redirect web traffic, chain_management: yes}`},
	{name: "ports", args: `{chain: INPUT, protocol: tcp, destination_ports: ["80", "443", "8081:8083"], jump: ACCEPT}`},
	{name: "negated", args: `{chain: INPUT, protocol: "!tcp", source: "!10.0.0.0/8", in_interface: "!lo", jump: DROP}`},
	{name: "tcp flags", args: `{chain: OUTPUT, protocol: tcp, tcp_flags: {flags: [ALL], flags_set: [ACK, RST, SYN, FIN]}, jump: DROP}`},
	{name: "syn", args: `{chain: INPUT, protocol: tcp, syn: match, jump: ACCEPT}`},
	{name: "no syn", args: `{chain: INPUT, protocol: tcp, syn: negate, jump: ACCEPT}`},
	{name: "limit", args: `{chain: INPUT, protocol: icmp, icmp_type: "8", limit: 2/second, limit_burst: 20, jump: ACCEPT}`},
	{name: "owner", args: `{chain: OUTPUT, uid_owner: "!0", gid_owner: "33", jump: ACCEPT}`},
	{name: "reject", args: `{chain: INPUT, protocol: tcp, reject_with: tcp-reset}`},
	{name: "log", args: `{chain: INPUT, protocol: tcp, log_prefix: "IN:", log_level: info}`},
	{name: "log with a jump", args: `{chain: INPUT, jump: DROP, log_prefix: "IN:"}`},
	{name: "ranges", args: `{chain: INPUT, src_range: 192.168.1.100-192.168.1.199, dst_range: 10.0.0.1-10.0.0.50, jump: ACCEPT}`},
	{name: "set", args: `{chain: INPUT, match_set: admins, match_set_flags: src, jump: ACCEPT}`},
	{name: "tee", args: `{table: mangle, chain: INPUT, jump: TEE, gateway: 10.0.0.1, chain_management: yes}`},
	{name: "destination", args: `{table: nat, chain: PREROUTING, jump: DNAT, to_destination: "10.0.0.1:80", chain_management: yes}`},
	{name: "marks", args: `{table: mangle, chain: INPUT, set_dscp_mark: "8", jump: DSCP, chain_management: yes}`},
	{name: "goto and counters", args: `{chain: INPUT, goto: OUTPUT, set_counters: "1 2", out_interface: eth1, source_port: 53, to_source: 1.2.3.4}`},
	{name: "policy", args: `{chain: INPUT, policy: DROP}`},
	{name: "policy already", args: `{chain: INPUT, policy: ACCEPT}`},
	{name: "flush a chain", setup: "bin/iptables -t filter -A INPUT -s 8.8.8.8 -j DROP", args: `{chain: INPUT, flush: yes}`, action: true},
	{name: "flush a table", setup: "bin/iptables -t filter -A INPUT -s 8.8.8.8 -j DROP", args: `{table: filter, flush: yes}`, action: true},
	{name: "new chain", args: `{chain: MINE, protocol: tcp, jump: ACCEPT, chain_management: yes}`},
	{name: "no such chain", args: `{chain: MINE, protocol: tcp, jump: ACCEPT}`},
	{name: "chain absent", setup: "bin/iptables -t filter -N MINE", args: `{chain: MINE, state: absent, chain_management: yes}`},
	{name: "wait", args: `{chain: INPUT, wait: "5", protocol: tcp, jump: ACCEPT}`},
	{name: "no chain", args: `{jump: ACCEPT}`},
})

var debconfScenarios = programScenarios("ansible.builtin.debconf", "debconf-show debconf-set-selections", []scenario{
	{name: "answer", args: `{name: tz, question: tz/area, vtype: select, value: Europe}`},
	{name: "another answer", setup: "echo tz tz/area Asia > debconf.state", args: `{name: tz, question: tz/area, vtype: select, value: Europe}`},
	{name: "that answer", setup: "echo tz tz/area Europe > debconf.state", args: `{name: tz, question: tz/area, vtype: select, value: Europe}`},
	{name: "boolean", args: `{name: a, question: a/b, vtype: boolean, value: "true"}`},
	{name: "boolean with a capital", setup: "echo a a/b false > debconf.state", args: `{name: a, question: a/b, vtype: boolean, value: "True"}`},
	{name: "boolean that is so", setup: "echo a a/b true > debconf.state", args: `{name: a, question: a/b, vtype: boolean, value: "TRUE"}`},
	{name: "unseen", args: `{name: a, question: a/b, vtype: string, value: two words, unseen: yes}`},
	{name: "empty", setup: "echo a a/b x > debconf.state", args: `{name: a, question: a/b, vtype: string, value: ""}`},
	{name: "beside others", setup: "printf 'a a/b x\na a/c y\n' > debconf.state", args: `{name: a, question: a/b, vtype: string, value: z}`},
	{name: "the answers of a package", setup: "printf 'a a/b x\na a/c y: z\n' > debconf.state", args: `{name: a}`},
	{name: "of a package without answers", args: `{name: a}`},
	{name: "fails", args: `{name: a, question: broken, vtype: string, value: z}`},
})

var passwordScenarios = []scenario{
	{name: "removed", module: "community.general.htpasswd", setup: "printf 'a:{SHA}x\nb:{SHA}y\n' > f", args: `{path: DIR/f, name: a, state: absent}`},
	{name: "removed already", module: "community.general.htpasswd", setup: "printf 'a:{SHA}x\n' > f", args: `{path: DIR/f, name: b, state: absent}`},
	{name: "no file to remove from", module: "community.general.htpasswd", args: `{path: DIR/f, name: b, state: absent}`},
	{name: "no file and no create", module: "community.general.htpasswd", args: `{path: DIR/f, name: b, password: secret, create: no}`},
	{name: "sha1 of a new file", module: "community.general.htpasswd", args: `{path: DIR/f, name: a, password: secret, crypt_scheme: ldap_sha1}`},
	{name: "plain", module: "community.general.htpasswd", setup: "touch f; chmod 640 f", args: `{path: DIR/f, name: a, password: secret, crypt_scheme: plaintext}`},
	{name: "the password that is there", module: "community.general.htpasswd", setup: "printf 'a:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n' > f", args: `{path: DIR/f, name: a, password: secret, crypt_scheme: ldap_sha1}`},
	{name: "another password", module: "community.general.htpasswd", setup: "printf '# mine\na:{SHA}x\nb:{SHA}y\n' > f", args: `{path: DIR/f, name: a, password: secret, crypt_scheme: ldap_sha1}`},
	{name: "salted", module: "community.general.htpasswd", args: `{path: DIR/f, name: a, password: secret}`, differs: []string{"tree", "msg"}},
	{name: "into a directory", module: "community.general.htpasswd", setup: "mkdir d", args: `{path: DIR/d/e/f, name: a, password: secret, crypt_scheme: plaintext}`},
}

var yumScenarios = []scenario{
	{name: "new", module: "ansible.builtin.yum_repository", args: `{name: epel, description: EPEL, baseurl: "https://e.example/$releasever/", reposdir: DIR}`},
	{name: "there", module: "ansible.builtin.yum_repository", setup: "printf '[epel]\nbaseurl = https://e.example/\nname = EPEL\n\n' > epel.repo", args: `{name: epel, description: EPEL, baseurl: "https://e.example/", reposdir: DIR}`},
	{name: "changed", module: "ansible.builtin.yum_repository", setup: "printf '[epel]\nbaseurl = https://old.example/\nname = EPEL\nenabled = 1\n\n' > epel.repo", args: `{name: epel, description: EPEL, baseurl: "https://e.example/", enabled: no, reposdir: DIR}`},
	{name: "options", module: "ansible.builtin.yum_repository", args: `{name: x, description: X, baseurl: ["https://a/", "https://b/"], gpgcheck: yes, gpgkey: ["file:///k1", "file:///k2"], exclude: [a, b], includepkgs: [c, d], enabled: yes, priority: 5, sslverify: no, proxy: "http://p:1", metadata_expire: "3600", skip_if_unavailable: yes, module_hotfixes: yes, cost: 10, reposdir: DIR}`},
	{name: "the same in another order", module: "ansible.builtin.yum_repository", setup: "printf '# mine\n[x]\nname=X\nbaseurl=https://m/\n' > x.repo", args: `{name: x, description: X, baseurl: "https://m/", reposdir: DIR}`},
	{name: "before others", module: "ansible.builtin.yum_repository", setup: "printf '[z]\nname = Z\nbaseurl = b\n\n[a]\nname = A\n' > x.repo", args: `{name: x, description: X, baseurl: "https://m/", reposdir: DIR}`},
	{name: "one of several", module: "ansible.builtin.yum_repository", setup: "printf '[z]\nname = Z\n\n[x]\nname = A\n\n[b]\nname = B\n\n' > x.repo", args: `{name: x, description: X, baseurl: "https://m/", reposdir: DIR}`},
	{name: "metalink", module: "ansible.builtin.yum_repository", args: `{name: x, description: X, metalink: "https://m/", file: other, reposdir: DIR}`},
	{name: "mirrorlist beside another", module: "ansible.builtin.yum_repository", setup: "printf '[a]\nname = A\n\n' > other.repo", args: `{name: x, description: X, mirrorlist: "https://m/", file: other, reposdir: DIR}`},
	{name: "mode", module: "ansible.builtin.yum_repository", args: `{name: x, description: X, baseurl: "https://m/", reposdir: DIR, mode: "0600"}`},
	{name: "absent", module: "ansible.builtin.yum_repository", setup: "printf '[x]\nname = X\n\n' > x.repo", args: `{name: x, state: absent, reposdir: DIR}`},
	{name: "absent beside another", module: "ansible.builtin.yum_repository", setup: "printf '[x]\nname = X\n\n[y]\nname = Y\n\n' > x.repo", args: `{name: x, state: absent, reposdir: DIR}`},
	{name: "absent already", module: "ansible.builtin.yum_repository", args: `{name: x, state: absent, reposdir: DIR}`},
	{name: "without an address", module: "ansible.builtin.yum_repository", args: `{name: x, description: X, reposdir: DIR}`},
	{name: "without a description", module: "ansible.builtin.yum_repository", args: `{name: x, baseurl: "https://m/", reposdir: DIR}`},
	{name: "no directory", module: "ansible.builtin.yum_repository", args: `{name: x, description: X, baseurl: "https://m/", reposdir: DIR/no}`},
}
