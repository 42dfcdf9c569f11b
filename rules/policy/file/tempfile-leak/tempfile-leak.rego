# METADATA
# title: a temporary file is made at every run and never removed
# description: |
#   tempfile makes a new file each time; without a task that removes it they pile up.
# custom:
#   severity: info
#   run2: "leaves one more temporary file"
#   instead: "file with state absent in an always: section"
#   select: {modules: [tempfile]}
#   avoid: |
#     - ansible.builtin.tempfile:
#       register: scratch
#   prefer: |
#     - block:
#         - ansible.builtin.tempfile:
#           register: scratch
#       always:
#         - ansible.builtin.file:
#             path: "{{ scratch.path }}"
#             state: absent
package rules["file"]["tempfile-leak"]

violations contains {"id": task.id, "msg": "no later task removes the temporary file"} if {
	some task in input.tasks
	task.module == "tempfile"
	not task.removed_later
}
