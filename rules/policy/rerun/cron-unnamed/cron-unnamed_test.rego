package rules.rerun["cron-unnamed_test"]

import data.rules.rerun["cron-unnamed"] as rule

test_no_name if {
	rule.violations == {{"id": 1, "msg": "the cron job has no name"}} with input as {"tasks": [cron(1, {"job": "x"})]}
}

test_the_same_name if {
	rule.violations == {{"id": 2, "msg": "the cron job a has the name of that on line 4", "arg": "name", "related": [{"id": 1, "note": "another job of this name"}]}} with input as {"tasks": [object.union(cron(2, {"name": "a", "job": "y"}), {"rival": {"id": 1, "line": 4}})]}
}

test_a_name_of_its_own if {
	rule.violations == set() with input as {"tasks": [cron(1, {"name": "a", "job": "x"})]}
}

test_removal if {
	rule.violations == set() with input as {"tasks": [cron(1, {"state": "absent"})]}
}

cron(id, args) := {"id": id, "line": 4, "module": "cron", "args": args}
