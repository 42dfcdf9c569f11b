# METADATA
# title: a command adds the same thing at every run
# description: |
#   iptables -A, git config --add, crontab -l | ... | crontab -, INSERT: each run adds what is there already. Rules pile up, rows double.
# custom:
#   severity: error
#   run2: "adds the same once more"
#   instead: "the module for it (iptables, cron, git_config), or a test before it"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: iptables -A INPUT -p tcp --dport 80 -j ACCEPT
#   prefer: |
#     - ansible.builtin.iptables:
#         chain: INPUT
#         protocol: tcp
#         destination_port: "80"
#         jump: ACCEPT
package rules["shell"]["accumulates"]

violations contains violation if {
	some task in input.tasks
	task.command
	not task.guarded
	not task.never
	some call in task.command.calls
	call.effective == "accumulate"
	not call.program in {"sed", "perl"}
	every write in call.writes { not write.append }
	not expected(task, call)
	violation := object.union({"id": task.id, "msg": sprintf("`%s` adds again at every run%s", [call.text, reason(call)])}, softer(task))
}

# The author expects that there is nothing to commit, and says so.
expected(task, call) if {
	call.program == "git"
	task.failed_when.expression
}

reason(call) := sprintf(": %s", [call.why]) if call.why != ""

reason(call) := "" if call.why == ""

softer(task) := {"level": "warning"} if task.handler

softer(task) := {} if not task.handler
