# METADATA
# title: Success is announced before the handlers have run
# description: |
#   Handlers run at the end of the play's tasks. A message or smoke test before that speaks of the state before the restart, and stays as it was
#   when the restart fails.
# custom:
#   severity: warning
#   run2: says that all is done, or tests it, before the service has the change
#   instead: "meta: flush_handlers before it, or post_tasks of a later play"
#   select:
#     flags: [announced]
#   avoid: |
#     tasks:
#       - ansible.builtin.template: {src: a, dest: /etc/nginx/a, mode: "0644"}
#         notify: restart nginx
#       - ansible.builtin.uri: {url: "http://localhost/"}
#     handlers:
#       - name: restart nginx
#         ansible.builtin.service: {name: nginx, state: restarted}
#   prefer: |
#     tasks:
#       - ansible.builtin.template: {src: a, dest: /etc/nginx/a, mode: "0644"}
#         notify: restart nginx
#       - ansible.builtin.meta: flush_handlers
#       - ansible.builtin.uri: {url: "http://localhost/"}
#     handlers:
#       - name: restart nginx
#         ansible.builtin.service: {name: nginx, state: restarted}
package rules.effect["announced-before-handlers"]

violations contains {
	"id": task.id,
	"msg": sprintf("\"%s\" comes before the handler \"%s\" has run", [task.title, concat("\", \"", {h | some h in task.announced.handlers})]),
	"related": [{"id": first.id, "note": "notified here"}],
} if {
	some task in input.tasks
	first := task.announced.waiting[0]
}
