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

test_a_version if {
	rule.violations == {{"id": 1, "msg": "tool_version is in the address, and not in /usr/local/bin/tool", "run2": "leaves the old file in place when the version is raised"}} with input as {"tasks": [{"freshness": {"what": "version", "path": "/usr/local/bin/tool", "program": "tool_version"}, "id": 1}]}
}
