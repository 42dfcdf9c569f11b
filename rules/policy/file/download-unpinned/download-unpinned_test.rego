package rules.file["download-unpinned_test"]

import data.rules.file["download-unpinned"] as rule

test_latest if {
	rule.violations == {{"id": 1, "msg": "https://x/latest/a.tgz is another file whenever one is published"}} with input as task("get_url", {"url": "https://x/latest/a.tgz"})
	count(rule.violations) == 1 with input as task("unarchive", {"src": "https://x/master.zip", "creates": "/a"})
}

test_force if {
	rule.violations == {{"id": 1, "msg": "force: true fetches the file again at each run", "arg": "force"}} with input as task("get_url", {"url": "https://x/1.2/a.tgz", "force": true})
}

test_an_archive_from_afar if {
	rule.violations == {{"id": 1, "msg": "the archive is fetched again at each run to look what is in it"}} with input as task("unarchive", {"src": "https://x/1.2/a.tgz"})
}

test_pinned if {
	rule.violations == set() with input as task("get_url", {"url": "https://x/1.2/a.tgz"})
	rule.violations == set() with input as task("get_url", {"url": "https://x/latest/a.tgz", "checksum": "sha256:0f"})
	rule.violations == set() with input as task("unarchive", {"src": "a.tgz"})
	rule.violations == set() with input as task("unarchive", {"src": "https://x/1.2/a.tgz", "creates": "/a/bin"})
}

task(module, args) := {"tasks": [{"id": 1, "module": module, "args": args}]}
