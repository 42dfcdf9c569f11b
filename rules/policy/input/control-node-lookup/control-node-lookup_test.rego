package rules.input["control-node-lookup_test"]

import data.rules.input["control-node-lookup"] as rule

test_env if {
	rule.violations == {{"id": 1, "msg": "lookup('env') in content depends on the controller", "arg": "content"}} with input as task("content", {"delegate_to": ""})
}

test_on_the_controller if {
	rule.violations == set() with input as task("content", {"delegate_to": "localhost"})
}

test_in_other_arguments if {
	rule.violations == set() with input as task("msg", {"delegate_to": ""})
}

task(arg, more) := {"tasks": [object.union({"id": 1, "inputs": [{"kind": "lookup", "arg": arg, "what": "lookup('env')"}]}, more)]}

test_modules_that_write_nothing if {
	rule.violations == set() with input as task("src", {"module": "slurp"})
	rule.violations == set() with input as task("dest", {"module": "fetch"})
}

test_a_source_on_the_controller if {
	rule.violations == set() with input as task("src", {"module": "copy", "args": {}})
	count(rule.violations) == 1 with input as task("src", {"module": "copy", "args": {"remote_src": true}})
	count(rule.violations) == 1 with input as task("src", {"module": "file", "args": {}})
}
