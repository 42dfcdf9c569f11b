package rules["shell"]["no-op-guard-or-true_test"]

import data.rules["shell"]["no-op-guard-or-true"] as rule

test_or_true if {
	rule.violations == {{"id": 1, "msg": "every failure of the command is swallowed"}} with input as {"tasks": [{"unguarded": true, "command": {"class": "converge", "or_true": true}, "id": 1}]}
}

test_failed_when if {
	rule.violations == {{"id": 1, "msg": "every failure of the command is swallowed"}} with input as {"tasks": [{"unguarded": true, "failed_when": {"literal": false}, "command": {"class": "converge", "or_true": false}, "id": 1}]}
}

test_used_later if {
	rule.violations == set() with input as {"tasks": [{"register_used": true, "command": {"class": "converge", "or_true": true}, "id": 1}]}
}

test_a_read if {
	rule.violations == set() with input as {"tasks": [{"command": {"class": "read", "or_true": true}, "id": 1}]}
}

test_behind_a_guard if {
	rule.violations == {{"id": 1, "msg": "every failure of the command is swallowed", "level": "info"}} with input as {"tasks": [{"unguarded": false, "command": {"class": "converge", "or_true": true}, "id": 1}]}
}

test_the_task_reads_its_own_result if {
	rule.violations == set() with input as {"tasks": [{"unguarded": true, "failed_when": {"literal": false}, "changed_when": {"own": true}, "command": {"class": "converge", "or_true": false}, "id": 1}]}
}

test_a_question_to_an_unknown_program if {
	rule.violations == set() with input as {"tasks": [{"unguarded": true, "failed_when": {"literal": false}, "changed_when": {"literal": false}, "register": "version", "command": {"class": "unknown"}, "id": 1}]}
	count(rule.violations) == 1 with input as {"tasks": [{"unguarded": true, "failed_when": {"literal": false}, "changed_when": {"literal": false}, "command": {"class": "unknown"}, "id": 1}]}
}
