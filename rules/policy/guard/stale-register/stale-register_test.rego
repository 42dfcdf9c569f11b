package rules.guard["stale-register_test"]

import data.rules.guard["stale-register"] as rule

test_later if {
	rule.violations == {{"id": 1, "msg": "x is registered only later, on line 9", "arg": "when", "related": [{"id": 2, "note": "registered here"}]}} with input as {"tasks": [{"id": 1, "guard_stale": {"why": "later", "var": "x", "by": {"id": 2, "line": 9}}}]}
}

test_skipped if {
	rule.violations == {{"id": 3, "msg": "x comes from line 1, which is skipped unless deploy", "arg": "when", "related": [{"id": 2, "note": "registered here"}]}} with input as {"tasks": [{"id": 3, "guard_stale": {"why": "skipped", "var": "x", "when": "deploy", "by": {"id": 2, "line": 1}}}]}
}

test_fresh if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
