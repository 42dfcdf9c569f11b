package rules.file.touch_test

import data.rules.file.touch as rule

test_a_touch if {
	rule.violations == {{"id": 1, "msg": "/etc/app/enabled is touched at every run"}} with input as task({}, {})
}

test_the_times_are_kept if {
	rule.violations == set() with input as task({"access_time": "preserve", "modification_time": "preserve"}, {})
}

test_where_it_is_meant if {
	every more in [{"handler": true}, {"guarded": true}] {
		rule.violations == set() with input as task({}, more)
	}
}

task(args, more) := {"tasks": [object.union({"id": 1, "module": "file", "args": object.union({"path": "/etc/app/enabled", "state": "touch"}, args)}, more)]}
