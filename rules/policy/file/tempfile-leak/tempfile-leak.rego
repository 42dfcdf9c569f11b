# METADATA
# title: A temporary file is made at each run and never removed
# description: |
#   tempfile makes another file each time it runs, and reports changed. Without a task that removes it, each run leaves one behind.
# custom:
#   severity: info
#   run2: leaves another temporary file behind and reports changed
#   instead: "remove it in always:, and say changed_when: false"
#   select:
#     modules: [tempfile]
#   avoid: |
#     - ansible.builtin.tempfile: {state: directory}
#       register: scratch
#   prefer: |
#     - block:
#         - ansible.builtin.tempfile: {state: directory}
#           register: scratch
#           changed_when: false
#       always:
#         - ansible.builtin.file: {path: "{{ scratch.path }}", state: absent}
#           changed_when: false
package rules.file["tempfile-leak"]

violations contains {"id": task.id, "msg": "the temporary file is not used, so it is not removed either"} if {
	some task in input.tasks
	task.module == "tempfile"
	not object.get(task, "register_used", false)
	not task.never
}
