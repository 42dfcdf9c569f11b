package rules.file["flip-flop_test"]

import data.rules.file["flip-flop"] as rule

test_an_edit if {
	rule.violations == {{"id": 2, "msg": "/c is edited here, and written whole on line 4", "related": [{"id": 1, "note": "written whole here"}]}} with input as {"tasks": [{"id": 2, "flip_flop": [{"path": "/c", "whole": false, "other": {"id": 1, "line": 4}}]}]}
}

test_two_writers if {
	some v in rule.violations with input as {"tasks": [{"id": 2, "flip_flop": [{"path": "/c", "whole": true, "other": {"id": 1, "line": 4}}]}]}
	startswith(v.msg, "/c is written whole here")
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
