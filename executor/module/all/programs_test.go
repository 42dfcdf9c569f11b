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
		case "community.general.supervisorctl":
			s.setup = "printf 'web STOPPED\\nup RUNNING\\ng:a STOPPED\\ng:b RUNNING\\nbroken FATAL\\n' > supervisor.state; " + s.setup
		}
	}
	return list
}
