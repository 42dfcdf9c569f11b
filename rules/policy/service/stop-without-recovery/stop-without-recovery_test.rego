package rules.service["stop-without-recovery_test"]

import data.rules.service["stop-without-recovery"] as rule

test_found if {
	rule.violations == {{"id": 1, "msg": "nginx stays stopped if line 5 fails before line 9 starts it", "related": [{"id": 2, "note": "this can fail"}, {"id": 3, "note": "and then this does not run"}]}} with input as {"tasks": [{"id": 1, "stop_without_recovery": {"service": "nginx", "between": {"id": 2, "line": 5}, "start": {"id": 3, "line": 9}}}]}
}

test_nothing_in_between if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
