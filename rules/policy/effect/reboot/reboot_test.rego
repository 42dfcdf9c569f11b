package rules.effect.reboot_test

import data.rules.effect.reboot as rule

test_without_a_guard if {
	rule.violations == {{"id": 1, "msg": "the server is rebooted by a task without a guard"}} with input as task({})
}

test_where_it_is_meant if {
	every more in [{"handler": true}, {"guarded": true}, {"never": true}, {"part": "rescue"}, {"operation": true}] {
		rule.violations == set() with input as task(more)
	}
}

task(more) := {"tasks": [object.union({"id": 1, "module": "reboot"}, more)]}
