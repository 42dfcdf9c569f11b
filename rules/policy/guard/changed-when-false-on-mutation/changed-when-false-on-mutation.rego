# METADATA
# title: "changed_when: false hides a change"
# description: |
#   The command changes something, and the task says that it does not: no handler runs, no report shows it, and check mode is believed.
# custom:
#   severity: warning
#   run2: "changes it again and reports ok"
#   instead: "an honest expression over the registered result, or the module"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: systemctl restart nginx
#       changed_when: false
#   prefer: |
#     - ansible.builtin.service:
#         name: nginx
#         state: restarted
package rules["guard"]["changed-when-false-on-mutation"]

violations contains violation if {
	some task in input.tasks
	task.unguarded
	task.changed_when.literal == false
	task.command.class in {"converge", "overwrite", "upgrade", "unknown", "remote", "imperative", "create-once", "accumulate", "destructive"}
	not scratch(task)
	not question(task)
	not settled(task)
	not task.poll == 0
	violation := object.union({"id": task.id, "msg": sprintf("changed_when: false, but the command is no mere look (%s)", [task.command.class])}, harder(task))
}

# Regenerated values are reported by their own rule unless they are hidden in a file.
violations contains {"id": task.id, "level": "error", "msg": "changed_when: false, but the command makes new content"} if {
	some task in input.tasks
	task.unguarded
	task.changed_when.literal == false
	task.command.class == "regenerate"
	count(task.paths) > 0
	not scratch(task)
}

harder(task) := {"level": "error"} if task.command.class in {"imperative", "create-once", "accumulate", "destructive", "upgrade"}

harder(task) := {"unknown": true} if task.command.class == "unknown"

harder(task) := {} if task.command.class in {"converge", "overwrite", "remote"}

scratch(task) if {
	count(task.paths) > 0
	every write in task.paths { passing(write) }
}

passing(write) if write.scratch

passing(write) if regex.match(`^/(tmp|var/tmp|var/log|run)/`, write.path)

# A program that nobody knows, whose answer is used later, is a question: the author vouches for it.
question(task) if {
	task.command.class == "unknown"
	task.register
}

# The script itself leaves out in the second run whatever changes something.
settled(task) if {
	count(task.command.calls) > 0
	every call in task.command.calls { quiet(call) }
}

quiet(call) if call.class == "read"

quiet(call) if call.guarded
