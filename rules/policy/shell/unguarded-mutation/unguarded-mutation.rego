# METADATA
# title: a command changes something at every run
# description: |
#   The task has no creates:, no condition on what is there, and no changed_when that reads its own result. Whatever it changes,
#   it changes again, and it reports changed at every run, so that nobody can tell a real change from a repetition.
# custom:
#   severity: warning
#   run2: "runs the command again and reports changed"
#   instead: "the module that does the same (pip, apt, git, ...), or creates: with a file that the command makes"
#   ansible_lint: [no-changed-when]
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: ./build.sh
#   prefer: |
#     - ansible.builtin.shell: ./build.sh
#       args:
#         creates: /srv/app/dist/index.html
package rules["shell"]["unguarded-mutation"]

violations contains {"id": task.id, "level": "error", "msg": sprintf("`%s` runs at every run, whether there is something new or not", [brief(task)])} if {
	some task in input.tasks
	open(task)
	task.command.class == "upgrade"
}

violations contains {"id": task.id, "level": "error", "msg": sprintf("`%s` runs at every run: %s", [brief(task), loss(task)]), "run2": "loses again what was made since the first run"} if {
	some task in input.tasks
	open(task)
	task.command.class == "destructive"
	not task.operation
}

violations contains {"id": task.id, "level": "error", "msg": sprintf("`%s` is started in the background at every run", [brief(task)]), "run2": "starts one more process beside the first"} if {
	some task in input.tasks
	open(task)
	background(task)
}

violations contains {"id": task.id, "msg": sprintf("`%s` runs at every run%s", [brief(task), undone(task)])} if {
	some task in input.tasks
	open(task)
	mild(task)
}

violations contains {"id": task.id, "unknown": true, "msg": sprintf("nobody can tell what a second `%s` does, and nothing stops it%s", [brief(task), undone(task)])} if {
	some task in input.tasks
	open(task)
	task.command.class == "unknown"
	task.command.pipe_to_shell == ""
	not background(task)
}

open(task) if {
	task.unguarded
	not task.changed_when.own
	not object.get(object.get(task, "changed_when", {}), "literal", null) in {true, false}
	not task.changed_when.expression
}

mild(task) if task.command.class in {"overwrite", "remote"}

# What a module would do better is the matter of shell/use-module.
mild(task) if {
	task.command.class == "converge"
	not replaceable(task)
}

replaceable(task) if {
	task.command.worst.module != ""
	task.command.worst.plain
}

background(task) if {
	not task.awaited
	task.async > 0
	task.poll == 0
	task.command.class == "unknown"
}

loss(task) := task.command.worst.why if task.command.worst.why != ""

loss(task) := "it destroys what is there" if task.command.worst.why == ""

# What the guard looks for is taken away again.
undone(task) := sprintf(": what `%s` looks for is taken away again by line %d", [task.guard_undone.text, task.guard_undone.by.line]) if task.guard_undone.absent

undone(task) := sprintf(": what `%s` looks for is made again by line %d", [task.guard_undone.text, task.guard_undone.by.line]) if task.guard_undone.absent == false

undone(task) := "" if not task.guard_undone

brief(task) := task.command.worst.text if count(task.command.worst.text) <= 60

brief(task) := concat("", [substring(task.command.worst.text, 0, 57), "..."]) if count(task.command.worst.text) > 60

brief(task) := "the command" if not task.command.worst
