package rules["shell"]["operators-in-command_test"]

import data.rules["shell"]["operators-in-command"] as rule

test_a_redirect if {
	rule.violations == {{"id": 1, "msg": "command hands `>` to the program as an argument"}} with input as {"tasks": [{"module": "command", "command": {"shell_in_words": ">"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"module": "command", "command": {"shell_in_words": ""}, "id": 1}]}
}
