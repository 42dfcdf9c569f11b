# METADATA
# title: a command restarts or stops something at every run
# description: |
#   A restart belongs after a change. As a task it interrupts the service at every run, also when nothing changed.
# custom:
#   severity: error
#   run2: "interrupts it again although nothing changed"
#   instead: "a handler with the service module, and notify"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: systemctl restart nginx
#   prefer: |
#     - name: Restart nginx   # a handler
#       ansible.builtin.service:
#         name: nginx
#         state: restarted
package rules["shell"]["imperative-service"]

violations contains violation if {
	some task in input.tasks
	task.unguarded
	not task.operation
	some call in task.command.calls
	call.effective == "imperative"
	violation := object.union({"id": task.id, "msg": sprintf("`%s` interrupts at every run%s", [call.text, reason(call)])}, softer(task, call))
}

reason(call) := sprintf(": %s", [call.why]) if call.why != ""

reason(call) := "" if call.why == ""

softer(task, call) := {"level": "warning"} if soft(task, call)

softer(task, call) := {} if not soft(task, call)

soft(task, _) if task.part == "always"

soft(task, _) if task.ignore_errors

soft(task, _) if task.failed_when

soft(_, call) if call.hidden

# A number that only the run knows: what it ends is not in the text.
soft(_, call) if regex.match(`^kill(\s+-\S+)*\s+(\{\{[^}]*\}\}\s*)+$`, call.text)
