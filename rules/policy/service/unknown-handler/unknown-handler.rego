# METADATA
# title: The notified handler does not exist
# description: |
#   No handler of the play or its roles has this name or listens to it. Ansible fails at the moment the task first changes something, which can be
#   months after the playbook was written.
# custom:
#   severity: error
#   run2: fails as soon as the task changes something
#   instead: the name of a handler, or listen on the handler
#   select:
#     flags: [unknown-handler]
#   avoid: |
#     tasks:
#       - ansible.builtin.template: {src: a, dest: /etc/a, mode: "0644"}
#         notify: restart ngnix
#     handlers:
#       - name: restart nginx
#         ansible.builtin.service: {name: nginx, state: restarted}
#   prefer: |
#     tasks:
#       - ansible.builtin.template: {src: a, dest: /etc/a, mode: "0644"}
#         notify: restart nginx
#     handlers:
#       - name: restart nginx
#         ansible.builtin.service: {name: nginx, state: restarted}
package rules.service["unknown-handler"]

violations contains {"id": task.id, "msg": sprintf("no handler is named %q", [name]), "arg": "notify"} if {
	some task in input.tasks
	some name in task.unknown_handlers
}
