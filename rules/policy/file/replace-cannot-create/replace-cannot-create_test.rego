package rules.file["replace-cannot-create_test"]

import data.rules.file["replace-cannot-create"] as rule

test_found if {
	rule.violations == {{
		"id": 1, "msg": "Port becomes 2 only where it is exactly 1", "instead": "lineinfile with regexp: '^#?\\s*Port\\b' and line: Port 2", "arg": "regexp",
	}} with input as {"tasks": [{"id": 1, "cannot_create": {"key": "Port", "value": "2", "old": "1", "regexp": "^Port 1"}}]}
}

test_other if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
