package rules["shell"]["imperative-service_test"]

import data.rules["shell"]["imperative-service"] as rule

test_a_restart if {
	rule.violations == {{"id": 1, "msg": "`systemctl restart nginx` interrupts at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "systemctl restart nginx", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "systemctl restart nginx"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "systemctl restart nginx"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_with_a_reason if {
	rule.violations == {{"id": 1, "msg": "`pm2 start x` interrupts at every run: restarts"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "pm2 start x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "restarts", "writes": [], "hidden": false, "text": "pm2 start x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "restarts", "writes": [], "hidden": false, "text": "pm2 start x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_ignored if {
	rule.violations == {{"id": 1, "msg": "`killall x` interrupts at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "killall x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "killall x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "killall x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "ignore_errors": true, "id": 1}]}
}

test_in_always if {
	rule.violations == {{"id": 1, "msg": "`x` interrupts at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "part": "always", "id": 1}]}
}

test_hidden if {
	rule.violations == {{"id": 1, "msg": "`x` interrupts at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": true, "text": "x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": true, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_with_failed_when if {
	rule.violations == {{"id": 1, "msg": "`x` interrupts at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "imperative", "bare": "imperative", "text": "x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "failed_when": {"literal": false}, "id": 1}]}
}

test_a_handler if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": true, "command": {"class": "imperative", "bare": "imperative", "text": "x", "worst": {"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "imperative", "effective": "imperative", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_process_that_only_the_run_knows if {
	rule.violations == {{"id": 1, "msg": "`kill -INT {{ pid.stdout }}` interrupts at every run", "level": "warning"}} with input as killing("kill -INT {{ pid.stdout }}")
	rule.violations == {{"id": 1, "msg": "`kill 4711` interrupts at every run"}} with input as killing("kill 4711")
}

killing(text) := {"tasks": [{"id": 1, "unguarded": true, "command": {"class": "imperative", "calls": [{"program": "kill", "effective": "imperative", "why": "", "text": text}]}}]}
