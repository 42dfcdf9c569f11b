# METADATA
# title: a command that only reads reports changed
# description: |
#   command and shell report changed whenever they ran. A task that only looks makes every run look like a change, fires
#   handlers, and hides the changes that matter.
# custom:
#   severity: warning
#   run2: "reads the same again and reports changed"
#   instead: "changed_when: false"
#   fix: true
#   ansible_lint: [no-changed-when]
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: systemctl is-active nginx
#       register: active
#   prefer: |
#     - ansible.builtin.command: systemctl is-active nginx
#       register: active
#       changed_when: false
package rules["shell"]["read-only-reports-changed"]

violations contains {"id": task.id, "msg": sprintf("`%s` only reads, and reports changed", [brief(task)])} if {
	some task in input.tasks
	task.command.class == "read"
	task.command.bare == "read"
	count(task.command.calls) > 0
	not task.changed_when
	not task.handler
	not task.never
	not only_once(task)
}

# A look behind a guard on what is missing is taken once.
only_once(task) if task.changed_guard

only_once(task) if {
	some guard in task.guards
	guard.absent
}

only_once(task) if {
	some guard in task.guards
	guard.kind in {"creates", "removes"}
}

brief(task) := task.command.text if count(task.command.text) <= 60

brief(task) := concat("", [substring(task.command.text, 0, 57), "..."]) if count(task.command.text) > 60
