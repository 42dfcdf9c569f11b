package rules["guard"]["existence-not-freshness_test"]

import data.rules["guard"]["existence-not-freshness"] as rule

test_a_certificate if {
	rule.violations == {{"id": 1, "msg": "the certificate expires, and a guard on /c keeps certbot from renewing it"}} with input as {"tasks": [{"freshness": {"what": "certificate", "path": "/c", "program": "certbot"}, "id": 1}]}
}

test_self_signed if {
	rule.violations == {{"id": 1, "level": "info", "msg": "the certificate expires, and a guard on /c keeps openssl from renewing it"}} with input as {"tasks": [{"freshness": {"what": "certificate", "path": "/c", "program": "openssl"}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
