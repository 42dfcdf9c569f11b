# METADATA
# title: state touch rewrites the times of the file at each run
# description: |
#   The touch state sets access and modification time to now, so the task never reports ok.
# custom:
#   severity: warning
#   run2: "the times change and the task reports changed"
#   instead: "access_time: preserve and modification_time: preserve"
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
package rules["file"]["touch"]

violations contains {"id": task.id, "arg": "state", "msg": sprintf("%s is touched at every run", [object.get(task.args, "path", "the file")])} if {
	some task in input.tasks
	task.module == "file"
	task.args.state == "touch"
	task.unguarded
	not preserved(task)
}

preserved(task) if {
	task.args.access_time == "preserve"
	task.args.modification_time == "preserve"
}
