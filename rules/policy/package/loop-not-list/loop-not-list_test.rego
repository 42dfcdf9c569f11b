package rules["package"]["loop-not-list_test"]

import data.rules["package"]["loop-not-list"] as rule

test_the_item_alone if {
	rule.violations == {{"id": 1, "msg": "apt is called once for each package of the loop", "arg": "package"}} with input as task({"package": "{{ item }}"})
}

test_a_field_of_the_item_is_not if {
	rule.violations == set() with input as task({"package": "{{ item.name }}"})
}

test_another_name_of_the_item if {
	count(rule.violations) == 1 with input as {"tasks": [{"id": 1, "module": "pip", "looping": true, "loop_var": "p", "args": {"name": "{{p}}"}}]}
}

test_no_loop if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "apt", "args": {"package": "{{ item }}"}}]}
}

task(args) := {"tasks": [{"id": 1, "module": "apt", "looping": true, "loop_var": "item", "args": args}]}
