# METADATA
# title: A failure between stop and start leaves the service down
# description: |
#   When a task between the two fails, or the connection breaks, the play ends with the service stopped. Nothing starts it again until a run gets
#   past that task.
# custom:
#   severity: warning
#   run2: the service is down until a run gets through
#   instead: "a block with always: that starts the service"
#   select:
#     flags: [stop-without-recovery]
#   avoid: |
#     - ansible.builtin.service: {name: nginx, state: stopped}
#     - ansible.builtin.command: certbot certonly --standalone -d example.org
#     - ansible.builtin.service: {name: nginx, state: started}
#   prefer: |
#     - block:
#         - ansible.builtin.service: {name: nginx, state: stopped}
#         - ansible.builtin.command: certbot certonly --standalone -d example.org
#       always:
#         - ansible.builtin.service: {name: nginx, state: started}
package rules.service["stop-without-recovery"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s stays stopped if line %d fails before line %d starts it", [stop.service, stop.between.line, stop.start.line]),
	"related": [{"id": stop.between.id, "note": "this can fail"}, {"id": stop.start.id, "note": "and then this does not run"}],
} if {
	some task in input.tasks
	stop := task.stop_without_recovery
}
