package rules["package"]["cache-refresh-each-run_test"]

import data.rules["package"]["cache-refresh-each-run"] as rule

test_refresh_is_found if {
	rule.violations == {{"id": 1, "msg": "update_cache without cache_valid_time: the package index is fetched at every run", "arg": "update_cache"}} with input as {"tasks": [apt(1, {"update_cache": true})]}
}

test_refreshes_are_counted if {
	some v in rule.violations with input as {"tasks": [apt(1, {"update_cache": true}), apt(2, {"update_cache": true})]}
	contains(v.msg, "one of 2 tasks")
}

test_a_loop_says_so if {
	some v in rule.violations with input as {"tasks": [object.union(apt(1, {"update_cache": true}), {"looping": true})]}
	contains(v.msg, "each item")
}

test_a_valid_time_is_fine if {
	rule.violations == set() with input as {"tasks": [apt(1, {"update_cache": true, "cache_valid_time": 3600})]}
}

test_a_templated_valid_time_is_fine if {
	rule.violations == set() with input as {"tasks": [apt(1, {"update_cache": true, "cache_valid_time": "{{ t }}"})]}
}

test_zero_is_none if {
	count(rule.violations) == 1 with input as {"tasks": [apt(1, {"update_cache": true, "cache_valid_time": 0})]}
}

test_after_a_change_is_fine if {
	rule.violations == set() with input as {"tasks": [object.union(apt(1, {"update_cache": true}), {"changed_guard": true})]}
}

test_a_refreshing_handler_is_fine if {
	rule.violations == set() with input as {"tasks": [object.union(apt(1, {"update_cache": true}), {"handler": true})]}
}

test_in_a_rescue_it_is_fine if {
	rule.violations == set() with input as {"tasks": [object.union(apt(1, {"update_cache": true}), {"part": "rescue"})]}
}

test_no_refresh if {
	rule.violations == set() with input as {"tasks": [apt(1, {"package": "nginx"})]}
}

apt(id, args) := {"id": id, "module": "apt", "args": args}
