package rules["compat"]["not-runnable_test"]

import data.rules["compat"]["not-runnable"] as rule

test_once_for_each if {
	rule.violations == {
		{"id": 1, "once": "community.general.jira", "msg": "community.general.jira does not run natively"},
		{"id": 2, "once": "the argument ciphers of ansible.builtin.uri", "msg": "the argument ciphers of ansible.builtin.uri does not run natively"},
	} with input as {"tasks": [
		{"id": 1, "refused": "community.general.jira"},
		{"id": 2, "refused": "the argument ciphers of ansible.builtin.uri"},
		{"id": 4, "module": "apt"},
	]}
}
