package rules.file["replace-not-fixpoint_test"]

import data.rules.file["replace-not-fixpoint"] as rule

test_grows if {
	rule.violations == {{"id": 1, "msg": "\"a\", applied to its own result, changes it again", "arg": "regexp"}} with input as {"tasks": [{"id": 1, "replace_edit": {"fixpoint": "no", "regexp": "a", "replace": "aa"}}]}
}

test_stays if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
