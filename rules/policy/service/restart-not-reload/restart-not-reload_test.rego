package rules.service["restart-not-reload_test"]

import data.rules.service["restart-not-reload"] as rule

test_a_handler_that_restarts_nginx if {
	rule.violations == {{"id": 1, "msg": "nginx can reload its configuration", "arg": "state"}} with input as task({"name": "nginx", "state": "restarted"})
	count(rule.violations) == 1 with input as task({"name": "haproxy.service", "state": "restarted"})
}

test_others if {
	rule.violations == set() with input as task({"name": "nginx", "state": "reloaded"})
	rule.violations == set() with input as task({"name": "myapp", "state": "restarted"})
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "service", "args": {"name": "nginx", "state": "restarted"}}]}
}

task(args) := {"tasks": [{"id": 1, "module": "service", "handler": true, "args": args}]}
