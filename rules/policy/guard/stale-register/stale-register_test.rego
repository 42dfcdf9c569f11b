package rules["guard"]["stale-register_test"]

import data.rules["guard"]["stale-register"] as rule

test_later if {
	rule.violations == {{"id": 1, "msg": "x is registered only later, at line 3 of f.yml", "related": [{"id": 9, "note": "registers it"}]}} with input as {"tasks": [{"guard_stale": {"why": "later", "var": "x", "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}, "id": 1}]}
}

test_skipped if {
	rule.violations == {{"id": 1, "level": "warning", "unknown": true, "msg": "x comes from a task that is skipped unless `y`", "related": [{"id": 9, "note": "may be skipped"}]}} with input as {"tasks": [{"guard_stale": {"why": "skipped", "var": "x", "when": "y", "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}

test_overwritten if {
	rule.violations == {{"id": 1, "msg": "x is registered anew at line 3 of f.yml, without stat", "related": [{"id": 8, "note": "registers what is meant"}, {"id": 9, "note": "registers it anew"}]}} with input as {"tasks": [{"guard_stale": {"why": "overwritten", "var": "x", "field": "stat", "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}, "first": {"id": 8}}, "id": 1}]}
}

test_overwritten_by_a_skipped_one if {
	rule.violations == {{"id": 1, "level": "warning", "unknown": true, "msg": "x is registered anew at line 3 of f.yml, and has no rc where `y` does not hold", "related": [{"id": 8, "note": "registers what is meant"}, {"id": 9, "note": "registers it anew"}]}} with input as {"tasks": [{"guard_stale": {"why": "overwritten", "var": "x", "field": "rc", "when": "y", "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}, "first": {"id": 8}}, "id": 1}]}
}
