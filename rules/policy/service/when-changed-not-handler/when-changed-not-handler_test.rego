package rules.service["when-changed-not-handler_test"]

import data.rules.service["when-changed-not-handler"] as rule

test_one_condition_on_a_change if {
	every when in ["conf is changed", "conf.changed"] {
		rule.violations == {{"id": 1, "msg": "the task runs when another one has changed something"}} with input as task({"when": [when]})
	}
}

test_more_conditions if {
	rule.violations == set() with input as task({"when": ["conf is changed", "x"]})
}

test_an_expression if {
	rule.violations == set() with input as task({"when": ["conf is changed or force"]})
}

test_a_result_that_is_needed_later if {
	rule.violations == set() with input as task({"when": ["conf is changed"], "register_used": true})
}

task(more) := {"tasks": [object.union({"id": 1, "module": "service", "guards": [{"kind": "changed", "var": "conf", "inherited": false}]}, more)]}

test_what_no_handler_would_do if {
	every module in ["debug", "pause", "set_fact", "fail"] {
		rule.violations == set() with input as {"tasks": [object.union(task({"when": ["conf is changed"]}).tasks[0], {"module": module})]}
	}
}
