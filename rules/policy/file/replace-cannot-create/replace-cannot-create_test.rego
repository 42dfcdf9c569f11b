package rules["file"]["replace-cannot-create_test"]

import data.rules["file"]["replace-cannot-create"] as rule

test_sshd if {
	rule.violations == {{"id": 1, "arg": "regexp", "msg": "K is set to no only where it is exactly yes now", "instead": "lineinfile with regexp: ^#?\\s*K\\b and line: K no"}} with input as {"tasks": [{"cannot_create": {"key": "K", "value": "no", "old": "yes"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
