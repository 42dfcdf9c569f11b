# METADATA
# title: a module does what this command does
# description: |
#   The module looks first, changes only what differs, reports truly, and works in check mode.
# custom:
#   severity: warning
#   run2: "repeats the command and reports changed"
#   instead: "the module"
#   fix: true
#   ansible_lint: [command-instead-of-module]
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: mkdir -p /opt/app
#   prefer: |
#     - ansible.builtin.file:
#         path: /opt/app
#         state: directory
package rules["shell"]["use-module"]

violations contains violation if {
	some task in input.tasks
	task.command.class == "converge"
	task.command.bare == "converge"
	not task.handler
	not task.never
	not task.module == "raw"
	call := task.command.worst
	call.module != ""
	call.plain
	violation := object.union({"id": task.id, "msg": sprintf("`%s` is what the %s module does", [line(call.text), call.module]), "instead": sprintf("the %s module", [call.module])}, softer(task))
}

violations contains {"id": task.id, "msg": sprintf("`%s` repeats what is there and reports changed", [line(task.command.worst.text)]), "instead": "the setup of Python before the play, guarded by a test of it"} if {
	some task in input.tasks
	task.module == "raw"
	task.command.class == "converge"
	task.unguarded
	not task.changed_when
	task.command.worst.module != ""
	task.command.worst.plain
}

softer(task) := {"level": "info"} if task.guarded

softer(task) := {"level": "info"} if {
	not task.guarded
	task.changed_when.expression
}

softer(task) := {} if {
	not task.guarded
	not task.changed_when.expression
}

# A text of more lines is told by its first.
line(text) := text if not contains(text, "\n")

line(text) := concat("", [split(text, "\n")[0], " ..."]) if contains(text, "\n")
