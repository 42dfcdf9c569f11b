package rules["shell"]["accumulates_test"]

import data.rules["shell"]["accumulates"] as rule

test_a_firewall_rule if {
	rule.violations == {{"id": 1, "msg": "`iptables -A INPUT` adds again at every run: one rule more"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "iptables -A INPUT", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "one rule more", "writes": [], "hidden": false, "text": "iptables -A INPUT"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "one rule more", "writes": [], "hidden": false, "text": "iptables -A INPUT"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_handler if {
	rule.violations == {{"id": 1, "msg": "`x` adds again at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": true, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_an_append_is_another_rule if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/x", "append": true}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/x", "append": true}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "guarded": true, "id": 1}]}
}
