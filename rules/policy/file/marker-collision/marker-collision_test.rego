package rules.file["marker-collision_test"]

import data.rules.file["marker-collision"] as rule

test_a_loop if {
	rule.violations == {{"id": 1, "msg": "every item of the loop writes the block \"# {mark}\" of /h", "arg": "marker"}} with input as {"tasks": [{"id": 1, "marker_collision": {"path": "/h", "marker": "# {mark}", "loop": true}}]}
}

test_two_tasks if {
	rule.violations == {{"id": 2, "msg": "the block \"# {mark}\" of /h is that of line 4", "arg": "marker", "related": [{"id": 1, "note": "the other block"}]}} with input as {"tasks": [{"id": 2, "marker_collision": {"path": "/h", "marker": "# {mark}", "loop": false, "other": {"id": 1, "line": 4}}}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
