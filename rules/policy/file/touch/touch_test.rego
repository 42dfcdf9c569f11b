package rules["file"]["touch_test"]

import data.rules["file"]["touch"] as rule

test_touched if {
	rule.violations == {{"id": 1, "arg": "state", "msg": "/f is touched at every run"}} with input as {"tasks": [{"module": "file", "unguarded": true, "args": {"path": "/f", "state": "touch"}, "id": 1}]}
}

test_preserved if {
	rule.violations == set() with input as {"tasks": [{"module": "file", "unguarded": true, "args": {"path": "/f", "state": "touch", "access_time": "preserve", "modification_time": "preserve"}, "id": 1}]}
}

test_a_directory if {
	rule.violations == set() with input as {"tasks": [{"module": "file", "unguarded": true, "args": {"path": "/f", "state": "directory"}, "id": 1}]}
}

test_guarded if {
	rule.violations == set() with input as {"tasks": [{"module": "file", "unguarded": false, "args": {"path": "/f", "state": "touch"}, "id": 1}]}
}
