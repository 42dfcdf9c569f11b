package rules["file"]["tempfile-leak_test"]

import data.rules["file"]["tempfile-leak"] as rule

test_never_removed if {
	rule.violations == {{"id": 1, "msg": "no later task removes the temporary file"}} with input as {"tasks": [{"module": "tempfile", "register_used": true, "id": 1}]}
}

test_removed if {
	rule.violations == set() with input as {"tasks": [{"module": "tempfile", "removed_later": true, "id": 1}]}
}
