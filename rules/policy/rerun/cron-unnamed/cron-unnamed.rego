# METADATA
# title: A cron job without a name of its own
# description: |
#   The cron module finds its entry by name. Without one each run adds the job again; with the same name for two jobs they overwrite each other.
# custom:
#   severity: error
#   run2: adds the job once more, or replaces the other one
#   instead: a name of its own for each job
#   select:
#     modules: [cron]
#   avoid: |
#     - ansible.builtin.cron:
#         job: /usr/local/bin/backup
#         hour: "3"
#   prefer: |
#     - ansible.builtin.cron:
#         name: backup
#         job: /usr/local/bin/backup
#         hour: "3"
package rules.rerun["cron-unnamed"]

violations contains {"id": task.id, "msg": "the cron job has no name"} if {
	some task in input.tasks
	task.module == "cron"
	not task.args.name
	not task.more_args
	present(task)
}

violations contains {"id": task.id, "msg": sprintf("the cron job %s has the name of that on line %d", [task.args.name, task.rival.line]), "arg": "name", "related": [{"id": task.rival.id, "note": "another job of this name"}]} if {
	some task in input.tasks
	task.module == "cron"
	task.rival
}

present(task) if object.get(task.args, "state", "present") == "present"
