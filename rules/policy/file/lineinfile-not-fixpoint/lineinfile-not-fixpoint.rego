# METADATA
# title: The regexp does not match the line that it is to find again
# description: |
#   lineinfile looks for a line that matches regexp and replaces it by line. If regexp does not match line itself, the task does not recognise its
#   own work: as soon as the wanted line changes, the old one stays and another is added below.
# custom:
#   severity: error
#   run2: when the line is edited, the old line stays and a second one is added
#   instead: a regexp that matches the old form and the new one
#   select:
#     flags: [not-fixpoint]
#   avoid: |
#     - ansible.builtin.lineinfile:
#         path: /etc/sudoers
#         regexp: "^deployers"
#         line: "%deployers ALL=(ALL) NOPASSWD: ALL"
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/sudoers
#         regexp: "^%?deployers\\b"
#         line: "%deployers ALL=(ALL) NOPASSWD: ALL"
package rules.file["lineinfile-not-fixpoint"]

violations contains {"id": task.id, "msg": sprintf("regexp %q does not match line %q", [task.line_edit.regexp, task.line_edit.line]), "arg": "regexp"} if {
	some task in input.tasks
	task.line_edit.fixpoint == "no"
}
