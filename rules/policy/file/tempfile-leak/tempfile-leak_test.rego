package rules["file"]["tempfile-leak_test"]

import data.rules["file"]["tempfile-leak"] as rule

test_unused if {
	rule.violations == {{"id": 1, "msg": "the temporary file is not used by any later task, and so not removed"}} with input as {"tasks": [{"module": "tempfile", "id": 1}]}
}

test_used if {
	rule.violations == set() with input as {"tasks": [{"module": "tempfile", "register_used": true, "id": 1}]}
}
