package rules["guard"]["path-mismatch_test"]

import data.rules["guard"]["path-mismatch"] as rule

test_another_place if {
	rule.violations == {{"id": 1, "msg": "the guard looks at /a, the command writes /b", "instead": "creates: /b"}} with input as {"tasks": [{"guard_mismatch": {"guard": "/a", "writes": ["/b"]}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}

test_what_the_command_is_given if {
	rule.violations == {{"id": 1, "msg": "the guard looks at /a.py, which the command is given and does not make", "run2": "skips the command, as the first run did", "instead": "creates: a file that the command makes"}} with input as {"tasks": [{"guard_mismatch": {"guard": "/a.py", "writes": []}, "id": 1}]}
}
