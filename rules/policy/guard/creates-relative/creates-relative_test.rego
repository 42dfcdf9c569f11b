package rules["guard"]["creates-relative_test"]

import data.rules["guard"]["creates-relative"] as rule

test_relative if {
	rule.violations == {{"id": 1, "msg": "creates: bin/app is relative, and there is no chdir", "arg": "creates"}} with input as {"tasks": [{"command": {}, "args": {"creates": "bin/app"}, "id": 1}]}
}

test_chdir if {
	rule.violations == set() with input as {"tasks": [{"command": {}, "args": {"creates": "bin/app", "chdir": "/srv"}, "id": 1}]}
}

test_absolute if {
	rule.violations == set() with input as {"tasks": [{"command": {}, "args": {"creates": "/bin/app"}, "id": 1}]}
}

test_a_template if {
	rule.violations == set() with input as {"tasks": [{"command": {}, "args": {"removes": "{{ x }}/y"}, "id": 1}]}
}
