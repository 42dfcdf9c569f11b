# METADATA
# title: a command appends to a file at every run
# description: |
#   `>>` and `tee -a` add their text again each time. Configuration files grow, the last of several equal lines wins by luck, and changed_when
#   cannot help: the file grows whatever the task reports.
# custom:
#   severity: error
#   run2: "appends the same text once more"
#   instead: "lineinfile or blockinfile"
#   fix: true
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: echo 'export A=1' >> /etc/profile
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/profile
#         line: export A=1
package rules["shell"]["append"]

violations contains violation if {
	some task in input.tasks
	task.command
	not task.guarded
	not task.never
	some call in task.command.calls
	not call.guarded
	some write in call.writes
	write.append
	violation := object.union({"id": task.id, "msg": sprintf("appends to %s at every run", [write.path])}, softer(task, write))
}

# Logs and scratch files are there to grow; a handler runs only after a change.
softer(task, write) := {"level": "warning"} if soft(task, write)

softer(task, write) := {} if not soft(task, write)

soft(_, write) if regex.match(`^/(var/log|tmp|var/tmp|run)/`, write.path)

soft(task, _) if task.handler
