# METADATA
# title: The run waits for a time instead of for a state
# description: |
#   A fixed pause is too long when all is well and too short when the machine is busy, and it is paid at each run. wait_for looks at the port, file or
#   text that the next task needs and goes on as soon as it is there.
# custom:
#   severity: warning
#   run2: waits the same time although nothing was restarted
#   instead: "wait_for with a port, path or search_regex, or until: on the task that needs it"
#   select:
#     modules: [pause, wait_for, command, shell]
#   avoid: |
#     - ansible.builtin.pause:
#         seconds: 10
#   prefer: |
#     - ansible.builtin.wait_for:
#         port: 8080
#         timeout: 60
package rules.effect["pause-as-sync"]

violations contains {"id": task.id, "msg": sprintf("%s for a fixed time", [how])} if {
	some task in input.tasks
	how := waits(task)
	not task.handler
	not task.guarded
	not task.never
}

waits(task) := "pauses" if {
	task.module == "pause"
	some unit in ["seconds", "minutes"]
	not is_null(object.get(task.args, unit, null))
	not task.args.prompt
	not for_people(task)
}

# Time to read a warning, and to press Ctrl-C.
for_people(task) if regex.match(`(?i)warn|change your mind|abort|cancel|ctrl|interrupt|^failed\b`, task.title)

waits(task) := "sleeps" if task.command.sleep == true

waits(task) := "wait_for waits" if {
	task.module == "wait_for"
	task.args.timeout
	every name in ["port", "path", "host", "search_regex", "sleep"] {
		is_null(object.get(task.args, name, null))
	}
	object.get(task.args, "state", "started") == "started"
}
