# METADATA
# title: A task that waits for a change is a handler
# description: |
#   `when: result is changed` on its own does what notify does, but is lost when the run fails in between: the next run reports ok
#   for the first task, and the restart never comes. Handlers can be kept with force_handlers or flushed early.
# custom:
#   severity: info
#   run2: does nothing; after a failure in between it never does
#   instead: "a handler, with notify: on the task that changes"
#   ansible_lint: [no-handler]
#   select:
#     flags: [when]
#   avoid: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#         mode: "0644"
#       register: conf
#     - ansible.builtin.service:
#         name: app
#         state: restarted
#       when: conf is changed
#   prefer: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#         mode: "0644"
#       notify: Restart app
package rules.service["when-changed-not-handler"]

violations contains {"id": task.id, "msg": "the task runs when another one has changed something"} if {
	some task in input.tasks
	not task.handler
	not object.get(task, "module", "") in {"debug", "assert", "fail", "pause", "wait_for", "wait_for_connection", "set_fact", "meta"}
	count(task.when) == 1
	count(task.guards) == 1
	guard := task.guards[0]
	guard.kind == "changed"
	not guard.inherited
	regex.match(`^\s*[A-Za-z0-9_]+(\.changed|\s+is\s+changed)\s*$`, task.when[0])
	not object.get(task, "register_used", false)
}
