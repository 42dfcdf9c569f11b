//go:build target

package target

import "testing"

type m = map[string]any

const hash1, hash2 = "$6$abcdefgh$Nd.Z9XKPVLcQjSyVqjRTh9ZGhFfsYF9XTAO.nqyuI1l0sN3pFfPP3GJ0gAsSpR3xm4rqxQjUuZbnfnwMOD9cF1", "$5$abcdefgh$UnXWvnXMCoHz2tv0nf6Nrbs6sC3IWEVBTpYk3hjxkP8"

const key1 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO6ZuvaWGfmyJ1VkI/cdL8dKgLjT5bbyHlqMoNbkSAZc one@example"
const key2 = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 two words"

func accountSteps() []step {
	const group, user, auth = "ansible.builtin.group", "ansible.builtin.user", "ansible.posix.authorized_key"
	return []step{
		{module: group, args: m{"name": "deployers"}},
		{module: group, args: m{"name": "sysgrp", "system": true}},
		{module: group, args: m{"name": "numbered", "gid": 4321}},
		{module: group, args: m{"name": "numbered", "gid": 4322}},
		{module: group, args: m{"name": "twin", "gid": 4322, "non_unique": true}},
		{module: group, args: m{"name": "twin", "state": "absent"}},
		{module: group, args: m{"name": "nobodyhere", "state": "absent"}},
		{module: group, args: m{"name": "clash", "gid": 4322}, fails: true},
		{module: group, args: m{"name": "sysgrp", "system": true, "gid": 777}},
		{module: group, args: m{"name": "Bad Name"}, fails: true},
		{module: group, args: m{"name": "deployers", "gid": 4322}, fails: true},
		{module: group, args: m{"name": "forced", "gid": 5555, "system": true}},
		{module: group, args: m{"name": "forced", "state": "absent"}},
		{module: user, args: m{"name": "deployer", "group": "deployers", "shell": "/bin/bash"}},
		{module: user, args: m{"name": "deployer", "groups": "sysgrp,numbered", "append": true}},
		{module: user, args: m{"name": "deployer", "groups": "sysgrp"}},
		{module: user, args: m{"name": "deployer", "groups": ""}},
		{module: user, args: m{"name": "deployer", "comment": "Deploys things", "shell": "/bin/sh"}},
		{module: user, args: m{"name": "deployer", "password": hash1}},
		{module: user, args: m{"name": "deployer", "password": hash2, "update_password": "on_create"}},
		{module: user, args: m{"name": "deployer", "password": hash2}},
		{module: user, args: m{"name": "deployer", "password_lock": true}},
		{module: user, args: m{"name": "deployer", "password_lock": false}},
		{module: user, args: m{"name": "deployer", "expires": 1900000000}},
		{module: user, args: m{"name": "deployer", "expires": -1}},
		{module: user, args: m{"name": "deployer", "password_expire_max": 90, "password_expire_min": 1}},
		{module: user, args: m{"name": "deployer", "home": "/srv/deployer", "move_home": true}},
		{module: user, args: m{"name": "sys", "system": true, "create_home": false, "home": "/nonexistent"}},
		{module: user, args: m{"name": "deep", "home": "/srv/a/b/deep", "uid": 5005}, differs: m2("stderr", "only the parent is made beforehand, so that useradd makes the home itself")},
		{module: user, args: m{"name": "deep", "uid": 5006}},
		{module: user, args: m{"name": "hashed", "password": hash1, "groups": []any{"sysgrp", "deployers"}, "comment": "x"}},
		{module: user, args: m{"name": "locked", "password": "!", "create_home": false}},
		{module: user, args: m{"name": "plain", "password": "secret", "create_home": false}, differs: m2("password", "is hidden by the controller, not by the module")},
		{module: user, args: m{"name": "noskel", "skeleton": "/etc/nothing"}, shell: "mkdir -p /etc/nothing"},
		{module: user, args: m{"name": "bad", "group": "nosuchgroup"}, fails: true},
		{module: user, args: m{"name": "ends", "expires": 1900000000, "create_home": false}},
		{module: user, args: m{"name": "keyed", "generate_ssh_key": true, "ssh_key_type": "ed25519", "ssh_key_comment": "me"}},
		{module: auth, args: m{"user": "deployer", "key": key1}},
		{module: auth, args: m{"user": "deployer", "key": key2}},
		{module: auth, args: m{"user": "deployer", "key": key1, "key_options": `no-port-forwarding,from="10.0.0.1,10.0.0.2"`}},
		{module: auth, args: m{"user": "deployer", "key": key1 + "\n# a comment\n" + key2, "comment": "same"}},
		{module: auth, args: m{"user": "deployer", "key": key1, "exclusive": true}},
		{module: auth, args: m{"user": "deployer", "key": key2, "state": "absent"}},
		{module: auth, args: m{"user": "deployer", "key": key1, "state": "absent"}},
		{module: auth, args: m{"user": "deployer", "key": "rubbish"}, fails: true},
		{module: auth, args: m{"user": "deployer", "key": key1, "path": "/etc/ssh/keys/deployer", "manage_dir": false}},
		{module: auth, args: m{"user": "ghost", "key": key1}, fails: true},
		{module: user, args: m{"name": "deployer", "state": "absent"}},
		{module: user, args: m{"name": "hashed", "state": "absent", "remove": true}},
		{module: user, args: m{"name": "ghost", "state": "absent"}},
		{module: "ansible.builtin.getent", args: m{"database": "passwd", "key": "root"}},
		{module: "ansible.builtin.getent", args: m{"database": "group"}},
		{module: "ansible.builtin.getent", args: m{"database": "hosts"}},
		{module: "ansible.builtin.getent", args: m{"database": "shadow", "key": "root"}},
		{module: "ansible.builtin.getent", args: m{"database": "services", "key": "ssh"}},
		{module: "ansible.builtin.getent", args: m{"database": "passwd", "key": "root", "split": "/"}},
		{module: "ansible.builtin.getent", args: m{"database": "passwd", "key": "root", "service": "files"}},
		{module: "ansible.builtin.getent", args: m{"database": "nosuch"}, fails: true},
		{module: "ansible.builtin.getent", args: m{"database": "passwd", "key": "ghost"}, fails: true},
		{module: "ansible.builtin.getent", args: m{"database": "passwd", "key": "ghost", "fail_key": false}},
	}
}

func TestAccounts(t *testing.T) { play(t, accountSteps()) }

func m2(k, why string) map[string]string { return map[string]string{k: why} }
