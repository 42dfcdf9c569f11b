package rules["state"]["account-not-created_test"]

import data.rules["state"]["account-not-created"] as rule

test_a_user if {
	rule.violations == {{"id": 1, "msg": "nothing before this task makes the user app"}} with input as {"tasks": [{"missing": [{"kind": "user", "name": "app", "arg": "owner"}], "id": 1}]}
}

test_another_kind if {
	rule.violations == set() with input as {"tasks": [{"missing": [{"kind": "dir", "name": "/x", "arg": "owner"}], "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
