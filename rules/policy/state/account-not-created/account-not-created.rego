# METADATA
# title: no task makes the account
# description: |
#   The user or group is none of a plain install and is made by no earlier task: on a fresh server the task fails.
# custom:
#   severity: warning
#   run2: "works only where the account was made by hand"
#   instead: "a user or group task before it"
#   select: {flags: [missing-user, missing-group]}
#   avoid: |
#     - ansible.builtin.file:
#         path: /srv/app
#         state: directory
#         owner: app
#   prefer: |
#     - ansible.builtin.user:
#         name: app
#     - ansible.builtin.file:
#         path: /srv/app
#         state: directory
#         owner: app
package rules["state"]["account-not-created"]

violations contains {"id": task.id, "msg": sprintf("nothing before this task makes %s", [concat(", ", names)])} if {
	some task in input.tasks
	names := {sprintf("the %s %s", [need.kind, need.name]) | some need in task.missing; need.kind in {"user", "group"}}
	count(names) > 0
}
