package rules["guard"]["partial-marker_test"]

import data.rules["guard"]["partial-marker"] as rule

test_a_venv if {
	rule.violations == {{"id": 1, "msg": "/v is there as soon as python3 starts, even if it does not get to its end", "instead": "creates: /v/bin/pip3"}} with input as {"tasks": [{"partial_marker": {"path": "/v", "program": "python3", "leaf": "/v/bin/pip3"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
