package rules["guard"]["changed-when-false-on-mutation_test"]

import data.rules["guard"]["changed-when-false-on-mutation"] as rule

test_a_restart if {
	rule.violations == {{"id": 1, "level": "error", "msg": "changed_when: false, but the command is no mere look (imperative)"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "imperative", "bare": "imperative", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_convergence if {
	rule.violations == {{"id": 1, "msg": "changed_when: false, but the command is no mere look (converge)"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "converge", "bare": "converge", "pipe_to_shell": ""}, "id": 1}]}
}

test_an_unknown_program if {
	rule.violations == {{"id": 1, "unknown": true, "msg": "changed_when: false, but the command is no mere look (unknown)"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "unknown", "bare": "unknown", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_new_key if {
	rule.violations == {{"id": 1, "level": "error", "msg": "changed_when: false, but the command makes new content"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [{"path": "/etc/k"}], "command": {"class": "regenerate", "bare": "regenerate", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_question if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "unknown", "bare": "unknown", "pipe_to_shell": ""}, "register": "x", "register_used": true, "id": 1}]}
}

test_scratch if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [{"path": "/tmp/x"}], "command": {"class": "overwrite", "bare": "overwrite", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_read if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "read", "bare": "read", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": false, "changed_when": {"literal": false}, "paths": [], "command": {"class": "converge", "bare": "converge", "pipe_to_shell": ""}, "id": 1}]}
}

test_a_script_that_looks_first if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "unguarded": true, "changed_when": {"literal": false}, "paths": [], "command": {"class": "converge", "calls": [{"class": "read", "guarded": false}, {"class": "converge", "guarded": true}]}}]}
	count(rule.violations) == 1 with input as {"tasks": [{"id": 1, "unguarded": true, "changed_when": {"literal": false}, "paths": [], "command": {"class": "converge", "calls": [{"class": "converge", "guarded": false}, {"class": "converge", "guarded": true}]}}]}
}
