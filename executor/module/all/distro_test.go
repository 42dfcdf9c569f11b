package all

// Scenarios of package managers that Debian does not have. A program stands in for each.

var pacmanScenarios = programScenarios("community.general.pacman", "pacman", []scenario{
	{name: "new", args: `{name: vim}`},
	{name: "several", args: `{name: [vim, nano], state: installed}`},
	{name: "there", setup: "echo 'vim 8.0-1 explicit' > pacman.installed", args: `{name: vim}`},
	{name: "latest", setup: "echo 'vim 8.0-1 explicit' > pacman.installed", args: `{name: vim, state: latest}`},
	{name: "latest there", setup: "echo 'vim 9.0-1 explicit' > pacman.installed", args: `{name: vim, state: latest}`},
	{name: "group", args: `{name: tools}`},
	{name: "of a repository", args: `{name: core/vim}`},
	{name: "file", args: `{name: "https://example.org/own-1.0-1.pkg.tar.zst"}`, action: true}, // pacman decides
	{name: "extra arguments", args: `{name: vim, extra_args: "--overwrite '*'"}`},
	{name: "reason", args: `{name: vim, reason: dependency}`},
	{name: "another reason", setup: "echo 'vim 9.0-1 explicit' > pacman.installed", args: `{name: vim, reason: dependency, reason_for: all}`},
	{name: "reason of new ones", setup: "echo 'vim 9.0-1 explicit' > pacman.installed", args: `{name: [vim, nano], reason: dependency}`},
	{name: "absent", setup: "printf 'vim 9.0-1 explicit\nnano 7.2-1 dependency\n' > pacman.installed", args: `{name: [vim, tree], state: absent}`},
	{name: "absent with force", setup: "echo 'vim 9.0-1 explicit' > pacman.installed", args: `{name: vim, state: removed, force: yes, remove_nosave: yes, extra_args: --recursive}`},
	{name: "absent already", args: `{name: vim, state: absent}`},
	{name: "absent and unknown", args: `{name: nosuch, state: absent}`},
	{name: "unknown", args: `{name: nosuch}`},
	{name: "fails", setup: "printf 'stubborn 1-1\n' > pacman.repo", args: `{name: stubborn}`},
	{name: "refresh", args: `{update_cache: yes}`},
	{name: "refresh with news", setup: "echo 'vim 9.1-1' > pacman.new", args: `{update_cache: yes}`},
	{name: "refresh with force", args: `{update_cache: yes, force: yes, update_cache_extra_args: --debug}`, action: true},
	{name: "refresh and install", setup: "echo 'vim 9.1-1' > pacman.new", args: `{update_cache: yes, name: vim}`},
	{name: "upgrade", setup: "printf 'vim 8.0-1 explicit\nnano 7.2-1 dependency\n' > pacman.installed", args: `{upgrade: yes, upgrade_extra_args: "--ignore x"}`},
	{name: "nothing to upgrade", setup: "echo 'vim 9.0-1 explicit' > pacman.installed", args: `{upgrade: yes}`},
	{name: "upgrades unknown", setup: "touch broken", args: `{name: vim}`},
	{name: "executable", args: `{name: vim, executable: DIR/bin/pacman}`},
})

var zypperScenarios = programScenarios("community.general.zypper", "zypper", []scenario{
	{name: "new", args: `{name: vim}`},
	{name: "several", setup: "echo nano 1.0 > zypper.state", args: `{name: [vim, nano]}`},
	{name: "there", setup: "echo vim 1.0 > zypper.state", args: `{name: vim}`},
	{name: "latest", setup: "echo vim 1.0 > zypper.state", args: `{name: vim, state: latest}`, action: true}, // it is asked again
	{name: "version", setup: "echo vim 2.0 > zypper.state", args: `{name: "vim=1.5"}`},
	{name: "minus and plus", setup: "echo exim 1.0 > zypper.state", args: `{name: ["-exim", "+postfix", "~nano"]}`},
	{name: "file", args: `{name: /srv/own-1.0.rpm, disable_gpg_check: yes}`},
	{name: "options", args: `{name: vim, disable_recommends: no, force_resolution: yes, oldpackage: yes, replacefiles: yes, force: yes, extra_args: "--a  --b", extra_args_precommand: "--c"}`},
	{name: "pattern", args: `{name: base, type: pattern}`},
	{name: "refresh", args: `{name: vim, update_cache: yes}`, action: true},
	{name: "refresh fails", setup: "touch offline", args: `{name: vim, update_cache: yes}`, noCheck: true},
	{name: "all", setup: "printf 'vim 1.0\nnano 2.0\n' > zypper.state", args: `{name: "*", state: latest}`},
	{name: "patches", setup: "echo vim 1.0 > zypper.state", args: `{name: "*", state: latest, type: patch}`},
	{name: "distribution", setup: "echo vim 1.0 > zypper.state", args: `{name: "*", state: dist-upgrade, allow_vendor_change: yes}`},
	{name: "distribution of one", args: `{name: vim, state: dist-upgrade}`},
	{name: "absent", setup: "echo vim 1.0 > zypper.state", args: `{name: [vim, nano], state: absent, clean_deps: yes}`},
	{name: "absent already", args: `{name: vim, state: removed}`},
	{name: "absent with a plus", args: `{name: +vim, state: absent}`},
	{name: "absent by URL", args: `{name: "http://x/y.rpm", state: absent}`},
	{name: "absent patch", args: `{name: vim, state: absent, type: patch}`},
	{name: "not found", args: `{name: nosuch}`},
	{name: "fails", args: `{name: broken}`},
	{name: "again", setup: "touch again", args: `{name: vim}`, noCheck: true},
	{name: "reboot needed", setup: "touch reboot", args: `{name: vim}`},
	{name: "garbled", setup: "touch garbled", args: `{name: vim}`, differs: []string{"msg"}},
	{name: "empty name", args: `{name: ["", vim]}`},
})

var snapScenarios = withDiffers([]string{"cmd", "output", "vars", "diff"}, programScenarios("community.general.snap", "snap", []scenario{
	{name: "new", args: `{name: hello}`},
	{name: "several", setup: "echo 'b -' > snap.state", args: `{name: [a, b, c]}`},
	{name: "there", setup: "echo 'hello -' > snap.state", args: `{name: hello}`},
	{name: "classic", args: `{name: needy, classic: yes}`},
	{name: "not classic", args: `{name: needy}`},
	{name: "channel of several", args: `{name: [a, b], channel: latest/edge}`},
	{name: "unknown", args: `{name: nosuch}`, differs: []string{"msg"}}, // it names the command
	{name: "absent", setup: "echo 'hello -' > snap.state", args: `{name: [hello, other], state: absent}`},
	{name: "absent already", args: `{name: hello, state: absent}`},
	{name: "enabled", setup: "echo 'hello disabled' > snap.state", args: `{name: hello, state: enabled}`},
	{name: "enabled already", setup: "echo 'hello classic' > snap.state", args: `{name: hello, state: enabled}`},
	{name: "disabled", setup: "echo 'hello -' > snap.state", args: `{name: hello, state: disabled}`},
	{name: "disabled already", setup: "echo 'hello classic,disabled' > snap.state", args: `{name: hello, state: disabled}`},
	{name: "options", setup: "echo 'hello -' > snap.state", args: `{name: hello, options: ["a.b=1", "hello:c = x y"]}`, action: true}, // the stand-in does not nest them
	{name: "option there", setup: "echo 'hello -' > snap.state; echo '{\"a\": {\"b\": 1}, \"c\": \"x\"}' > snap.hello", args: `{name: hello, options: ["a.b=1", "c=x"]}`},
	{name: "option of another", setup: "printf 'a -\nb -\n' > snap.state", args: `{name: [a, b], options: ["b:k=v"]}`},
	{name: "option of nobody", setup: "echo 'a -' > snap.state", args: `{name: a, options: ["b:k=v"]}`},
	{name: "no option", setup: "echo 'a -' > snap.state", args: `{name: a, options: ["k"]}`},
	{name: "no options to set", setup: "echo 'plain -' > snap.state", args: `{name: plain, options: ["k=v"]}`},
	{name: "options refused", setup: "echo 'broken -' > snap.state", args: `{name: broken, options: ["k=v"]}`},
}))

// withDiffers adds what differs on purpose to each.
func withDiffers(keys []string, list []scenario) []scenario {
	for i := range list {
		list[i].differs = append(list[i].differs, keys...)
	}
	return list
}

var apkScenarios = programScenarios("community.general.apk", "apk", withSetup("touch world; ", []scenario{
	{name: "new", args: `{name: vim, world: DIR/world}`},
	{name: "several", setup: "echo b 1.0-r0 > apk.state; echo b > world", args: `{name: "a,b,c", state: installed, world: DIR/world}`},
	{name: "there", setup: "echo vim 1.0-r0 > apk.state; echo vim > world", args: `{name: vim, world: DIR/world}`},
	{name: "there with a version", setup: "echo vim 1.0-r0 > apk.state; echo 'vim=1.0-r0 nano@edge' > world", args: `{name: [vim, nano], world: DIR/world}`},
	{name: "name of another", setup: "echo 'vim-doc' > world", args: `{name: vim, world: DIR/world}`},
	{name: "latest", setup: "echo vim 1.0-r0 > apk.state; echo vim > world", args: `{name: vim, state: latest, world: DIR/world}`},
	{name: "latest there", setup: "echo vim 2.0-r0 > apk.state; echo vim > world", args: `{name: vim, state: latest, world: DIR/world}`},
	{name: "latest of a virtual one", setup: "printf 'gcc 1.0-r0\nmake 2.0-r0\n' > apk.state; printf 'gcc\nmake\n' > depends", args: `{name: .build, state: latest, world: DIR/world}`},
	{name: "virtual there", args: `{name: .build, world: DIR/world}`},
	{name: "options", args: `{name: vim, no_cache: yes, repository: ["http://a/main", "http://b/edge"], world: DIR/world}`},
	{name: "unknown", args: `{name: nosuch, world: DIR/world}`},
	{name: "absent", setup: "echo vim 1.0-r0 > apk.state; echo vim > world", args: `{name: [vim, nano], state: absent}`, noCheck: true}, // Ansible's module takes what is still there in check mode for a failure
	{name: "absent already", args: `{name: vim, state: removed}`},
	{name: "absent and needed", setup: "echo needed 1.0-r0 > apk.state", args: `{name: needed, state: absent}`, noCheck: true},
	{name: "refresh", args: `{update_cache: yes}`, noCheck: true, action: true},
	{name: "refresh fails", setup: "touch offline", args: `{update_cache: yes}`, noCheck: true},
	{name: "refresh and install", args: `{update_cache: yes, name: vim, world: DIR/world}`, noCheck: true},
	{name: "upgrade", setup: "echo vim 1.0-r0 > apk.state", args: `{upgrade: yes}`},
	{name: "upgrade of what is available", args: `{upgrade: yes, available: yes}`},
}))
