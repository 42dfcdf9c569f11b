package rules.file["tempfile-leak_test"]

import data.rules.file["tempfile-leak"] as rule

test_not_used if {
	rule.violations == {{"id": 1, "msg": "the temporary file is not used, so it is not removed either"}} with input as {"tasks": [{"id": 1, "module": "tempfile"}]}
}

test_used if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "tempfile", "register_used": true}]}
}
