# METADATA
# title: A look that is allowed to fail in any way
# description: |
#   ignore_errors takes every failure for the answer "no": a missing program, a refused connection, a typing error. failed_when names the return codes that are
#   answers and lets the others stop the run.
# custom:
#   severity: warning
#   run2: takes any error for the answer, and goes on
#   instead: "failed_when: result.rc not in [0, 1]"
#   ansible_lint: [ignore-errors]
#   select:
#     flags: [register]
#   avoid: |
#     - ansible.builtin.command: id app
#       register: app_user
#       ignore_errors: true
#   prefer: |
#     - ansible.builtin.command: id app
#       register: app_user
#       failed_when: app_user.rc not in [0, 1]
#       changed_when: false
package rules.guard["ignore-errors-as-check"]

violations contains {"id": task.id, "msg": sprintf("every failure counts as an answer in %s", [task.register]), "arg": "ignore_errors"} if {
	some task in input.tasks
	task.ignore_errors == true
	task.register_used
	task.command
	not task.failed_when
}
