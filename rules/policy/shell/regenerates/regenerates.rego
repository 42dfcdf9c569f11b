# METADATA
# title: a command makes new keys or values at every run
# description: |
#   A key, certificate, password hash or id that is made anew takes the place of the one in use: clients no longer trust it, sessions end, encrypted data is lost.
# custom:
#   severity: error
#   run2: "replaces what is in use by new content"
#   instead: "creates: with the file that it writes, or the module of community.crypto"
#   fix: true
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dh.pem 2048
#   prefer: |
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dh.pem 2048
#       args:
#         creates: /etc/ssl/dh.pem
package rules["shell"]["regenerates"]

violations contains violation if {
	some task in input.tasks
	task.command
	not task.guarded
	not task.never
	some call in task.command.calls
	call.effective == "regenerate"
	not scratch(call)
	violation := object.union({"id": task.id, "msg": sprintf("`%s` makes new content at every run%s", [call.text, reason(call)])}, softer(task, call))
}

reason(call) := sprintf(": %s", [call.why]) if call.why != ""

reason(call) := "" if call.why == ""

softer(task, call) := {"level": "warning"} if soft(task, call)

softer(task, call) := {} if not soft(task, call)

soft(task, _) if task.handler

# What only goes to standard output replaces nothing by itself.
soft(_, call) if {
	count(call.writes) == 0
	call.program in {"openssl", "kubeadm", "pwgen", "uuidgen", "uuid", "wg", "mktemp", "apg", "makepasswd", "chpasswd", "passwd", "python", "python3", "htpasswd"}
}

soft(_, call) if {
	count(call.writes) > 0
	every write in call.writes { startswith(write.path, "/tmp/") }
}

# What lies in a temporary directory of the run is made for the run.
scratch(call) if {
	count(call.writes) > 0
	every write in call.writes { write.scratch }
}
