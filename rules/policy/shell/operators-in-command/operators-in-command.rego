# METADATA
# title: command passes shell operators on as arguments
# description: |
#   ansible.builtin.command starts the program itself. A pipe, redirect or && is handed to it as an argument.
# custom:
#   severity: warning
#   run2: "passes the operator to the program once more"
#   instead: "shell, or a command without the operator"
#   select: {modules: [command]}
#   avoid: |
#     - ansible.builtin.command: ls /opt > /tmp/list
#   prefer: |
#     - ansible.builtin.shell: ls /opt > /tmp/list
package rules["shell"]["operators-in-command"]

violations contains {"id": task.id, "msg": sprintf("command hands `%s` to the program as an argument", [task.command.shell_in_words])} if {
	some task in input.tasks
	task.module == "command"
	task.command.shell_in_words != ""
}
