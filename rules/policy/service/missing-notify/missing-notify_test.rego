package rules.service["missing-notify_test"]

import data.rules.service["missing-notify"] as rule

test_a_change if {
	rule.violations == {{"id": 1, "msg": "this changes /etc/nginx/nginx.conf, and nothing tells nginx"}} with input as lost({"service": "nginx", "path": "/etc/nginx/nginx.conf", "removes": false})
}

test_a_removal if {
	rule.violations == {{"id": 1, "msg": "this removes /etc/nginx/x, and nothing tells nginx"}} with input as lost({"service": "nginx", "path": "/etc/nginx/x", "removes": true})
}

test_code if {
	rule.violations == {{"id": 1, "msg": "this updates the code in /srv/app, and nothing tells app"}} with input as lost({"service": "app", "path": "/srv/app", "removes": false, "code": true})
}

test_told if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "notify": ["x"]}]}
}

lost(f) := {"tasks": [{"id": 1, "missing_notify": f}]}
