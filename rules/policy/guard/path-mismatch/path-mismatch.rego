# METADATA
# title: the guard looks at another place than the command writes
# description: |
#   When the guard's path is there and the written file is not, the command is skipped for ever; when it is the other way round, it runs again.
# custom:
#   severity: error
#   run2: "skips the command although what it makes may be missing"
#   instead: "a guard on what the command writes"
#   fix: true
#   select: {flags: [guard-mismatch]}
#   avoid: |
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/certs/dhparam.pem 2048
#       args:
#         creates: /etc/letsencrypt/live/example.com
#   prefer: |
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/certs/dhparam.pem 2048
#       args:
#         creates: /etc/ssl/certs/dhparam.pem
package rules["guard"]["path-mismatch"]

violations contains {"id": task.id, "msg": sprintf("the guard looks at %s, the command writes %s", [task.guard_mismatch.guard, concat(", ", task.guard_mismatch.writes)]), "instead": sprintf("creates: %s", [task.guard_mismatch.writes[0]])} if {
	some task in input.tasks
	count(task.guard_mismatch.writes) > 0
}

# What the command is given is there before it has ever run.
violations contains {"id": task.id, "msg": sprintf("the guard looks at %s, which the command is given and does not make", [task.guard_mismatch.guard]), "run2": "skips the command, as the first run did", "instead": "creates: a file that the command makes"} if {
	some task in input.tasks
	count(task.guard_mismatch.writes) == 0
}
