package rules.file["lineinfile-not-fixpoint_test"]

import data.rules.file["lineinfile-not-fixpoint"] as rule

test_no_match if {
	rule.violations == {{"id": 1, "msg": "regexp \"^a\" does not match line \"%a\"", "arg": "regexp"}} with input as {"tasks": [{"id": 1, "line_edit": {"fixpoint": "no", "regexp": "^a", "line": "%a"}}]}
}

test_match if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
