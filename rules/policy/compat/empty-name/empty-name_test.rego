package rules.compat["empty-name_test"]

import data.rules.compat["empty-name"] as rule

test_empty if {
	rule.violations == {{"id": 1, "msg": "name: is there, but empty"}} with input as {"tasks": [{"id": 1, "empty_name": true}]}
}

test_a_name if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "empty_name": false, "name": "x"}]}
}
