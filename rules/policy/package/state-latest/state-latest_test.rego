package rules["package"]["state-latest_test"]

import data.rules["package"]["state-latest"] as rule

test_latest_is_found if {
	rule.violations == {{"id": 1, "msg": "nginx, git is installed in whatever version is newest", "arg": "state"}} with input as task({"state": "latest", "package": ["nginx", "git"]})
}

test_latest_as_the_default_of_a_variable if {
	count(rule.violations) == 1 with input as task({"state": "{{ s | default('latest') }}", "package": "nginx"})
}

test_present_is_not if {
	rule.violations == set() with input as task({"state": "present", "package": "nginx"})
}

test_an_unknown_state_is_not if {
	rule.violations == set() with input as task({"state": "{{ s }}", "package": "nginx"})
}

test_upgrades_only_of_what_is_there if {
	rule.violations == set() with input as task({"state": "latest", "only_upgrade": true})
}

test_a_task_for_its_tag_alone if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "apt", "never": true, "args": {"state": "latest"}}]}
}

task(args) := {"tasks": [{"id": 1, "module": "apt", "args": args}]}
