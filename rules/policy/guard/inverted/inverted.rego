# METADATA
# title: The guard is the wrong way round
# description: |
#   The command that makes a path runs only when the path is there already: on a fresh server never, afterwards at each run.
# custom:
#   severity: error
#   run2: makes again what is there; a fresh server never gets it
#   instead: negate the condition, or creates instead of removes
#   select:
#     flags: [guard-inverted]
#   avoid: |
#     - ansible.builtin.command: openssl genrsa -out /etc/app/key.pem 2048
#       when: key.stat.exists
#   prefer: |
#     - ansible.builtin.command: openssl genrsa -out /etc/app/key.pem 2048
#       when: not key.stat.exists
package rules.guard.inverted

violations contains {"id": task.id, "msg": sprintf("makes %s only when it is there already (%s)", [task.guard_inverted.path, task.guard_inverted.text])} if {
	some task in input.tasks
	task.guard_inverted
}
