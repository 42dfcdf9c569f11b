package rules.compat["removed-include_test"]

import data.rules.compat["removed-include"] as rule

test_include if {
	rule.violations == {{"id": 1, "msg": "include: was removed in ansible-core 2.16"}} with input as {"tasks": [{"id": 1, "module": "include"}]}
}

test_its_successors if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "include_tasks"}, {"id": 2, "module": "import_tasks"}]}
}
