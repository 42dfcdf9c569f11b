package rules["shell"]["needless-shell_test"]

import data.rules["shell"]["needless-shell"] as rule

test_a_plain_command if {
	rule.violations == {{"id": 1, "msg": "nothing in this text needs a shell"}} with input as {"tasks": [{"module": "shell", "command": {"needs_shell": "", "unparsable": "", "calls": [{}], "text": "ls", "worst": {"program": "ls"}}, "id": 1}]}
}

test_a_pipe if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "command": {"needs_shell": "operator |", "unparsable": "", "calls": [{}], "text": "ls | wc"}, "id": 1}]}
}
