package rules["shell"]["in-place-edit_test"]

import data.rules["shell"]["in-place-edit"] as rule

test_an_edit if {
	rule.violations == {{"id": 1, "msg": "sed edits /etc/f in place"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "overwrite", "bare": "overwrite", "text": "x", "worst": {"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [{"program": "sed", "path": "/etc/f", "fixpoint": "yes", "script": "s/a/b/", "guarded": false}], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_an_edit_of_its_own_result if {
	rule.violations == {{"id": 1, "msg": "sed edits /etc/f in place", "level": "error", "run2": "edits its own result: s/a/aa/ changes the file again"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "accumulate", "bare": "accumulate", "text": "x", "worst": {"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "accumulate", "effective": "accumulate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [{"program": "sed", "path": "/etc/f", "fixpoint": "no", "script": "s/a/aa/", "guarded": false}], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_behind_a_test if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "overwrite", "bare": "overwrite", "text": "x", "worst": {"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [{"program": "sed", "path": "/etc/f", "fixpoint": "no", "script": "s/a/aa/", "guarded": true}], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}
