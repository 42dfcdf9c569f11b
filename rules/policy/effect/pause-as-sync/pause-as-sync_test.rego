package rules.effect["pause-as-sync_test"]

import data.rules.effect["pause-as-sync"] as rule

test_a_pause if {
	rule.violations == {{"id": 1, "msg": "pauses for a fixed time"}} with input as task("pause", {"seconds": 2}, {})
	count(rule.violations) == 1 with input as task("pause", {"minutes": "1"}, {})
}

test_a_question if {
	rule.violations == set() with input as task("pause", {"prompt": "go on?", "seconds": 5}, {})
	rule.violations == set() with input as task("pause", {}, {})
}

test_sleep if {
	rule.violations == {{"id": 1, "msg": "sleeps for a fixed time"}} with input as task("shell", {}, {"command": {"sleep": true}})
	rule.violations == set() with input as task("shell", {}, {"command": {"sleep": false}})
}

test_wait_for if {
	rule.violations == {{"id": 1, "msg": "wait_for waits for a fixed time"}} with input as task("wait_for", {"timeout": 5}, {})
	rule.violations == set() with input as task("wait_for", {"timeout": 5, "port": 80}, {})
}

test_in_a_handler if {
	rule.violations == set() with input as task("pause", {"seconds": 2}, {"handler": true})
}

task(module, args, more) := {"tasks": [object.union({"id": 1, "module": module, "args": args}, more)]}

test_time_for_people if {
	every title in ["20s to change your mind...", "{{ mirror_warning }}", "Press Ctrl-C to stop", "Failed to get a certificate. Run again."] {
		rule.violations == set() with input as task("pause", {"seconds": 20}, {"title": title})
	}
	count(rule.violations) == 1 with input as task("pause", {"seconds": 20}, {"title": "wait for the failed node"})
}
