package rules.service["stop-start-pair_test"]

import data.rules.service["stop-start-pair"] as rule

test_both_halves if {
	rule.violations == {
		{"id": 1, "msg": "supervisor is stopped here and started again on line 9, at every run", "run2": "an outage of supervisor, and both tasks report changed", "related": [{"id": 2, "note": "started again here"}]},
		{"id": 2, "msg": "supervisor is started here and stopped on line 3, at every run", "run2": "an outage of supervisor, and both tasks report changed", "related": [{"id": 1, "note": "stopped here"}]},
	} with input as {"tasks": [
		{"id": 1, "stop_start": {"service": "supervisor", "role": "stop", "other": {"id": 2, "line": 9}}},
		{"id": 2, "stop_start": {"service": "supervisor", "role": "start", "other": {"id": 1, "line": 3}}},
	]}
}

test_no_pair if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
