package rules["guard"]["shared-by-sequence_test"]

import data.rules["guard"]["shared-by-sequence"] as rule

test_the_first if {
	rule.violations == {{"id": 1, "msg": "another step hangs on the guard `not c.stat.exists`, which this step satisfies", "related": [{"id": 9, "note": "is left out for ever once this one succeeded"}]}} with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "later": [{"id": 9, "name": "other", "file": "f.yml", "line": 3}]}, "id": 1}]}
}

test_several if {
	some v in rule.violations with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "later": [{"id": 9}, {"id": 10}]}, "id": 1}]}
	v.msg == "2 more steps hang on the guard `not c.stat.exists`, which this step satisfies"
}

test_a_later_one if {
	rule.violations == {{"id": 1, "msg": "line 3 satisfies the guard `not c.stat.exists` before this step has run", "related": [{"id": 9, "note": "satisfies the guard"}]}} with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "first": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
