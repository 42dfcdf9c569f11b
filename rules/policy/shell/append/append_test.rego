package rules["shell"]["append_test"]

import data.rules["shell"]["append"] as rule

test_a_profile if {
	rule.violations == {{"id": 1, "msg": "appends to /etc/profile at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "echo", "worst": {"program": "echo", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/profile", "append": true}], "hidden": false, "text": "echo"}, "calls": [{"program": "echo", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/profile", "append": true}], "hidden": false, "text": "echo"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_even_with_changed_when if {
	rule.violations == {{"id": 1, "msg": "appends to /etc/profile at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/profile", "append": true}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/profile", "append": true}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "changed_when": {"literal": false}, "id": 1}]}
}

test_a_log if {
	rule.violations == {{"id": 1, "msg": "appends to /var/log/deploy.log at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/var/log/deploy.log", "append": true}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/var/log/deploy.log", "append": true}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_handler if {
	rule.violations == {{"id": 1, "msg": "appends to /etc/x at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": true, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": true}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": true}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": true}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": true}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "guarded": true, "id": 1}]}
}

test_an_overwrite if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "overwrite", "bare": "overwrite", "text": "x", "worst": {"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": false}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/etc/x", "append": false}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}
