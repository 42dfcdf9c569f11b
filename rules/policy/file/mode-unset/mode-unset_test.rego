package rules["file"]["mode-unset_test"]

import data.rules["file"]["mode-unset"] as rule

test_a_template if {
	rule.violations == {{"id": 1, "msg": "template leaves the mode to the umask of the run"}} with input as {"tasks": [{"module": "template", "args": {"dest": "/f"}, "id": 1}]}
}

test_a_directory if {
	rule.violations == {{"id": 1, "msg": "file leaves the mode to the umask of the run"}} with input as {"tasks": [{"module": "file", "args": {"path": "/f", "state": "directory"}, "id": 1}]}
}

test_an_editor_that_creates if {
	rule.violations == {{"id": 1, "msg": "lineinfile leaves the mode to the umask of the run"}} with input as {"tasks": [{"module": "lineinfile", "args": {"create": true}, "id": 1}]}
}

test_a_mode if {
	rule.violations == set() with input as {"tasks": [{"module": "template", "args": {"mode": "0644"}, "id": 1}]}
}

test_removal if {
	rule.violations == set() with input as {"tasks": [{"module": "file", "args": {"state": "absent"}, "id": 1}]}
}

test_an_editor if {
	rule.violations == set() with input as {"tasks": [{"module": "lineinfile", "args": {}, "id": 1}]}
}
