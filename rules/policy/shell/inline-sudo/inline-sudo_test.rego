package rules["shell"]["inline-sudo_test"]

import data.rules["shell"]["inline-sudo"] as rule

test_sudo if {
	rule.violations == {{"id": 1, "msg": "sudo in the command"}} with input as {"tasks": [{"command": {"sudo": "sudo"}, "id": 1}]}
}

test_under_become if {
	rule.violations == {{"id": 1, "msg": "sudo in the command"}} with input as {"tasks": [{"become": true, "command": {"sudo": "sudo"}, "id": 1}]}
}

test_whether_one_may if {
	rule.violations == set() with input as {"tasks": [{"command": {"sudo": "sudo", "text": "sudo -n true"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"command": {"sudo": ""}, "id": 1}]}
}
