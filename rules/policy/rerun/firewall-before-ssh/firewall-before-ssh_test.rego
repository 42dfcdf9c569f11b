package rules.rerun["firewall-before-ssh_test"]

import data.rules.rerun["firewall-before-ssh"] as rule

test_first if {
	rule.violations == {{"id": 1, "msg": "the firewall goes up here, and ssh is allowed only on line 8", "related": [{"id": 2, "note": "ssh is allowed here"}]}} with input as {"tasks": [{"id": 1, "firewall_first": {"allow": {"id": 2, "line": 8}}}]}
}

test_after if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}
