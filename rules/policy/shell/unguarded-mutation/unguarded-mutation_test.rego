package rules["shell"]["unguarded-mutation_test"]

import data.rules["shell"]["unguarded-mutation"] as rule

test_an_upgrade if {
	rule.violations == {{"id": 1, "level": "error", "msg": "`pip3 install -U x` runs at every run, whether there is something new or not"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "upgrade", "bare": "upgrade", "text": "pip3 install -U x", "worst": {"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "pip3 install -U x"}, "calls": [{"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "pip3 install -U x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_loss if {
	rule.violations == {{"id": 1, "level": "error", "msg": "`mkfs /dev/sdb` runs at every run: mkfs destroys", "run2": "loses again what was made since the first run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "destructive", "bare": "destructive", "text": "mkfs /dev/sdb", "worst": {"program": "x", "class": "destructive", "effective": "destructive", "guarded": false, "module": "", "plain": true, "why": "mkfs destroys", "writes": [], "hidden": false, "text": "mkfs /dev/sdb"}, "calls": [{"program": "x", "class": "destructive", "effective": "destructive", "guarded": false, "module": "", "plain": true, "why": "mkfs destroys", "writes": [], "hidden": false, "text": "mkfs /dev/sdb"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_loss_without_a_reason if {
	rule.violations == {{"id": 1, "level": "error", "msg": "`crontab -r` runs at every run: it destroys what is there", "run2": "loses again what was made since the first run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "destructive", "bare": "destructive", "text": "crontab -r", "worst": {"program": "x", "class": "destructive", "effective": "destructive", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "crontab -r"}, "calls": [{"program": "x", "class": "destructive", "effective": "destructive", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "crontab -r"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_an_overwrite if {
	rule.violations == {{"id": 1, "msg": "`cp a b` runs at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "overwrite", "bare": "overwrite", "text": "cp a b", "worst": {"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "cp a b"}, "calls": [{"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "cp a b"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_an_unknown_program if {
	rule.violations == {{"id": 1, "unknown": true, "msg": "nobody can tell what a second `./build.sh` does, and nothing stops it"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "./build.sh", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "./build.sh"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "./build.sh"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_long_command if {
	rule.violations == {{"id": 1, "msg": "`cp aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...` runs at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "overwrite", "bare": "overwrite", "text": "cp aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "worst": {"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "cp aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "calls": [{"program": "x", "class": "overwrite", "effective": "overwrite", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "cp aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_background_process if {
	rule.violations == {{"id": 1, "level": "error", "msg": "`node server` is started in the background at every run", "run2": "starts one more process beside the first"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "node server", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "node server"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "node server"}], "edits": [], "pipe_to_shell": "", "verified": false}, "async": 100, "poll": 0, "id": 1}]}
}

test_a_script_without_calls if {
	rule.violations == {{"id": 1, "unknown": true, "msg": "nobody can tell what a second `the command` does, and nothing stops it"}} with input as {"tasks": [{"unguarded": true, "command": {"class": "unknown", "pipe_to_shell": ""}, "id": 1}]}
}

test_what_a_module_does_is_left_to_another_rule if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "x", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "file", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_convergence_without_a_module if {
	rule.violations == {{"id": 1, "msg": "`ldconfig` runs at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "converge", "bare": "converge", "text": "ldconfig", "worst": {"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ldconfig"}, "calls": [{"program": "x", "class": "converge", "effective": "converge", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "ldconfig"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": false, "handler": false, "command": {"class": "upgrade", "bare": "upgrade", "text": "x", "worst": {"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "upgrade", "effective": "upgrade", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_an_author_who_has_thought if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "unknown", "bare": "unknown", "text": "x", "worst": {"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "unknown", "effective": "unknown", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "changed_when": {"own": true, "expression": true}, "id": 1}]}
}

test_a_read if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "read", "bare": "read", "text": "x", "worst": {"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "read", "effective": "read", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guard_that_is_undone if {
	rule.violations == {{"id": 1, "msg": "`ldconfig` runs at every run: what `creates: /tmp/a` looks for is taken away again by line 7"}} with input as {"tasks": [{"unguarded": true, "guard_undone": {"text": "creates: /tmp/a", "path": "/tmp/a", "absent": true, "by": {"id": 2, "name": "x", "file": "f.yml", "line": 7}}, "command": {"class": "converge", "worst": {"module": "", "plain": true, "text": "ldconfig"}, "pipe_to_shell": ""}, "id": 1}]}
}
