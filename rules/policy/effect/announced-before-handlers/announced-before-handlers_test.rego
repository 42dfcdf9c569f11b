package rules.effect["announced-before-handlers_test"]

import data.rules.effect["announced-before-handlers"] as rule

test_announced if {
	rule.violations == {{"id": 2, "msg": "\"tell the team\" comes before the handler \"restart nginx\" has run", "related": [{"id": 1, "note": "notified here"}]}} with input as {"tasks": [{"id": 2, "title": "tell the team", "announced": {"waiting": [{"id": 1}], "handlers": ["restart nginx", "restart nginx"]}}]}
}

test_after_the_flush if {
	rule.violations == set() with input as {"tasks": [{"id": 2, "title": "tell the team"}]}
}
