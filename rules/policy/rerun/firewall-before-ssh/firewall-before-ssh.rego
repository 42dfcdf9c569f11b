# METADATA
# title: The firewall goes up before ssh is allowed
# description: |
#   From the moment the firewall denies, no new connection gets in. A run that stops between the two tasks leaves a server that nobody can
#   reach.
# custom:
#   severity: error
#   run2: cannot connect, if the first run stopped in between
#   instead: allow ssh first, then enable the firewall
#   select:
#     flags: [firewall-first]
#   avoid: |
#     - community.general.ufw: {state: enabled, policy: deny}
#     - community.general.ufw: {rule: allow, name: OpenSSH}
#   prefer: |
#     - community.general.ufw: {rule: allow, name: OpenSSH}
#     - community.general.ufw: {state: enabled, policy: deny}
package rules.rerun["firewall-before-ssh"]

violations contains {
	"id": task.id,
	"msg": sprintf("the firewall goes up here, and ssh is allowed only on line %d", [task.firewall_first.allow.line]),
	"related": [{"id": task.firewall_first.allow.id, "note": "ssh is allowed here"}],
} if {
	some task in input.tasks
	task.firewall_first
}
