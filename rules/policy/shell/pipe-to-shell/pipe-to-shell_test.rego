package rules["shell"]["pipe-to-shell_test"]

import data.rules["shell"]["pipe-to-shell"] as rule

test_a_pipe if {
	rule.violations == {{"id": 1, "msg": "curl | bash runs a downloaded script at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "x", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "curl | bash", "verified": false}, "id": 1}]}
}

test_verified if {
	rule.violations == {{"id": 1, "msg": "curl | bash runs a downloaded script at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "x", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "curl | bash", "verified": true}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "x", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "curl | bash", "verified": false}, "id": 1}]}
}

test_no_pipe if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "x", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}
