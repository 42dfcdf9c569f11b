package rules.effect["http-write_test"]

import data.rules.effect["http-write"] as rule

test_writes if {
	rule.violations == {{"id": 1, "msg": "a POST request goes out at each run", "level": "warning", "arg": "method"}} with input as task({"method": "POST", "url": "https://x/projects"}, {})
	rule.violations == {{"id": 1, "msg": "a DELETE request goes out at each run", "level": "info", "arg": "method"}} with input as task({"method": "delete", "url": "https://x/projects"}, {})
}

test_reads if {
	rule.violations == set() with input as task({"method": "GET", "url": "https://x"}, {})
	rule.violations == set() with input as task({"url": "https://x"}, {})
}

test_repeats_are_answered if {
	rule.violations == set() with input as task({"method": "POST", "url": "https://x", "status_code": [201, 409]}, {})
	rule.violations == set() with input as task({"method": "POST", "url": "https://x", "status_code": "201,409"}, {})
}

test_signing_in if {
	rule.violations == set() with input as task({"method": "POST", "url": "https://x/oauth/token"}, {})
	rule.violations == set() with input as task({"method": "POST", "url": "https://x"}, {"no_log": true, "register_used": true})
}

test_guarded if {
	rule.violations == set() with input as task({"method": "POST", "url": "https://x"}, {"guarded": true})
}

task(args, more) := {"tasks": [object.union({"id": 1, "module": "uri", "args": args}, more)]}

test_a_refusal_is_an_answer if {
	every codes in [[200, 403], ["201", "422"], [400]] {
		rule.violations == set() with input as task({"method": "POST", "url": "https://x", "status_code": codes}, {})
	}
	count(rule.violations) == 1 with input as task({"method": "POST", "url": "https://x", "status_code": [200, 201]}, {})
}
