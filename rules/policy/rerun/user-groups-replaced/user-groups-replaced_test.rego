package rules.rerun["user-groups-replaced_test"]

import data.rules.rerun["user-groups-replaced"] as rule

test_two_lists if {
	rule.violations == {{"id": 1, "msg": "the groups of app are replaced, and line 9 sets others", "arg": "groups"}} with input as {"tasks": [user(1, {"name": "app", "groups": "docker"}), user(2, {"name": "app", "groups": "adm", "append": true})]}
}

test_one_list if {
	rule.violations == set() with input as {"tasks": [user(1, {"name": "app", "groups": "docker"})]}
	rule.violations == set() with input as {"tasks": [user(1, {"name": "app", "groups": "docker"}), user(2, {"name": "web", "groups": "adm"})]}
}

test_appended if {
	rule.violations == set() with input as {"tasks": [user(1, {"name": "app", "groups": "docker", "append": true}), user(2, {"name": "app", "groups": "adm", "append": true})]}
}

user(id, args) := {"id": id, "line": 9, "module": "user", "args": args}
