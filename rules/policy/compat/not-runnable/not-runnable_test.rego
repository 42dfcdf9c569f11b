package rules["compat"]["not-runnable_test"]

import data.rules["compat"]["not-runnable"] as rule

test_once_for_each if {
	rule.violations == {
		{"id": 1, "msg": "community.general.jira does not run natively (2 tasks)"},
		{"id": 2, "msg": "the argument ciphers of ansible.builtin.uri does not run natively"},
	} with input as {"tasks": [
		{"id": 1, "refused": "community.general.jira"},
		{"id": 2, "refused": "the argument ciphers of ansible.builtin.uri"},
		{"id": 3, "refused": "community.general.jira"},
		{"id": 4, "module": "apt"},
	]}
}
