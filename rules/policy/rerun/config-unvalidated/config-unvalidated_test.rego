package rules.rerun["config-unvalidated_test"]

import data.rules.rerun["config-unvalidated"] as rule

test_an_edit if {
	rule.violations == {{"id": 1, "msg": "/etc/sudoers is put in place untested", "instead": "validate: visudo -cf %s", "level": "warning"}} with input as task({"path": "/etc/sudoers", "validate": "visudo -cf %s", "service": "", "whole_file": true})
}

test_a_restart if {
	rule.violations == {{"id": 1, "msg": "/etc/ssh/sshd_config is loaded by this restart untested (sshd -t)", "instead": "validate: sshd -t -f %s on the tasks that change the file", "level": "warning"}} with input as task({"path": "/etc/ssh/sshd_config", "validate": "sshd -t -f %s", "service": "ssh", "whole_file": true, "restart": true})
}

test_a_part if {
	rule.violations == {{"id": 1, "msg": "/etc/nginx/conf.d/a.conf is put in place untested", "instead": "a task or handler with `nginx -t` before the restart", "level": "info"}} with input as task({"path": "/etc/nginx/conf.d/a.conf", "validate": "nginx -t", "service": "nginx", "whole_file": false})
}

test_tested if {
	rule.violations == set() with input as {"tasks": [{"id": 1}]}
}

task(u) := {"tasks": [{"id": 1, "unvalidated": u}]}
