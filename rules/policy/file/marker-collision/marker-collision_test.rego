package rules["file"]["marker-collision_test"]

import data.rules["file"]["marker-collision"] as rule

test_a_loop if {
	rule.violations == {{"id": 1, "msg": "every item of the loop has the marker `m` in /f"}} with input as {"tasks": [{"marker_collision": {"loop": true, "marker": "m", "path": "/f"}, "id": 1}]}
}

test_two_tasks if {
	rule.violations == {{"id": 1, "msg": "line 3 has the marker `m` in /f, too", "related": [{"id": 9, "note": "the same marker"}]}} with input as {"tasks": [{"marker_collision": {"loop": false, "marker": "m", "path": "/f", "other": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
