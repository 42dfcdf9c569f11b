package rules.effect["notification-each-run_test"]

import data.rules.effect["notification-each-run"] as rule

test_a_message if {
	rule.violations == {{"id": 1, "msg": "twilio sends a message at each run, and reports ok"}} with input as task("twilio", {}, {})
	rule.violations == {{"id": 1, "msg": "slack sends a message at each run"}} with input as task("slack", {}, {})
}

test_a_webhook if {
	count(rule.violations) == 1 with input as task("uri", {}, {"url": "https://hooks.slack.com/services/x", "method": "post"})
}

test_other_requests if {
	rule.violations == set() with input as task("uri", {}, {"url": "https://hooks.slack.com/services/x"})
	rule.violations == set() with input as task("uri", {}, {"url": "https://example.org", "method": "POST"})
}

test_where_it_is_meant if {
	every more in [{"handler": true}, {"guarded": true}, {"never": true}, {"part": "rescue"}] {
		rule.violations == set() with input as task("mail", more, {})
	}
}

task(module, more, args) := {"tasks": [object.union({"id": 1, "module": module, "args": args}, more)]}
