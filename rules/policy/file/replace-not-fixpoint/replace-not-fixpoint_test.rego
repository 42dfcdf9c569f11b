package rules["file"]["replace-not-fixpoint_test"]

import data.rules["file"]["replace-not-fixpoint"] as rule

test_growing if {
	rule.violations == {{"id": 1, "arg": "regexp", "msg": "`w` matches its own replacement `w w` and changes it again"}} with input as {"tasks": [{"replace_edit": {"regexp": "w", "replace": "w w"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
