package rules["input"]["unordered_test"]

import data.rules["input"]["unordered"] as rule

test_a_set if {
	rule.violations == {{"id": 1, "msg": "the order of the filter union in content is another one at each run", "arg": "content"}} with input as {"tasks": [{"id": 1, "inputs": [{"kind": "unordered", "arg": "content", "what": "the filter union"}]}]}
}

test_what_is_not_written if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "inputs": [{"kind": "unordered", "arg": "name", "what": "the filter union"}]}]}
}

test_behind_a_guard if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "guarded": true, "inputs": [{"kind": "unordered", "arg": "content", "what": "fileglob"}]}]}
}
