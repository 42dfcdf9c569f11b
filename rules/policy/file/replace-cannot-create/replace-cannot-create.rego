# METADATA
# title: The setting is changed only where its exact line is there
# description: |
#   replace edits lines that match and is content where none does. If the file has the setting commented out, with another value, or not at all, nothing
#   happens and the task reports ok: the setting is not in force, and nobody is told.
# custom:
#   severity: warning
#   run2: reports ok, also on a server where the setting was never made
#   instead: lineinfile with a regexp that also matches the commented line
#   select:
#     flags: [cannot-create]
#   avoid: |
#     - ansible.builtin.replace:
#         path: /etc/ssh/sshd_config
#         regexp: "^PasswordAuthentication yes"
#         replace: "PasswordAuthentication no"
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/ssh/sshd_config
#         regexp: '^#?\s*PasswordAuthentication\b'
#         line: PasswordAuthentication no
#         validate: sshd -t -f %s
package rules.file["replace-cannot-create"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s becomes %s only where it is exactly %s", [task.cannot_create.key, task.cannot_create.value, task.cannot_create.old]),
	"instead": sprintf("lineinfile with regexp: '^#?\\s*%s\\b' and line: %s %s", [task.cannot_create.key, task.cannot_create.key, task.cannot_create.value]),
	"arg": "regexp",
} if {
	some task in input.tasks
	task.cannot_create
}
