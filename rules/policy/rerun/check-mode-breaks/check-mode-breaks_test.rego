package rules.rerun["check-mode-breaks_test"]

import data.rules.rerun["check-mode-breaks"] as rule

test_a_look_that_is_used if {
	rule.violations == {{"id": 1, "msg": "active is not set in check mode"}} with input as task({})
}

test_allowed_in_check_mode if {
	rule.violations == set() with input as task({"check_mode": false})
}

test_not_used if {
	rule.violations == set() with input as task({"register_used": false})
}

test_a_change if {
	rule.violations == set() with input as task({"command": {"class": "converge"}})
}

task(more) := {"tasks": [object.union({"id": 1, "register": "active", "register_used": true, "command": {"class": "read"}}, more)]}
