# METADATA
# title: sudo stands in the command instead of become
# description: |
#   The play's own way to another user is become: its password, its method and its limits are in one place, and check mode knows of it.
# custom:
#   severity: info
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

violations contains {"id": task.id, "msg": sprintf("%s in the command", [task.command.sudo])} if {
	some task in input.tasks
	task.command.sudo != ""
	not about_sudo(task)
}

# Whether one may: the command is about sudo itself.
about_sudo(task) if regex.match(`^\s*sudo (-n )?(true|-v|-l)\s*$`, object.get(task.command, "text", ""))
