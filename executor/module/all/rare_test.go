package all

// Scenarios of modules that few playbooks use.

var gitConfigScenarios = moduleScenarios("community.general.git_config", []scenario{
	{name: "new", args: `{name: user.name, value: me, scope: file, file: DIR/c}`},
	{name: "another", setup: "git config -f c user.name you", args: `{name: user.name, value: me, scope: file, file: DIR/c}`},
	{name: "that value", setup: "git config -f c user.name me", args: `{name: user.name, value: me, scope: file, file: DIR/c}`},
	{name: "with blanks", args: `{name: alias.x, value: "!f() { echo; }; f", scope: file, file: DIR/c}`},
	{name: "absent", setup: "git config -f c user.name me", args: `{name: user.name, state: absent, scope: file, file: DIR/c}`},
	{name: "absent already", setup: "touch c", args: `{name: user.name, state: absent, scope: file, file: DIR/c}`},
	{name: "read", setup: "git config -f c user.name me", args: `{name: user.name, scope: file, file: DIR/c}`},
	{name: "read nothing", setup: "touch c", args: `{name: user.name, scope: file, file: DIR/c}`},
	{name: "list", setup: "git config -f c user.name me; git config -f c a.b 'x=y'", args: `{list_all: yes, scope: file, file: DIR/c}`},
	{name: "list of no file", args: `{list_all: yes, scope: file, file: DIR/c}`},
	{name: "local", setup: "git init -q r", args: `{name: core.editor, value: vi, scope: local, repo: DIR/r}`},
	{name: "included", setup: "git config -f d a.b x; git config -f c include.path d", args: `{name: a.b, value: x, scope: file, file: DIR/c}`},
	{name: "several values", setup: "git config -f c a.b x; git config -f c --add a.b y", args: `{name: a.b, value: z, scope: file, file: DIR/c}`},
	{name: "bad name", args: `{name: nosection, value: z, scope: file, file: DIR/c}`},
	{name: "broken file", setup: "echo '[' > c", args: `{name: a.b, value: z, scope: file, file: DIR/c}`},
})

var makeScenarios = moduleScenarios("community.general.make", withSetup("printf 'all: out\nout: in\n\tcp in out\nsay:\n\t@echo $(WORD) $(FLAG)\nbad:\n\tfalse\n' > Makefile; echo x > in; ", []scenario{
	{name: "target", args: `{chdir: DIR, target: out}`},
	{name: "up to date", setup: "cp in out", args: `{chdir: DIR, target: out}`},
	{name: "always", args: `{chdir: DIR, target: say, params: {WORD: hello}}`, action: true},
	{name: "bool", args: `{chdir: DIR, target: say, params: {FLAG: yes}}`, action: true},
	{name: "jobs", args: `{chdir: DIR, target: all, jobs: 2}`},
	{name: "file", setup: "mv Makefile other.mk", args: `{chdir: DIR, target: out, file: DIR/other.mk}`},
	{name: "fails", args: `{chdir: DIR, target: bad}`, differs: []string{"changed"}},
	{name: "no such target", args: `{chdir: DIR, target: nosuch}`},
	{name: "executable", args: `{chdir: DIR, target: out, make: /usr/bin/make}`},
}))

var capabilityScenarios = moduleScenarios("community.general.capabilities", withSetup("printf x > f; ", []scenario{
	{name: "new", root: true, args: `{path: DIR/f, capability: cap_net_bind_service+ep}`, differs: []string{"changed", "msg", "stdout"}}, // Ansible's module sets it again each time
	{name: "there", root: true, setup: "setcap cap_net_bind_service+ep f", args: `{path: DIR/f, capability: cap_net_bind_service=ep}`},
	{name: "another", root: true, setup: "setcap cap_net_raw+ep f", args: `{path: DIR/f, capability: cap_net_bind_service=ep}`},
	{name: "other sets", root: true, setup: "setcap cap_net_raw+ep f", args: `{path: DIR/f, capability: cap_net_raw=p}`},
	{name: "absent", root: true, setup: "setcap cap_net_raw,cap_net_admin+ep f", args: `{path: DIR/f, capability: cap_net_raw, state: absent}`},
	{name: "absent with sets", root: true, setup: "setcap cap_net_raw+ep f", args: `{path: DIR/f, capability: CAP_NET_RAW+ep, state: absent}`},
	{name: "absent already", root: true, args: `{path: DIR/f, capability: cap_net_raw, state: absent}`},
	{name: "without sets", root: true, args: `{path: DIR/f, capability: cap_net_raw}`},
	{name: "unknown", root: true, args: `{path: DIR/f, capability: cap_fly=ep}`},
	{name: "no file", root: true, args: `{path: DIR/no, capability: cap_net_raw=ep}`},
}))

var limitScenarios = moduleScenarios("community.general.pam_limits", []scenario{
	{name: "new", setup: "echo '# limits' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 64000}`},
	{name: "changed", setup: "printf 'joe soft nofile 100\n# x\n\nann hard core 0\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 64000}`},
	{name: "there", setup: "printf 'joe\tsoft   nofile 64000\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: "64000"}`},
	{name: "unlimited", setup: "touch l", args: `{dest: DIR/l, domain: "*", limit_type: hard, limit_item: fsize, value: unlimited}`},
	{name: "comment", setup: "touch l", args: `{dest: DIR/l, domain: "@g", limit_type: "-", limit_item: memlock, value: unlimited, comment: unlimited memory lock}`},
	{name: "comment of the line", setup: "printf 'joe soft nofile 100 # mine\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 64000}`, action: true},
	{name: "use max of less", setup: "printf 'joe soft nofile 100\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 50, use_max: yes}`},
	{name: "use max of more", setup: "printf 'joe soft nofile 100\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 200, use_max: yes}`},
	{name: "use max of unlimited", setup: "printf 'joe soft nofile unlimited\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 200, use_max: yes}`},
	{name: "use min of less", setup: "printf 'joe soft nofile 100\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 50, use_min: yes}`},
	{name: "use min of unlimited", setup: "printf 'joe soft nofile -1\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 50, use_min: yes}`},
	{name: "nice", setup: "touch l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nice, value: "-5"}`},
	{name: "too nice", setup: "touch l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nice, value: 30}`},
	{name: "no number", setup: "touch l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: many}`},
	{name: "a line that is wrong", setup: "printf 'ann hard core lots\n' > l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 1}`},
	{name: "both", setup: "touch l", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 1, use_max: yes, use_min: yes}`},
	{name: "no file", args: `{dest: DIR/l, domain: joe, limit_type: soft, limit_item: nofile, value: 1}`, noCheck: true},
	{name: "no directory", args: `{dest: DIR/d/l, domain: joe, limit_type: soft, limit_item: nofile, value: 1}`},
})

var rabbitScenarios = programScenarios("community.rabbitmq.rabbitmq_user", "rabbitmqctl", []scenario{
	{name: "new", args: `{user: joe, password: secret1}`},
	{name: "without a password", args: `{user: joe}`},
	{name: "tags and permissions", args: `{user: joe, password: secret1, tags: "administrator, monitoring", vhost: /app, configure_priv: ".*", read_priv: ".*", write_priv: ".*"}`},
	{name: "there", setup: "echo 'joe secret1 ' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe, password: secret2}`},
	{name: "another password", setup: "echo 'joe secret1 ' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe, password: secret2, update_password: always}`},
	{name: "that password", setup: "echo 'joe secret1 ' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe, password: secret1, update_password: always}`},
	{name: "other tags", setup: "echo 'joe secret1 monitoring' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe, tags: administrator}`},
	{name: "no tags", setup: "echo 'joe secret1 monitoring' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe}`},
	{name: "permissions of one host", setup: "echo 'joe secret1 ' > rabbit.users; printf 'joe / a b c\njoe /other a b c\n' > rabbit.permissions", args: `{user: joe, configure_priv: x, read_priv: y, write_priv: z}`},
	{name: "permissions of all hosts", setup: "echo 'joe secret1 ' > rabbit.users; printf 'joe / a b c\njoe /other a b c\n' > rabbit.permissions", args: `{user: joe, permissions: [{vhost: /, configure_priv: a, write_priv: b, read_priv: c}, {vhost: /new, configure_priv: "^$", write_priv: "^$", read_priv: ".*"}]}`},
	{name: "topics", args: `{user: joe, password: secret1, topic_permissions: [{vhost: /, exchange: amq.topic, read_priv: ".*", write_priv: "^$"}]}`},
	{name: "topics that nobody wants", setup: "echo 'joe secret1 ' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions; echo 'joe / amq.topic a b' > rabbit.topics", args: `{user: joe}`},
	{name: "force", setup: "echo 'joe secret1 monitoring' > rabbit.users; echo 'joe / ^$ ^$ ^$' > rabbit.permissions", args: `{user: joe, password: secret2, force: yes}`, action: true},
	{name: "absent", setup: "echo 'joe secret1 ' > rabbit.users", args: `{user: joe, state: absent}`},
	{name: "absent already", args: `{user: joe, state: absent}`},
	{name: "node", args: `{user: joe, password: secret1, node: rabbit@there}`},
	{name: "an old server", setup: "echo 3.6.10 > version; printf 'ann x administrator\njoe secret1 monitoring\n' > rabbit.users; echo 'joe / a b c' > rabbit.permissions", args: `{user: joe, password: secret2, tags: "monitoring,x", update_password: always, configure_priv: x}`},
	{name: "fails", args: `{user: broken, password: secret1}`},
	{name: "a host twice", args: `{user: joe, permissions: [{vhost: /}, {vhost: /}]}`},
	{name: "an exchange twice", args: `{user: joe, topic_permissions: [{vhost: /, exchange: a, read_priv: x, write_priv: y}, {vhost: /, exchange: a, read_priv: x, write_priv: y}]}`},
})

var vhostScenarios = programScenarios("community.rabbitmq.rabbitmq_vhost", "rabbitmqctl", []scenario{
	{name: "new", args: `{name: /app}`},
	{name: "there", args: `{name: /there}`},
	{name: "new and traced", args: `{name: /app, tracing: yes}`},
	{name: "traced", args: `{name: /there, tracing: yes}`},
	{name: "not traced any more", args: `{name: /traced}`},
	{name: "absent", args: `{name: /there, state: absent}`},
	{name: "absent already", args: `{name: /app, state: absent}`},
	{name: "node", args: `{name: /app, node: rabbit@there}`},
	{name: "traced already", args: `{name: /traced, tracing: yes}`},
	{name: "part of a name", args: `{name: /the}`},
})

var rabbitPluginScenarios = programScenarios("community.rabbitmq.rabbitmq_plugin", "rabbitmq-plugins", []scenario{
	{name: "enabled", args: `{names: rabbitmq_management}`},
	{name: "enabled already", setup: "echo rabbitmq_management > rabbit.plugins", args: `{names: rabbitmq_management}`},
	{name: "in the place of others", setup: "printf 'a\nb\n' > rabbit.plugins", args: `{names: "b,c"}`},
	{name: "beside others", setup: "printf 'a\nb\n' > rabbit.plugins", args: `{names: "b,c", new_only: yes}`},
	{name: "disabled", setup: "printf 'a\nb\n' > rabbit.plugins", args: `{names: "b,c", state: disabled}`},
	{name: "disabled already", setup: "printf 'a\n' > rabbit.plugins", args: `{names: b, state: disabled}`},
	{name: "offline", args: `{names: a, broker_state: offline}`},
	{name: "notes after the list", setup: "echo a > rabbit.plugins; echo 'Note x' > notes", args: `{names: b}`},
	{name: "prefix", args: `{names: a, prefix: DIR}`},
	{name: "prefix without programs", args: `{names: a, prefix: DIR/no}`},
	{name: "not found", args: `{names: nosuch}`},
})

func moduleScenarios(module string, list []scenario) []scenario {
	for i := range list {
		list[i].module = module
	}
	return list
}

// withSetup puts a setup before each scenario's own.
func withSetup(setup string, list []scenario) []scenario {
	for i := range list {
		list[i].setup = setup + list[i].setup
	}
	return list
}
