# METADATA
# title: sudo stands in the command instead of become
# description: |
#   The play's own way to another user is become: its password, its method and its limits are in one place, and check mode knows of it.
# custom:
#   severity: warning
#   run2: "asks sudo again, by a way of its own"
#   instead: "become and become_user"
#   ansible_lint: [command-instead-of-module]
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: sudo -u postgres createdb app
#   prefer: |
#     - ansible.builtin.command: createdb app
#       become: true
#       become_user: postgres
package rules["shell"]["inline-sudo"]

violations contains violation if {
	some task in input.tasks
	task.command.sudo != ""
	violation := object.union({"id": task.id, "msg": sprintf("%s in the command", [task.command.sudo])}, softer(task))
}

softer(task) := {"level": "info"} if task.become == true

softer(task) := {} if not task.become == true
