package rules.guard["path-mismatch_test"]

import data.rules.guard["path-mismatch"] as rule

test_mismatch if {
	rule.violations == {{
		"id": 1, "msg": "the guard looks at /a, the command writes /b", "run2": "left out as soon as /a exists, even when /b is missing", "instead": "creates: /b",
	}} with input as {"tasks": [{"id": 1, "guard_mismatch": {"guard": "/a", "writes": ["/b"]}}]}
}

test_match if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "guards": [{"kind": "creates", "path": "/a"}]}]}
}
