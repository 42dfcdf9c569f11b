# METADATA
# title: The name of a task is empty
# description: |
#   name: without a text shows nothing on the screen and cannot be used with --start-at-task; newer versions of Ansible refuse it in some places.
# custom:
#   severity: info
#   run2: the same, and the screen does not say what ran
#   instead: say what state the task is for
#   ansible_lint: ["name[missing]"]
#   avoid: |
#     - name:
#       ansible.builtin.apt:
#         name: nginx
#   prefer: |
#     - name: nginx is installed
#       ansible.builtin.apt:
#         name: nginx
package rules.compat["empty-name"]

violations contains {"id": task.id, "msg": "name: is there, but empty"} if {
	some task in input.tasks
	task.empty_name == true
}
