# METADATA
# title: The guard looks at another path than the command writes
# description: |
#   The condition was meant to say "only if it is not there yet", but it looks at one path and the command writes another. So the command runs when its
#   result is there, or is left out when its result is missing, depending on something that has nothing to do with it.
# custom:
#   severity: error
#   run2: leaves the command out although its own result may be missing, or repeats it although the result is there
#   instead: "creates: with the path that the command writes"
#   select:
#     flags: [guard-mismatch]
#   avoid: |
#     - ansible.builtin.stat: {path: /etc/letsencrypt/live/example.org}
#       register: certs
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/certs/dhparam.pem 2048
#       when: not certs.stat.exists
#   prefer: |
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/certs/dhparam.pem 2048
#       args:
#         creates: /etc/ssl/certs/dhparam.pem
package rules.guard["path-mismatch"]

violations contains {
	"id": task.id,
	"msg": sprintf("the guard looks at %s, the command writes %s", [task.guard_mismatch.guard, concat(", ", task.guard_mismatch.writes)]),
	"run2": sprintf("left out as soon as %s exists, even when %s is missing", [task.guard_mismatch.guard, concat(", ", task.guard_mismatch.writes)]),
	"instead": sprintf("creates: %s", [task.guard_mismatch.writes[0]]),
} if {
	some task in input.tasks
	task.guard_mismatch
}
