# METADATA
# title: Chance goes into what is written
# description: |
#   The value is drawn anew at each run: a password changes under the application that uses it, a hash with a new salt reports changed.
#   With a seed or salt that belongs to the host the draw is the same each time.
# custom:
#   severity: error
#   run2: writes another value and reports changed
#   instead: "a seed (random(seed=inventory_hostname)), a salt, or lookup('password', FILE), which keeps what it drew"
#   select:
#     flags: [input-random]
#   avoid: |
#     - ansible.builtin.user:
#         name: app
#         password: "{{ secret | password_hash('sha512') }}"
#   prefer: |
#     - ansible.builtin.user:
#         name: app
#         password: "{{ secret | password_hash('sha512', salt) }}"
package rules.input.random

violations contains {"id": task.id, "msg": sprintf("%s in %s draws another value at each run", [found.what, found.arg]), "arg": found.arg} if {
	some task in input.tasks
	some found in task.inputs
	found.kind == "random"
	not task.guarded
	not task.handler
	not task.never
	not created_once(task)
}

# The user module leaves the password of a user that is there alone.
created_once(task) if task.args.update_password == "on_create"
