# METADATA
# title: a command fails when it is run again
# description: |
#   The command makes something and fails when it is there already: mkdir without -p, ln -s without -f, useradd, git clone, CREATE TABLE. The
#   first run succeeds, the second stops the play.
# custom:
#   severity: error
#   run2: "fails, because what it makes is there already"
#   instead: "the module for it, or creates:"
#   fix: true
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: mkdir /opt/app
#   prefer: |
#     - ansible.builtin.file:
#         path: /opt/app
#         state: directory
package rules["shell"]["fails-on-rerun"]

violations contains violation if {
	some task in input.tasks
	task.unguarded
	some call in task.command.calls
	call.effective == "create-once"
	not expected(task)
	not call.cleared
	violation := object.union({"id": task.id, "msg": sprintf("`%s` fails the second time: %s", [call.text, reason(call)])}, softer(task, call))
}

# What is in the way is taken away first: it does not fail, but makes the same thing anew.
violations contains {"id": task.id, "level": "warning", "msg": sprintf("`%s` makes again what an earlier task takes away", [call.text]), "run2": "takes it away and makes it again, and reports changed"} if {
	some task in input.tasks
	task.unguarded
	not task.changed_when
	some call in task.command.calls
	call.effective == "create-once"
	call.cleared
}

reason(call) := call.why if call.why != ""

reason(call) := "what it makes is there" if call.why == ""

# The author expects the failure and says which.
expected(task) if task.failed_when.expression

softer(task, call) := {"level": "warning", "run2": "fails, and the failure is swallowed together with every other"} if swallowed(task, call)

# Without set -e a script ends as its last command does.
softer(task, call) := {"level": "warning", "run2": "fails, and the script goes on as if nothing had happened"} if {
	call.unheeded
	not swallowed(task, call)
}

softer(task, call) := {} if {
	not call.unheeded
	not swallowed(task, call)
}

swallowed(_, call) if call.hidden

swallowed(task, _) if task.ignore_errors

swallowed(task, _) if task.failed_when.literal == false
