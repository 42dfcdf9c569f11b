package rules.guard["ignore-errors-as-check_test"]

import data.rules.guard["ignore-errors-as-check"] as rule

test_found if {
	rule.violations == {{"id": 1, "msg": "every failure counts as an answer in r", "arg": "ignore_errors"}} with input as task({})
}

test_failed_when if {
	rule.violations == set() with input as task({"failed_when": {"expression": true}})
}

test_not_read if {
	rule.violations == set() with input as task({"register_used": false})
}

task(more) := {"tasks": [object.union({"id": 1, "register": "r", "register_used": true, "ignore_errors": true, "command": {"class": "read"}}, more)]}
