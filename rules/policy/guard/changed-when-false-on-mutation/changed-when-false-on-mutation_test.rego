package rules.guard["changed-when-false-on-mutation_test"]

import data.rules.guard["changed-when-false-on-mutation"] as rule

test_hidden if {
	rule.violations == {{"id": 1, "msg": "`echo a` changes something (accumulate), but reports ok", "arg": "changed_when"}} with input as task("accumulate", {})
}

test_reads if {
	rule.violations == set() with input as task("read", {})
	rule.violations == set() with input as task("converge", {})
}

test_guarded if {
	rule.violations == set() with input as task("accumulate", {"guarded": true})
}

test_scratch if {
	rule.violations == set() with input as task("overwrite", {"paths": [{"path": "/tmp/x"}]})
	count(rule.violations) == 1 with input as task("overwrite", {"paths": [{"path": "/tmp/x"}, {"path": "/etc/x"}]})
}

test_a_refresh if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "changed_when": {"literal": false}, "command": {"class": "upgrade", "worst": {"text": "x"}, "calls": [{"program": "apt-get", "args": ["update"], "class": "upgrade"}, {"program": "ls", "args": [], "class": "read"}]}}]}
}

test_in_the_background if {
	rule.violations == set() with input as task("imperative", {"async": 45})
}

task(class, more) := {"tasks": [object.union({"id": 1, "changed_when": {"literal": false}, "command": {"class": class, "worst": {"text": "echo a"}, "calls": []}}, more)]}
