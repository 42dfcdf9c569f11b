# METADATA
# title: state touch rewrites the times of the file at each run
# description: |
#   The file module's touch state sets access and modification time to now, so the task never reports ok.
# custom:
#   severity: warning
#   run2: the file's times change and the task reports changed
#   instead: "add access_time: preserve and modification_time: preserve"
#   fix: true
#   select: {modules: [file]}
#   avoid: |
#     - ansible.builtin.file:
#         path: /etc/app/enabled
#         state: touch
#   prefer: |
#     - ansible.builtin.file:
#         path: /etc/app/enabled
#         state: touch
#         access_time: preserve
#         modification_time: preserve
package rules.file.touch

violations contains {"id": task.id, "msg": msg} if {
	some task in input.tasks
	task.module == "file"
	task.args.state == "touch"
	not task.handler
	not task.guarded
	not preserved(task)
	msg := sprintf("%s is touched at every run", [object.get(task.args, "path", "the file")])
}

preserved(task) if {
	task.args.access_time == "preserve"
	task.args.modification_time == "preserve"
}
