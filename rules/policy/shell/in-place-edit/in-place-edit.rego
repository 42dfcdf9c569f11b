# METADATA
# title: a command edits a file in place
# description: |
#   sed -i rewrites the file whether or not anything changes, and reports changed always. Where the edit applies to its own result the file changes again with each run.
# custom:
#   severity: warning
#   run2: "rewrites the file and reports changed"
#   instead: "lineinfile or replace"
#   fix: true
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: sed -i 's/^#Port.*/Port 22/' /etc/ssh/sshd_config
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/ssh/sshd_config
#         regexp: '^#?Port'
#         line: Port 22
package rules["shell"]["in-place-edit"]

violations contains violation if {
	some task in input.tasks
	task.command
	not task.guarded
	not task.never
	not task.handler
	some edit in task.command.edits
	not edit.guarded
	violation := object.union({"id": task.id, "msg": sprintf("%s edits %s in place", [edit.program, edit.path])}, harder(edit))
}

harder(edit) := {"level": "error", "run2": sprintf("edits its own result: %s changes the file again", [edit.script])} if edit.fixpoint == "no"

harder(edit) := {} if edit.fixpoint != "no"
