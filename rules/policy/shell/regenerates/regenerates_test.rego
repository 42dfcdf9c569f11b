package rules["shell"]["regenerates_test"]

import data.rules["shell"]["regenerates"] as rule

test_a_group if {
	rule.violations == {{"id": 1, "msg": "`openssl dhparam` makes new content at every run: new"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "regenerate", "bare": "regenerate", "text": "openssl dhparam", "worst": {"program": "openssl", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "new", "writes": [{"path": "/etc/dh.pem"}], "hidden": false, "text": "openssl dhparam"}, "calls": [{"program": "openssl", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "new", "writes": [{"path": "/etc/dh.pem"}], "hidden": false, "text": "openssl dhparam"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_key_without_a_file if {
	rule.violations == {{"id": 1, "msg": "`artisan key:generate` makes new content at every run"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "regenerate", "bare": "regenerate", "text": "artisan key:generate", "worst": {"program": "artisan", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "artisan key:generate"}, "calls": [{"program": "artisan", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "artisan key:generate"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_only_printed if {
	rule.violations == {{"id": 1, "msg": "`pwgen` makes new content at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "regenerate", "bare": "regenerate", "text": "pwgen", "worst": {"program": "pwgen", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "pwgen"}, "calls": [{"program": "pwgen", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "pwgen"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_scratch_file if {
	rule.violations == {{"id": 1, "msg": "`x` makes new content at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "regenerate", "bare": "regenerate", "text": "x", "worst": {"program": "x", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/tmp/k"}], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [{"path": "/tmp/k"}], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_handler if {
	rule.violations == {{"id": 1, "msg": "`x` makes new content at every run", "level": "warning"}} with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": true, "command": {"class": "regenerate", "bare": "regenerate", "text": "x", "worst": {"program": "artisan", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "artisan", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "id": 1}]}
}

test_a_guarded_task if {
	rule.violations == set() with input as {"tasks": [{"module": "shell", "unguarded": true, "handler": false, "command": {"class": "regenerate", "bare": "regenerate", "text": "x", "worst": {"program": "x", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}, "calls": [{"program": "x", "class": "regenerate", "effective": "regenerate", "guarded": false, "module": "", "plain": true, "why": "", "writes": [], "hidden": false, "text": "x"}], "edits": [], "pipe_to_shell": "", "verified": false}, "guarded": true, "id": 1}]}
}
