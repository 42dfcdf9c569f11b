package rules.input.time_test

import data.rules.input.time as rule

test_in_content if {
	rule.violations == {{"id": 1, "msg": "now() in content is another one at each run", "level": "error", "arg": "content"}} with input as task({"kind": "time", "arg": "content", "what": "now()"}, {})
}

test_in_a_template if {
	rule.violations == {{"id": 1, "msg": "ansible_date_time in template is another one at each run", "level": "error", "arg": "template"}} with input as task({"kind": "time", "arg": "template", "what": "ansible_date_time"}, {})
}

test_in_a_name if {
	rule.violations == {{"id": 1, "msg": "now() in name is another one at each run", "level": "warning", "arg": "name"}} with input as task({"kind": "time", "arg": "name", "what": "now()"}, {})
}

test_elsewhere if {
	rule.violations == set() with input as task({"kind": "time", "arg": "msg", "what": "now()"}, {})
	rule.violations == set() with input as task({"kind": "random", "arg": "content", "what": "random"}, {})
	rule.violations == set() with input as task({"kind": "time", "arg": "content", "what": "now()"}, {"handler": true})
}

task(found, more) := {"tasks": [object.union({"id": 1, "inputs": [found]}, more)]}
