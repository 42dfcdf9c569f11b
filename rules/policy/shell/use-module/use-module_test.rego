package rules["shell"]["use-module_test"]

import data.rules["shell"]["use-module"] as rule

test_a_directory if {
	rule.violations == {{"id": 1, "msg": "`mkdir -p /opt` is what the file module does", "instead": "the file module"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "mkdir -p /opt", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_guarded if {
	rule.violations == {{"id": 1, "msg": "`mkdir -p /opt` is what the file module does", "instead": "the file module", "level": "info"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "mkdir -p /opt", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}], "edits": [], "pipe_to_shell": "", "verified": false}, "guarded": true, "id": 1}]}
}

test_with_changed_when if {
	rule.violations == {{"id": 1, "msg": "`mkdir -p /opt` is what the file module does", "instead": "the file module", "level": "info"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "mkdir -p /opt", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "mkdir -p /opt"}], "edits": [], "pipe_to_shell": "", "verified": false}, "changed_when": {"expression": true}, "id": 1}]}
}

test_raw if {
	rule.violations == {{"id": 1, "msg": "`apt-get install -y python` repeats what is there and reports changed", "instead": "the setup of Python before the play, guarded by a test of it"}} with input as {"tasks": [{"module": "raw", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "apt-get install -y python", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "apt", "plain": true, "why": "", "writes": [], "hidden": false, "text": "apt-get install -y python"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "apt", "plain": true, "why": "", "writes": [], "hidden": false, "text": "apt-get install -y python"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_piped if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "x", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": false, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": false, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_no_module if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "x", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_text_of_more_lines if {
	some v in rule.violations with input as {"tasks": [{"module": "shell", "id": 1, "guarded": false, "command": {"class": "converge", "bare": "converge", "worst": {"module": "k8s", "plain": true, "text": "kubectl patch x -p {\n}"}}}]}
	v.msg == "`kubectl patch x -p { ...` is what the k8s module does"
}
