package rules["file"]["lineinfile-not-fixpoint_test"]

import data.rules["file"]["lineinfile-not-fixpoint"] as rule

test_sudoers if {
	rule.violations == {{"id": 1, "arg": "regexp", "msg": "regexp `^d` does not find `%d`"}} with input as {"tasks": [{"line_edit": {"regexp": "^d", "line": "%d"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
