package rules["guard"]["blocks-declarative_test"]

import data.rules["guard"]["blocks-declarative"] as rule

test_a_service if {
	rule.violations == {{"id": 1, "msg": "the module service runs only if `not c.stat.exists`, which is about /c"}} with input as {"tasks": [{"module": "service", "blocks_declarative": {"text": "not c.stat.exists", "path": "/c"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
