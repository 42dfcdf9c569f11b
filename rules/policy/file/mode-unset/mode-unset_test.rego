package rules.file["mode-unset_test"]

import data.rules.file["mode-unset"] as rule

found := {{"id": 1, "msg": "the file gets whatever mode the umask leaves"}}

test_new_files if {
	rule.violations == found with input as task("template", {"dest": "/x"})
	rule.violations == found with input as task("file", {"state": "directory"})
	rule.violations == found with input as task("lineinfile", {"create": true})
	rule.violations == found with input as task("ini_file", {})
}

test_a_mode if {
	rule.violations == set() with input as task("template", {"mode": "0644"})
	rule.violations == set() with input as task("copy", {"mode": "preserve"})
}

test_preserve_elsewhere if {
	rule.violations == {{"id": 1, "msg": "mode: preserve means nothing to file", "arg": "mode"}} with input as task("file", {"mode": "preserve", "state": "directory"})
}

test_what_makes_no_file if {
	rule.violations == set() with input as task("file", {"state": "absent"})
	rule.violations == set() with input as task("file", {"state": "link"})
	rule.violations == set() with input as task("file", {})
	rule.violations == set() with input as task("lineinfile", {})
	rule.violations == set() with input as task("file", {"state": "directory", "recurse": true})
	rule.violations == set() with input as task("copy", {"src": "d/", "directory_mode": "0755"})
}

task(module, args) := {"tasks": [{"id": 1, "module": module, "args": args}]}
