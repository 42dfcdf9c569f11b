package rules["shell"]["fails-on-rerun_test"]

import data.rules["shell"]["fails-on-rerun"] as rule

test_a_directory if {
	rule.violations == {{"id": 1, "msg": "`mkdir /opt/app` fails the second time: mkdir fails"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "mkdir /opt/app", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "mkdir fails", "writes": [], "hidden": false, "text": "mkdir /opt/app"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "mkdir fails", "writes": [], "hidden": false, "text": "mkdir /opt/app"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_without_a_reason if {
	rule.violations == {{"id": 1, "msg": "`x` fails the second time: what it makes is there"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_swallowed_failure if {
	rule.violations == {{"id": 1, "msg": "`x` fails the second time: what it makes is there", "level": "warning", "run2": "fails, and the failure is swallowed together with every other"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": true, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": true, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_ignored_errors if {
	rule.violations == {{"id": 1, "msg": "`x` fails the second time: what it makes is there", "level": "warning", "run2": "fails, and the failure is swallowed together with every other"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "ignore_errors": true, "id": 1}]}
}

test_never_failed if {
	rule.violations == {{"id": 1, "msg": "`x` fails the second time: what it makes is there", "level": "warning", "run2": "fails, and the failure is swallowed together with every other"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "failed_when": {"literal": false}, "id": 1}]}
}

test_an_expected_failure if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "failed_when": {"expression": true, "own": true}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": false, "command": {"class": "create-once", "bare": "create-once", "text": "x", "worst": {"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "create-once", "effective": "create-once", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_script_that_goes_on if {
	rule.violations == {{"id": 1, "msg": "`mkdir x` fails the second time: mkdir fails", "level": "warning", "run2": "fails, and the script goes on as if nothing had happened"}} with input as {"tasks": [{"unguarded": true, "command": {"calls": [{"effective": "create-once", "why": "mkdir fails", "unheeded": true, "text": "mkdir x"}]}, "id": 1}]}
}

test_what_is_in_the_way_is_taken_away if {
	rule.violations == {{"id": 1, "level": "warning", "msg": "`gpg -o /a` makes again what an earlier task takes away", "run2": "takes it away and makes it again, and reports changed"}} with input as {"tasks": [{"unguarded": true, "command": {"calls": [{"effective": "create-once", "why": "", "text": "gpg -o /a", "hidden": false, "cleared": true}]}, "id": 1}]}
}
