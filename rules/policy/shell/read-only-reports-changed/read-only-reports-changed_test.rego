package rules["shell"]["read-only-reports-changed_test"]

import data.rules["shell"]["read-only-reports-changed"] as rule

test_a_look if {
	rule.violations == {{"id": 1, "msg": "`ls /opt` only reads, and reports changed"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "read", "bare": "read", "text": "ls /opt", "worst": {"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ls /opt"}, "calls": [{"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ls /opt"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_long_look if {
	rule.violations == {{"id": 1, "msg": "`ls aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...` only reads, and reports changed"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "read", "bare": "read", "text": "ls aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "worst": {"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ls aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "calls": [{"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ls aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_changed_when_is_there if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "read", "bare": "read", "text": "x", "worst": {"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "changed_when": {"literal": false}, "id": 1}]}
}

test_a_handler if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": true, "command": {"class": "read", "bare": "read", "text": "x", "worst": {"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_change if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "x", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_look_on_what_is_missing_is_taken_once if {
	rule.violations == set() with input as {"tasks": [{"handler": false, "guards": [{"kind": "stat", "absent": true}], "command": {"class": "read", "bare": "read", "text": "ls", "calls": [{}]}, "id": 1}]}
}

test_a_look_on_what_is_there_is_taken_in_every_run if {
	rule.violations == {{"id": 1, "msg": "`ls` only reads, and reports changed"}} with input as {"tasks": [{"handler": false, "guards": [{"kind": "stat", "absent": false}], "command": {"class": "read", "bare": "read", "text": "ls", "calls": [{}]}, "id": 1}]}
}
