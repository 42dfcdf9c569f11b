# METADATA
# title: shell is used where command would do
# description: |
#   Nothing in the text needs a shell. command is safer with values that come from variables.
# custom:
#   severity: info
#   run2: "does the same as command would"
#   instead: "command"
#   fix: true
#   ansible_lint: [command-instead-of-shell]
#   select: {modules: [shell]}
#   avoid: |
#     - ansible.builtin.shell: systemctl is-active nginx
#   prefer: |
#     - ansible.builtin.command: systemctl is-active nginx
package rules["shell"]["needless-shell"]

violations contains {"id": task.id, "msg": "nothing in this text needs a shell"} if {
	some task in input.tasks
	task.module == "shell"
	task.command.needs_shell == ""
	task.command.unparsable == ""
	count(task.command.calls) == 1
	not startswith(task.command.text, "{{")
	not task.args.executable
	not contains(task.command.text, "$")
	not task.command.worst.program in {"source", ".", "command", "type", "set", "export", "cd", "ulimit", "umask", "eval", "exec"}
}
