# METADATA
# title: the edit only works where one exact value is set
# description: |
#   replace changes nothing in a file where the setting has another value, is commented out or missing, and reports ok. A hardening that never took effect looks like one that did.
# custom:
#   severity: warning
#   run2: "reports ok whether or not the setting is in force"
#   instead: "lineinfile with a regexp of the key alone"
#   fix: true
#   select: {flags: [cannot-create]}
#   avoid: |
#     - ansible.builtin.replace:
#         path: /etc/ssh/sshd_config
#         regexp: ^PermitRootLogin yes
#         replace: PermitRootLogin no
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/ssh/sshd_config
#         regexp: ^#?\s*PermitRootLogin\b
#         line: PermitRootLogin no
package rules["file"]["replace-cannot-create"]

violations contains {"id": task.id, "arg": "regexp", "msg": sprintf("%s is set to %s only where it is exactly %s now", [task.cannot_create.key, task.cannot_create.value, task.cannot_create.old]), "instead": sprintf("lineinfile with regexp: ^#?\\s*%s\\b and line: %s %s", [task.cannot_create.key, task.cannot_create.key, task.cannot_create.value])} if {
	some task in input.tasks
	task.cannot_create
}
