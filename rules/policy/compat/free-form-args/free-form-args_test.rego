package rules["compat"]["free-form-args_test"]

import data.rules["compat"]["free-form-args"] as rule

test_a_string if {
	rule.violations == {{"id": 1, "msg": "the arguments of apt are one string"}} with input as {"tasks": [{"id": 1, "module": "apt", "spelling": "kv"}]}
}

test_a_mapping if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "apt"}]}
}
