package rules["shell"]["pipe-hides-failure_test"]

import data.rules["shell"]["pipe-hides-failure"] as rule

test_a_dump if {
	rule.violations == {{"id": 1, "msg": "a failure of pg_dump is lost in the pipe"}} with input as {"tasks": [{"unguarded": true, "command": {"hides_failure": "pg_dump", "pipefail": false, "pipe_to_shell": ""}, "id": 1}]}
}

test_pipefail if {
	rule.violations == set() with input as {"tasks": [{"command": {"hides_failure": "pg_dump", "pipefail": true, "pipe_to_shell": ""}, "id": 1}]}
}

test_none if {
	rule.violations == set() with input as {"tasks": [{"command": {"hides_failure": "", "pipefail": false, "pipe_to_shell": ""}, "id": 1}]}
}

test_behind_a_guard if {
	rule.violations == {{"id": 1, "msg": "a failure of pg_dump is lost in the pipe", "level": "info"}} with input as {"tasks": [{"unguarded": false, "command": {"hides_failure": "pg_dump", "pipefail": false, "pipe_to_shell": ""}, "id": 1}]}
}
