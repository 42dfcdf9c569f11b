package rules["file"]["download-unpinned_test"]

import data.rules["file"]["download-unpinned"] as rule

test_latest if {
	rule.violations == {{"id": 1, "msg": "https://x/latest/t has no version"}} with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": "https://x/latest/t"}, "id": 1}]}
}

test_force if {
	rule.violations == {{"id": 1, "arg": "force", "msg": "force: true downloads the file at every run"}} with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": "https://x/1/t", "force": true}, "id": 1}]}
}

test_an_archive if {
	rule.violations == {{"id": 1, "msg": "a remote archive without creates is downloaded and unpacked at every run"}} with input as {"tasks": [{"module": "unarchive", "unguarded": true, "args": {"src": "https://x/1.tgz"}, "id": 1}]}
}

test_a_version if {
	rule.violations == set() with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": "https://x/1.2/t"}, "id": 1}]}
}

test_a_checksum if {
	rule.violations == set() with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": "https://x/latest/t", "checksum": "sha256:1"}, "id": 1}]}
}

test_force_of_a_version if {
	every url in ["https://x/v1.2/t", "https://x/t-1.2.py", "https://x/ed377fb70513c2e51b42055eb364195af1ccaf33/t"] {
		rule.violations == set() with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": url, "force": true}, "id": 1}]}
	}
}

test_force_into_nothing if {
	rule.violations == set() with input as {"tasks": [{"module": "get_url", "unguarded": true, "args": {"url": "https://x/", "force": true, "dest": "/dev/null"}, "id": 1}]}
}
