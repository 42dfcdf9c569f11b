package rules.guard["existence-not-freshness_test"]

import data.rules.guard["existence-not-freshness"] as rule

test_a_certificate if {
	rule.violations == {{"id": 1, "msg": "the certificate expires, and its guard only looks whether /c is there"}} with input as {"tasks": [{"id": 1, "freshness": {"what": "certificate", "path": "/c", "program": "certbot"}}]}
}

test_what_does_not_expire if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
