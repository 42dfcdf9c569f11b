package rules["state"]["partial-run_test"]

import data.rules["state"]["partial-run"] as rule

test_a_step if {
	rule.violations == {{"id": 1, "msg": "runs only in the run in which `app is changed`", "related": [{"id": 9, "note": "changes only once"}]}} with input as {"tasks": [{"command": {"class": "unknown"}, "guards": [{"kind": "changed", "text": "app is changed", "source": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_a_handler if {
	rule.violations == set() with input as {"tasks": [{"handler": true, "command": {"class": "unknown"}, "guards": [{"kind": "changed", "text": "app is changed", "source": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_its_own_guard if {
	rule.violations == set() with input as {"tasks": [{"command": {"class": "unknown"}, "guards": [{"kind": "creates", "text": "creates: /x"}], "id": 1}]}
}
