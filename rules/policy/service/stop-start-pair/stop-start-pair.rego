# METADATA
# title: A service is stopped and started again at each run
# description: |
#   Stopping and starting by tasks is a restart that comes with every run: an outage for all users and two changed tasks although nothing
#   changed. A restart belongs into a handler that the tasks which change something notify.
# custom:
#   severity: error
#   run2: stops and starts the service although nothing changed
#   instead: a handler with state restarted, notified by the tasks that change what the service reads
#   select:
#     flags: [stop-start]
#   avoid: |
#     - ansible.builtin.service: {name: supervisor, state: stopped}
#     - ansible.builtin.service: {name: supervisor, state: started}
#   prefer: |
#     tasks:
#       - ansible.builtin.template: {src: app.conf.j2, dest: /etc/supervisor/conf.d/app.conf, mode: "0644"}
#         notify: Restart supervisor
#     handlers:
#       - name: Restart supervisor
#         ansible.builtin.service: {name: supervisor, state: restarted}
package rules.service["stop-start-pair"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s is %s here and %s on line %d, at every run", [pair.service, done[pair.role].here, done[pair.role].there, pair.other.line]),
	"run2": sprintf("an outage of %s, and both tasks report changed", [pair.service]),
	"related": [{"id": pair.other.id, "note": sprintf("%s here", [done[pair.role].there])}],
} if {
	some task in input.tasks
	pair := task.stop_start
	not task.operation
}

done := {
	"stop": {"here": "stopped", "there": "started again"},
	"start": {"here": "started", "there": "stopped"},
}
