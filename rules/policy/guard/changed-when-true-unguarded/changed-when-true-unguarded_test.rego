package rules.guard["changed-when-true-unguarded_test"]

import data.rules.guard["changed-when-true-unguarded"] as rule

test_found if {
	rule.violations == {{"id": 1, "msg": "the task reports a change at each run by its own word", "arg": "changed_when"}} with input as task({})
}

test_where_it_is_meant if {
	every more in [{"handler": true}, {"guarded": true}, {"never": true}, {"part": "rescue"}] {
		rule.violations == set() with input as task(more)
	}
}

test_an_expression if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "command": {"class": "unknown"}, "changed_when": {"expression": true}}]}
}

task(more) := {"tasks": [object.union({"id": 1, "command": {"class": "unknown"}, "changed_when": {"literal": true}}, more)]}
