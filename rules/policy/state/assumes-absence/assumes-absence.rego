# METADATA
# title: the task works only where its result is not there yet
# description: |
#   These module calls make something and fail, or start from scratch, when it is there.
# custom:
#   severity: warning
#   run2: "fails, or does its work anew"
#   instead: "a guard: a stat or query before it"
#   select: {modules: [composer, django_manage, postgresql_db, mysql_db]}
#   avoid: |
#     - community.general.composer:
#         command: create-project
#         working_dir: /srv/app
#   prefer: |
#     - ansible.builtin.stat: {path: /srv/app/composer.json}
#       register: project
#     - community.general.composer:
#         command: create-project
#         working_dir: /srv/app
#       when: not project.stat.exists
package rules["state"]["assumes-absence"]

violations contains {"id": task.id, "msg": sprintf("%s works once", [what])} if {
	some task in input.tasks
	task.unguarded
	what := once(task)
}

once(task) := "composer create-project" if {
	task.module == "composer"
	task.args.command == "create-project"
}

once(task) := sprintf("manage.py %s", [split(task.args.command, " ")[0]]) if {
	task.module == "django_manage"
	split(task.args.command, " ")[0] in {"createsuperuser", "startproject", "startapp"}
	not task.ignore_errors
	not task.failed_when
}

once(task) := "a restore into the database" if {
	task.module == "postgresql_db"
	task.args.state == "restore"
	not task.operation
}
