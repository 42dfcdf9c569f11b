package rules.guard["shared-by-sequence_test"]

import data.rules.guard["shared-by-sequence"] as rule

test_a_sequence if {
	rule.violations == {
		{"id": 1, "msg": "makes /p, and 1 later task is left out once that is there", "run2": "if line 9 failed, it is left out from now on", "related": [{"id": 2, "note": "left out with it"}]},
		{"id": 2, "msg": "left out once line 3 has made /p, whether this was done or not", "run2": "left out, even if the first run failed before this task", "related": [{"id": 1, "note": "this satisfies the guard"}]},
	} with input as {"tasks": [
		{"id": 1, "sequence": {"path": "/p", "later": [{"id": 2, "line": 9}]}},
		{"id": 2, "sequence": {"path": "/p", "first": {"id": 1, "line": 3}}},
	]}
}

test_two_later_ones if {
	some v in rule.violations with input as {"tasks": [{"id": 1, "sequence": {"path": "/p", "later": [{"id": 2, "line": 9}, {"id": 3, "line": 12}]}}]}
	contains(v.msg, "2 later tasks are")
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
