package rules["package"]["floating-vcs_test"]

import data.rules["package"]["floating-vcs"] as rule

test_no_version if {
	rule.violations == {{"id": 1, "msg": "the checkout follows the default branch"}} with input as git({"repo": "r", "dest": "/d"})
}

test_a_branch if {
	rule.violations == {{"id": 1, "msg": "the checkout follows the branch main"}} with input as git({"version": "main"})
	count(rule.violations) == 1 with input as git({"version": "stable/2024"})
}

test_a_tag_or_commit if {
	rule.violations == set() with input as git({"version": "v1.2.3"})
	rule.violations == set() with input as git({"version": "0fb1a2c"})
}

test_an_unknown_version if {
	rule.violations == set() with input as git({"version": "{{ v }}"})
}

test_without_updates if {
	rule.violations == set() with input as git({"update": false})
}

git(args) := {"tasks": [{"id": 1, "module": "git", "args": args}]}
