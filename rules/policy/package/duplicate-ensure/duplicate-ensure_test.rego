package rules["package"]["duplicate-ensure_test"]

import data.rules["package"]["duplicate-ensure"] as rule

test_twice if {
	rule.violations == {{"id": 2, "msg": "nginx is installed by the task on line 4 of a.yml already", "related": [{"id": 1, "note": "the first one"}]}} with input as {"tasks": [{"id": 2, "duplicate_package": {"package": "nginx", "other": {"id": 1, "line": 4, "file": "tasks/a.yml"}}}]}
}

test_once if {
	rule.violations == set() with input as {"tasks": [{"id": 2, "packages": ["nginx"]}]}
}
