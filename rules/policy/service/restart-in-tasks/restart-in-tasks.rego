# METADATA
# title: A service is restarted by a task instead of a handler
# description: |
#   A restart is an action, not a state: the task does it at each run, whether or not anything changed, and cuts every connection that the
#   service holds. A handler does it when a task that notifies it has changed something.
# custom:
#   severity: error
#   run2: restarts the service although nothing changed
#   instead: "a handler with the restart, and notify: on the tasks that change what the service reads"
#   select:
#     modules: [service, systemd_service, sysvinit, supervisorctl, openrc, runit]
#   avoid: |
#     tasks:
#       - ansible.builtin.template:
#           src: sshd_config.j2
#           dest: /etc/ssh/sshd_config
#           mode: "0600"
#       - ansible.builtin.service:
#           name: ssh
#           state: restarted
#   prefer: |
#     tasks:
#       - ansible.builtin.template:
#           src: sshd_config.j2
#           dest: /etc/ssh/sshd_config
#           mode: "0600"
#         notify: Restart ssh
#     handlers:
#       - name: Restart ssh
#         ansible.builtin.service:
#           name: ssh
#           state: restarted
package rules.service["restart-in-tasks"]

import data.lib.text

violations contains {
	"id": task.id,
	"msg": sprintf("%s is %s by a task, not by a handler", [text.argument(task, "name", "the service"), task.args.state]),
	"run2": sprintf("%s %s although nothing changed", [verb[task.args.state], text.argument(task, "name", "the service")]),
	"arg": "state",
} if {
	some task in input.tasks
	verb[task.args.state]
	not task.handler
	not task.guarded
	not task.never
	not task.operation
	not object.get(task, "part", "") in {"rescue", "always"}
}

verb := {"restarted": "restarts", "reloaded": "reloads"}
