# METADATA
# title: A configuration is put in place untested
# description: |
#   A broken line in this file takes the service, or every login, down at the next restart. The programs that read it can test it before it is
#   put in place.
# custom:
#   severity: warning
#   run2: "the next restart takes a configuration that nobody tested"
#   instead: "validate: on the task, or a test before the restart"
#   select:
#     flags: [unvalidated]
#   avoid: |
#     - ansible.builtin.lineinfile:
#         path: /etc/ssh/sshd_config
#         regexp: '^#?\s*PasswordAuthentication\b'
#         line: PasswordAuthentication no
#     - ansible.builtin.service: {name: ssh, state: started}
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/ssh/sshd_config
#         regexp: '^#?\s*PasswordAuthentication\b'
#         line: PasswordAuthentication no
#         validate: sshd -t -f %s
#     - ansible.builtin.service: {name: ssh, state: started}
package rules.rerun["config-unvalidated"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s is %s", [u.path, what(u)]),
	"instead": instead(u),
	"level": level(u),
} if {
	some task in input.tasks
	u := task.unvalidated
}

what(u) := sprintf("loaded by this restart untested (%s)", [trim_suffix(u.validate, " -f %s")]) if object.get(u, "restart", false)

what(u) := "put in place untested" if not object.get(u, "restart", false)

instead(u) := sprintf("validate: %s", [u.validate]) if {
	u.whole_file
	not object.get(u, "restart", false)
}

# The module that restarts cannot test.
instead(u) := sprintf("validate: %s on the tasks that change the file", [u.validate]) if {
	u.whole_file
	object.get(u, "restart", false)
}

instead(u) := sprintf("a task or handler with `%s` before the restart", [u.validate]) if not u.whole_file

# A part of a configuration cannot be tested alone.
level(u) := "warning" if u.whole_file

level(u) := "info" if not u.whole_file
