package rules.rerun["user-groups-replaced_test"]

import data.rules.rerun["user-groups-replaced"] as rule

test_two_lists if {
	rule.violations == {{"id": 1, "msg": "the groups of app are replaced, and line 9 sets others", "arg": "groups", "related": [{"id": 2, "note": "sets others"}]}} with input as {"tasks": [object.union(user, {"rival": {"id": 2, "line": 9}})]}
}

test_one_list if {
	rule.violations == set() with input as {"tasks": [user]}
}

user := {"id": 1, "line": 5, "module": "user", "args": {"name": "app", "groups": "docker"}}
