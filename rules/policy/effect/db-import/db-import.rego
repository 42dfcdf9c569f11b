# METADATA
# title: A dump is loaded into the database at each run
# description: |
#   Loading a dump or fixtures replaces or duplicates rows that the application has changed since. The module cannot know that it was done before.
# custom:
#   severity: error
#   run2: loads the data again, over what the application wrote since
#   instead: guard the import by a look at the database, or notify it from the task that creates the database
#   select:
#     modules: [mysql_db, postgresql_db, django_manage, mysql_query, postgresql_query]
#   avoid: |
#     - community.mysql.mysql_db:
#         name: app
#         state: import
#         target: /tmp/dump.sql
#   prefer: |
#     - community.mysql.mysql_db:
#         name: app
#         state: present
#       register: database
#     - community.mysql.mysql_db:
#         name: app
#         state: import
#         target: /tmp/dump.sql
#       when: database is changed
package rules.effect["db-import"]

violations contains {"id": task.id, "msg": what} if {
	some task in input.tasks
	what := loads(task)
	not task.guarded
	not task.handler
	not task.never
	not task.operation
}

loads(task) := sprintf("%s with state: %s loads a dump", [task.module, task.args.state]) if {
	task.module in {"mysql_db", "postgresql_db"}
	task.args.state in {"import", "restore"}
}

loads(task) := "loaddata loads fixtures" if {
	task.module == "django_manage"
	regex.match(`^\s*loaddata\b`, task.args.command)
}

loads(task) := "rows are inserted without ON CONFLICT" if {
	task.module in {"mysql_query", "postgresql_query"}
	regex.match(`(?i)^\s*insert\s+into\b`, sprintf("%v", [task.args.query]))
	not regex.match(`(?i)on\s+conflict|on\s+duplicate|insert\s+ignore|where\s+not\s+exists`, sprintf("%v", [task.args.query]))
}
