# METADATA
# title: replace changes its own result again
# description: |
#   The regexp matches what the replacement has written.
# custom:
#   severity: error
#   run2: "replaces again in what the first run wrote"
#   instead: "an anchored regexp, or a negative look-ahead"
#   select: {flags: [not-fixpoint]}
#   avoid: |
#     - ansible.builtin.replace:
#         path: /etc/app.conf
#         regexp: workers
#         replace: workers workers
#   prefer: |
#     - ansible.builtin.lineinfile:
#         path: /etc/app.conf
#         regexp: ^workers
#         line: workers 2
package rules["file"]["replace-not-fixpoint"]

violations contains {"id": task.id, "arg": "regexp", "msg": sprintf("`%s` matches its own replacement `%s` and changes it again", [task.replace_edit.regexp, task.replace_edit.replace])} if {
	some task in input.tasks
	task.replace_edit
}
