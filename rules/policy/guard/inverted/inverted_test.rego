package rules["guard"]["inverted_test"]

import data.rules["guard"]["inverted"] as rule

test_removes if {
	rule.violations == {{"id": 1, "msg": "`removes: /k` lets the task run only when /k, which it makes, is there already"}} with input as {"tasks": [{"guard_inverted": {"path": "/k", "text": "removes: /k"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
