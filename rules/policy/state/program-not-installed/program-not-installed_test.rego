package rules["state"]["program-not-installed_test"]

import data.rules["state"]["program-not-installed"] as rule

test_missing if {
	rule.violations == {{"id": 1, "msg": "nothing before this task installs x"}} with input as {"tasks": [{"missing": [{"kind": "program", "name": "x", "arg": "owner"}], "id": 1}]}
}

test_another_kind if {
	rule.violations == set() with input as {"tasks": [{"missing": [{"kind": "nothing", "name": "x", "arg": "owner"}], "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
