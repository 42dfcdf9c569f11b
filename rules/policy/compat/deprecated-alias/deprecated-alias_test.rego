package rules.compat["deprecated-alias_test"]

import data.rules.compat["deprecated-alias"] as rule

test_an_argument if {
	rule.violations == {{"id": 1, "msg": "destfile is the old name of path", "arg": "path"}} with input as {"tasks": [{"id": 1, "module": "replace", "written": {"path": "destfile"}}]}
}

test_a_keyword_of_a_play if {
	rule.violations == {{"id": 1, "msg": "user is the old name of remote_user"}} with input as {"tasks": [{"id": 1, "kind": "play", "module": "play", "old_keywords": [{"written": "user", "name": "remote_user"}]}]}
}

test_present_names if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "replace", "written": {"path": "path"}}, {"id": 2, "module": "copy", "written": {"dest": "dest"}}]}
}
