# METADATA
# title: The play shuts its own login out
# description: |
#   The play logs in as a user that one of its tasks denies. The first run ends well, over the connection that is open already; the second
#   cannot log in at all, and neither can anybody who would mend it.
# custom:
#   severity: error
#   run2: "the host is unreachable: the login is refused"
#   instead: "log in as the user that remains, with become; give the first user on the command line for the first run (-e ansible_user=root)"
#   select:
#     modules: [play]
#   avoid: |
#     - hosts: web
#       remote_user: root
#       tasks:
#         - ansible.builtin.lineinfile:
#             path: /etc/ssh/sshd_config
#             regexp: '^#?\s*PermitRootLogin\b'
#             line: PermitRootLogin no
#   prefer: |
#     - hosts: web
#       remote_user: deployer
#       become: true
#       tasks:
#         - ansible.builtin.lineinfile:
#             path: /etc/ssh/sshd_config
#             regexp: '^#?\s*PermitRootLogin\b'
#             line: PermitRootLogin no
#             validate: sshd -t -f %s
package rules.rerun["self-lockout"]

violations contains {
	"id": play.id,
	"msg": sprintf("the play logs in as %s, and one of its tasks %s", [play.user, first.why]),
	"run2": sprintf("UNREACHABLE: the server refuses %s", [play.user]),
	"related": [{"id": task.id, "note": task.why} | some task in play.lockout],
	"arg": "remote_user",
} if {
	some play in input.tasks
	play.kind == "play"
	first := play.lockout[0]
}
