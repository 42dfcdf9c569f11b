package rules.service["notify-always-changed_test"]

import data.rules.service["notify-always-changed"] as rule

messages := {v.msg | some v in rule.violations}

test_what_always_changes if {
	messages == {"the command changes at each run, so \"x\" is notified each time"} with input as task({"command": {"class": "unknown"}})
	messages == {"a command that only reads reports a change at each run, so \"x\" is notified each time"} with input as task({"command": {"class": "read"}})
	messages == {"state: restarted changes at each run, so \"x\" is notified each time"} with input as task({"args": {"state": "restarted"}})
	messages == {"state: touch changes at each run, so \"x\" is notified each time"} with input as task({"args": {"state": "touch"}})
	messages == {"the stop and start change at each run, so \"x\" is notified each time"} with input as task({"stop_start": {"role": "start"}})
	messages == {"changed_when: true reports a change at each run, so \"x\" is notified each time"} with input as task({"changed_when": {"literal": true}})
}

test_what_does_not if {
	messages == set() with input as task({"command": {"class": "unknown"}, "guarded": true})
	messages == set() with input as task({"command": {"class": "unknown"}, "changed_when": {"expression": true}})
	messages == set() with input as task({"args": {"state": "started"}})
}

task(more) := {"tasks": [object.union({"id": 1, "notify": ["x"], "args": {}}, more)]}

test_a_handler_runs_after_changes_only if {
	messages == set() with input as task({"changed_when": {"literal": true}, "handler": true})
}
