package rules.guard.inverted_test

import data.rules.guard.inverted as rule

test_inverted if {
	rule.violations == {{"id": 1, "msg": "makes /k only when it is there already (key.stat.exists)"}} with input as {"tasks": [{"id": 1, "guard_inverted": {"path": "/k", "text": "key.stat.exists", "kind": "stat"}}]}
}

test_right if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
