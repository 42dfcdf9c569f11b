package rules.input.random_test

import data.rules.input.random as rule

test_random if {
	rule.violations == {{"id": 1, "msg": "password_hash in password draws another value at each run", "arg": "password"}} with input as task({})
}

test_guarded if {
	rule.violations == set() with input as task({"guarded": true})
	rule.violations == set() with input as task({"args": {"update_password": "on_create"}})
}

test_time if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "inputs": [{"kind": "time", "arg": "x", "what": "now()"}]}]}
}

task(more) := {"tasks": [object.union({"id": 1, "args": {}, "inputs": [{"kind": "random", "arg": "password", "what": "password_hash"}]}, more)]}
