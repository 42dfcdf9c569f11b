package rules["state"]["used-before-created_test"]

import data.rules["state"]["used-before-created"] as rule

test_a_user if {
	rule.violations == {{"id": 1, "msg": "needs the user app, which line 3 of f.yml makes only later", "related": [{"id": 9, "note": "makes it"}]}} with input as {"tasks": [{"used_before": [{"kind": "user", "name": "app", "arg": "owner", "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_under_tags_of_its_own if {
	some v in rule.violations with input as {"tasks": [{"used_before": [{"kind": "program", "name": "docker", "arg": "command", "apart": true, "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
	v.level == "warning"
	count(rule.violations) == 1 with input as {"tasks": [{"used_before": [{"kind": "program", "name": "docker", "arg": "command", "apart": true, "by": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
