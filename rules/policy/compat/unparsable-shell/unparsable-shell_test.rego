package rules.compat["unparsable-shell_test"]

import data.rules.compat["unparsable-shell"] as rule

test_unparsable if {
	count(rule.violations) == 1 with input as {"tasks": [{"id": 1, "command": {"unparsable": "1:2: reached EOF without closing quote"}}]}
}

test_parsable if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "command": {"unparsable": ""}}]}
}
