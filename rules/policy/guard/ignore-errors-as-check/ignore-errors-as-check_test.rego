package rules["guard"]["ignore-errors-as-check_test"]

import data.rules["guard"]["ignore-errors-as-check"] as rule

test_a_question if {
	rule.violations == {{"id": 1, "msg": "a failure is ignored to learn found"}} with input as {"tasks": [{"ignore_errors": true, "register": "found", "register_used": true, "command": {"class": "read"}, "id": 1}]}
}

test_failed_when if {
	rule.violations == set() with input as {"tasks": [{"ignore_errors": true, "register": "found", "register_used": true, "failed_when": {}, "command": {"class": "read"}, "id": 1}]}
}

test_unused if {
	rule.violations == set() with input as {"tasks": [{"ignore_errors": true, "register": "found", "register_used": false, "command": {"class": "read"}, "id": 1}]}
}
