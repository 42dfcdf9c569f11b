# METADATA
# title: the script goes on when its cd fails
# description: |
#   `cd X; command` runs the command in whatever directory the task started in when X is not there.
# custom:
#   severity: warning
#   run2: "runs the rest in another directory when the first has gone"
#   instead: "args: chdir, or cd X && ..."
#   fix: true
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: cd /srv/app; rm -rf cache
#   prefer: |
#     - ansible.builtin.shell: rm -rf cache
#       args:
#         chdir: /srv/app
package rules["shell"]["cd-semicolon"]

violations contains violation if {
	some task in input.tasks
	task.command.cd
	violation := object.union({"id": task.id, "msg": sprintf("`cd %s;` goes on with `%s` when the directory is not there", [task.command.cd.dir, task.command.cd.rest])}, softer(task))
}

# Behind a guard it is no matter of every run.
softer(task) := {"level": "info"} if not task.unguarded

softer(task) := {} if task.unguarded
