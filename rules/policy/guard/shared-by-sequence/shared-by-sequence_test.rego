package rules["guard"]["shared-by-sequence_test"]

import data.rules["guard"]["shared-by-sequence"] as rule

test_the_first if {
	rule.violations == {{"id": 1, "msg": "one later step hangs on `not c.stat.exists` too, and is left out of every later run once this step is done", "related": [{"id": 9, "note": "is left out for ever once this one succeeded"}]}} with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "later": [{"id": 9, "name": "other", "file": "f.yml", "line": 3}]}, "id": 1}]}
}

test_several if {
	some v in rule.violations with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "later": [{"id": 9}, {"id": 10}]}, "id": 1}]}
	v.msg == "2 later steps hang on `not c.stat.exists` too, and are left out of every later run once this step is done"
}

test_a_later_one if {
	rule.violations == {{"id": 1, "msg": "once line 3 is done, `not c.stat.exists` leaves this step out of every later run", "related": [{"id": 9, "note": "makes what it looks for"}]}} with input as {"tasks": [{"sequence": {"guard": "not c.stat.exists", "first": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
