# METADATA
# title: the guard has the wrong polarity
# description: |
#   The task runs only when what it makes is there already: never on a fresh server, and at every run on a finished one.
# custom:
#   severity: error
#   run2: "runs again just because it has run before"
#   instead: "creates: instead of removes:, or not in the condition"
#   select: {flags: [guard-inverted]}
#   avoid: |
#     - ansible.builtin.command: openssl genrsa -out /etc/ssl/key.pem
#       args:
#         removes: /etc/ssl/key.pem
#   prefer: |
#     - ansible.builtin.command: openssl genrsa -out /etc/ssl/key.pem
#       args:
#         creates: /etc/ssl/key.pem
package rules["guard"]["inverted"]

violations contains {"id": task.id, "msg": sprintf("`%s` lets the task run only when %s, which it makes, is there already", [task.guard_inverted.text, task.guard_inverted.path])} if {
	some task in input.tasks
	task.guard_inverted
}
