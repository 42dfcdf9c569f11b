# METADATA
# title: The replacement is replaced again
# description: |
#   The pattern matches the text that it was replaced by, so each run replaces once more: the file grows, or changes back and forth.
# custom:
#   severity: error
#   run2: replaces in its own result
#   instead: a pattern that matches the old text only, by anchors or a look-ahead
#   select:
#     flags: [not-fixpoint]
#   avoid: |
#     - ansible.builtin.replace: {path: /etc/hosts, regexp: localhost, replace: localhost app.local}
#   prefer: |
#     - ansible.builtin.replace: {path: /etc/hosts, regexp: 'localhost$', replace: localhost app.local}
package rules.file["replace-not-fixpoint"]

violations contains {"id": task.id, "msg": sprintf("%q, applied to its own result, changes it again", [task.replace_edit.regexp]), "arg": "regexp"} if {
	some task in input.tasks
	task.replace_edit.fixpoint == "no"
}
