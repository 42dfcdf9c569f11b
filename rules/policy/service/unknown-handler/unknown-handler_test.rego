package rules.service["unknown-handler_test"]

import data.rules.service["unknown-handler"] as rule

test_unknown if {
	rule.violations == {{"id": 1, "msg": "no handler is named \"x\"", "arg": "notify"}} with input as {"tasks": [{"id": 1, "unknown_handlers": ["x"]}]}
}

test_known if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "notify": ["x"]}]}
}
