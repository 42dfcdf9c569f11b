package rules["file"]["flip-flop_test"]

import data.rules["file"]["flip-flop"] as rule

test_an_editor if {
	rule.violations == {{"id": 1, "msg": "/f is written whole at line 3 of f.yml", "related": [{"id": 9, "note": "writes the whole file"}]}} with input as {"tasks": [{"flip_flop": [{"path": "/f", "whole": false, "other": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
