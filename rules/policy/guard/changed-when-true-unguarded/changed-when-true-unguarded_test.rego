package rules["guard"]["changed-when-true-unguarded_test"]

import data.rules["guard"]["changed-when-true-unguarded"] as rule

test_always if {
	rule.violations == {{"id": 1, "msg": "changed_when: true on a task that runs at every run"}} with input as {"tasks": [{"unguarded": true, "changed_when": {"literal": true}, "id": 1}]}
}

test_guarded if {
	rule.violations == set() with input as {"tasks": [{"unguarded": false, "changed_when": {"literal": true}, "id": 1}]}
}

test_an_expression if {
	rule.violations == set() with input as {"tasks": [{"unguarded": true, "changed_when": {"expression": true}, "id": 1}]}
}
