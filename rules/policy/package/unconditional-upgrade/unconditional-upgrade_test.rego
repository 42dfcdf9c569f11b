package rules["package"]["unconditional-upgrade_test"]

import data.rules["package"]["unconditional-upgrade"] as rule

found := {{"id": 1, "msg": "all packages of the server are upgraded"}}

test_apt if {
	every how in [true, "dist", "full", "safe", "yes"] {
		rule.violations == found with input as task("apt", {"upgrade": how})
	}
}

test_yum_star if {
	rule.violations == found with input as task("yum", {"name": "*", "state": "latest"})
}

test_no_upgrade if {
	rule.violations == set() with input as task("apt", {"upgrade": "no"})
	rule.violations == set() with input as task("yum", {"name": "nginx", "state": "latest"})
}

test_on_purpose if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "apt", "args": {"upgrade": "dist"}, "never": true}]}
}

task(module, args) := {"tasks": [{"id": 1, "module": module, "args": args}]}
