package rules.service["restart-in-tasks_test"]

import data.rules.service["restart-in-tasks"] as rule

test_a_restart if {
	rule.violations == {{"id": 1, "msg": "ssh is restarted by a task, not by a handler", "run2": "restarts ssh although nothing changed", "arg": "state"}} with input as task({}, "restarted")
}

test_a_reload if {
	rule.violations == {{"id": 1, "msg": "ssh is reloaded by a task, not by a handler", "run2": "reloads ssh although nothing changed", "arg": "state"}} with input as task({}, "reloaded")
}

test_where_it_is_meant if {
	every more in [{"handler": true}, {"guarded": true}, {"never": true}, {"part": "rescue"}, {"part": "always"}] {
		rule.violations == set() with input as task(more, "restarted")
	}
}

test_a_state if {
	rule.violations == set() with input as task({}, "started")
}

task(more, state) := {"tasks": [object.union({"id": 1, "module": "service", "args": {"name": "ssh", "state": state}}, more)]}
