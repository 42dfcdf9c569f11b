package rules.rerun["self-lockout_test"]

import data.rules.rerun["self-lockout"] as rule

test_lockout if {
	rule.violations == {{
		"id": 9, "msg": "the play logs in as root, and one of its tasks sets PermitRootLogin no", "run2": "UNREACHABLE: the server refuses root",
		"related": [{"id": 3, "note": "sets PermitRootLogin no"}], "arg": "remote_user",
	}} with input as {"tasks": [{"id": 9, "kind": "play", "module": "play", "user": "root", "lockout": [{"id": 3, "line": 41, "why": "sets PermitRootLogin no"}]}]}
}

test_another_user if {
	rule.violations == set() with input as {"tasks": [{"id": 9, "kind": "play", "module": "play", "user": "deployer"}]}
}
