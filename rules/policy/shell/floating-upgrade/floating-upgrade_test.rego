package rules["shell"]["floating-upgrade_test"]

import data.rules["shell"]["floating-upgrade"] as rule

test_an_upgrade if {
	rule.violations == {{"id": 1, "msg": "`npm install -g pm2` follows what is newest"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "upgrade", "bare": "upgrade", "text": "npm install -g pm2", "worst": {"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "npm install -g pm2"}, "calls": [{"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "npm install -g pm2"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": false, "command": {"class": "upgrade", "bare": "upgrade", "text": "x", "worst": {"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_fixed_version if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "x", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}
