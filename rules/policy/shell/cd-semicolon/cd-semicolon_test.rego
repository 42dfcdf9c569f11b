package rules["shell"]["cd-semicolon_test"]

import data.rules["shell"]["cd-semicolon"] as rule

test_a_semicolon if {
	rule.violations == {{"id": 1, "msg": "`cd /srv/app;` goes on with `rm -rf cache` when the directory is not there"}} with input as {"tasks": [{"unguarded": true, "command": {"cd": {"dir": "/srv/app", "rest": "rm -rf cache"}}, "id": 1}]}
}

test_chdir if {
	rule.violations == set() with input as {"tasks": [{"command": {"class": "read"}, "id": 1}]}
}

test_behind_a_guard if {
	rule.violations == {{"id": 1, "msg": "`cd /srv/app;` goes on with `make` when the directory is not there", "level": "info"}} with input as {"tasks": [{"unguarded": false, "command": {"cd": {"dir": "/srv/app", "rest": "make"}}, "id": 1}]}
}
