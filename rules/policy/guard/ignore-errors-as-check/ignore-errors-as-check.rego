# METADATA
# title: ignore_errors stands in for a question
# description: |
#   A command that asks by its exit status is marked as failed and ignored: the screen shows red at every run, and a real failure looks the same.
# custom:
#   severity: info
#   run2: "shows the same ignored failure"
#   instead: "failed_when: result.rc not in [0, 1]"
#   ansible_lint: [ignore-errors]
#   select: {flags: [register]}
#   avoid: |
#     - ansible.builtin.command: grep -q x /etc/f
#       register: found
#       ignore_errors: true
#     - ansible.builtin.lineinfile: {path: /etc/f, line: x}
#       when: found is failed
#   prefer: |
#     - ansible.builtin.command: grep -q x /etc/f
#       register: found
#       failed_when: found.rc not in [0, 1]
#       changed_when: false
#     - ansible.builtin.lineinfile: {path: /etc/f, line: x}
#       when: found.rc == 1
package rules["guard"]["ignore-errors-as-check"]

violations contains {"id": task.id, "msg": sprintf("a failure is ignored to learn %s", [task.register])} if {
	some task in input.tasks
	task.ignore_errors == true
	task.register_used
	task.command.class == "read"
	not task.failed_when
}
