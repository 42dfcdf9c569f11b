package rules["state"]["partial-run_test"]

import data.rules["state"]["partial-run"] as rule

test_a_step if {
	rule.violations == {{"id": 1, "msg": "runs only in the run in which `app is changed`", "related": [{"id": 9, "note": "changes only once"}]}} with input as {"tasks": [{"command": {"class": "unknown"}, "guards": [{"kind": "changed", "text": "app is changed", "source": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_a_handler if {
	rule.violations == set() with input as {"tasks": [{"handler": true, "command": {"class": "unknown"}, "guards": [{"kind": "changed", "text": "app is changed", "source": {"id": 9, "name": "other", "file": "f.yml", "line": 3}}], "id": 1}]}
}

test_its_own_guard if {
	rule.violations == set() with input as {"tasks": [{"command": {"class": "unknown"}, "guards": [{"kind": "creates", "text": "creates: /x"}], "id": 1}]}
}

test_a_lost_handler if {
	rule.violations == {{
		"id": 1,
		"level": "error",
		"msg": "line 7 of f.yml fails in every run but the first, before the handler restart has run",
		"run2": "changes the file, ends before the handler, and finds nothing changed in the run after",
		"instead": "a guard for the command that fails; force_handlers, or meta: flush_handlers before it",
		"related": [{"id": 4, "note": "fails"}],
	}} with input as {"tasks": [{"handlers_lost": {"handlers": ["restart"], "by": {"id": 4, "file": "f.yml", "line": 7}, "fails": true, "sometimes": false}, "id": 1}]}
}

test_a_play_that_ends_itself if {
	rule.violations == {{
		"id": 1,
		"level": "error",
		"msg": "line 7 of f.yml ends the play, before the handler restart has run",
		"run2": "finds nothing changed, and the handler has not run in the first run",
		"instead": "meta: flush_handlers before it",
		"related": [{"id": 4, "note": "ends the play"}],
	}} with input as {"tasks": [{"handlers_lost": {"handlers": ["restart"], "by": {"id": 4, "file": "f.yml", "line": 7}, "fails": false, "sometimes": false}, "id": 1}]}
}

test_a_play_that_ends_itself_in_some_runs if {
	{[v.level, v.msg] | some v in rule.violations} == {["warning", "line 7 of f.yml ends the play in some runs, before the handler restart has run"]} with input as {"tasks": [{"handlers_lost": {"handlers": ["restart"], "by": {"id": 4, "file": "f.yml", "line": 7}, "fails": false, "sometimes": true}, "id": 1}]}
}
