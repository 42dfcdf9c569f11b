package rules.guard["partial-marker_test"]

import data.rules.guard["partial-marker"] as rule

test_a_directory if {
	rule.violations == {{"id": 1, "msg": "the guard /srv/venv is there before python3 has filled it", "instead": "creates: /srv/venv/bin/pip3"}} with input as {"tasks": [{"id": 1, "partial_marker": {"path": "/srv/venv", "program": "python3", "leaf": "/srv/venv/bin/pip3"}}]}
}

test_a_leaf if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
