# METADATA
# title: A task that always changes notifies a handler
# description: |
#   The handler was meant for changes, but this task reports one at each run, so the handler runs at each run.
# custom:
#   severity: warning
#   run2: runs the handler although nothing changed
#   instead: make the notifying task report changes only, then its handler follows
#   select:
#     flags: [notify]
#   avoid: |
#     - ansible.builtin.command: /opt/app/build
#       notify: Restart nginx
#   prefer: |
#     - ansible.builtin.command: /opt/app/build
#       args: {creates: /opt/app/build.stamp}
#       notify: Restart nginx
package rules.service["notify-always-changed"]

violations contains {"id": task.id, "msg": sprintf("%s, so \"%s\" is notified each time", [why, concat("\", \"", task.notify)]), "arg": "notify"} if {
	some task in input.tasks
	count(task.notify) > 0
	not task.never
	not task.handler
	why := always(task)
}

always(task) := "the stop and start change at each run" if task.stop_start

always(task) := sprintf("state: %s changes at each run", [task.args.state]) if {
	task.args.state in {"restarted", "reloaded"}
	not task.guarded
}

always(task) := "state: touch changes at each run" if {
	task.args.state == "touch"
	not task.args.modification_time
	not task.guarded
}

always(task) := "the command changes at each run" if {
	task.command
	not task.guarded
	not task.changed_when
	task.command["class"] != "read"
	not task.stop_start
}

always(task) := "a command that only reads reports a change at each run" if {
	task.command["class"] == "read"
	not task.guarded
	not task.changed_when
}

always(task) := "changed_when: true reports a change at each run" if {
	task.changed_when.literal == true
	not task.guarded
	not task.stop_start
}
