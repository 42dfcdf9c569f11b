# METADATA
# title: the regexp does not find the line that the task writes
# description: |
#   lineinfile replaces the line that its regexp finds, and appends where it finds none. As the regexp never finds the task's own line, the day the line is edited a second one is added beside the old.
# custom:
#   severity: error
#   run2: "changes nothing while line: is the same; once you edit it, adds the new line and leaves the old one in force"
#   instead: "a regexp that matches the old and the new line"
#   select: {flags: [not-fixpoint]}
#   avoid: |
#     - ansible.builtin.lineinfile:
#         path: /etc/sudoers
#         regexp: ^deployers
#         line: "%deployers ALL=(ALL) ALL"
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/sudoers
#         regexp: ^%?deployers
#         line: "%deployers ALL=(ALL) ALL"
package rules["file"]["lineinfile-not-fixpoint"]

violations contains {"id": task.id, "arg": "regexp", "msg": sprintf("regexp `%s` does not find `%s`", [task.line_edit.regexp, task.line_edit.line])} if {
	some task in input.tasks
	task.line_edit
}
