# METADATA
# title: a pipe hides the failure of its first command
# description: |
#   The status of a pipe is that of its last command. When the first fails, the second gets nothing, and the task reports success.
# custom:
#   severity: warning
#   run2: "reports success although a part of it failed"
#   instead: "set -o pipefail, with executable: /bin/bash"
#   ansible_lint: [risky-shell-pipe]
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: pg_dump app | gzip > /backup/app.gz
#   prefer: |
#     - ansible.builtin.shell: |
#         set -o pipefail
#         pg_dump app | gzip > /backup/app.gz
#       args:
#         executable: /bin/bash
package rules["shell"]["pipe-hides-failure"]

violations contains violation if {
	some task in input.tasks
	task.command.hides_failure != ""
	not task.command.pipefail
	task.command.pipe_to_shell == ""
	violation := object.union({"id": task.id, "msg": sprintf("a failure of %s is lost in the pipe", [task.command.hides_failure])}, softer(task))
}

# Behind a guard it is no matter of every run.
softer(task) := {"level": "info"} if not task.unguarded

softer(task) := {} if task.unguarded
