package rules.guard["creates-relative_test"]

import data.rules.guard["creates-relative"] as rule

test_relative if {
	rule.violations == {{"id": 1, "msg": "creates: Makefile is relative, and there is no chdir", "arg": "creates"}} with input as task({"creates": "Makefile"})
}

test_a_variable if {
	rule.violations == {{"id": 1, "msg": "creates: $HOME/x has a variable that is not expanded there", "arg": "creates"}} with input as task({"creates": "$HOME/x"})
}

test_clear_paths if {
	every args in [{"creates": "/x"}, {"creates": "~/x"}, {"creates": "{{ d }}/x"}, {"creates": "x", "chdir": "/d"}] {
		rule.violations == set() with input as task(args)
	}
}

task(args) := {"tasks": [{"id": 1, "module": "command", "args": args}]}
