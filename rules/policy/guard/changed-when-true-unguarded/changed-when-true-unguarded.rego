# METADATA
# title: changed_when true, and nothing that keeps the task from running
# description: |
#   The task runs and reports a change each time. changed_when: true says that it is known to change something; what is missing is the guard
#   that says when it need not.
# custom:
#   severity: warning
#   run2: runs again and reports changed
#   instead: "creates:, or a condition on what the command makes"
#   select:
#     flags: [changed_when]
#   avoid: |
#     - ansible.builtin.command: /opt/app/install.sh
#       changed_when: true
#   prefer: |
#     - ansible.builtin.command: /opt/app/install.sh
#       args: {creates: /opt/app/bin/app}
package rules.guard["changed-when-true-unguarded"]

violations contains {"id": task.id, "msg": "the task reports a change at each run by its own word", "arg": "changed_when"} if {
	some task in input.tasks
	task.changed_when.literal == true
	task.command
	not task.guarded
	not task.handler
	not task.never
	not object.get(task, "part", "") in {"rescue", "always"}
}
