package rules.guard["blocks-declarative_test"]

import data.rules.guard["blocks-declarative"] as rule

test_blocked if {
	rule.violations == {{"id": 1, "msg": "start nginx is enforced only while /c is not there"}} with input as {"tasks": [{"id": 1, "title": "start nginx", "blocks_declarative": {"path": "/c", "text": "not c.stat.exists"}}]}
}

test_free if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "title": "start nginx"}]}
}
