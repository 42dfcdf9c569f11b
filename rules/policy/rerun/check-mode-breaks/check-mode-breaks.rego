# METADATA
# title: Check mode skips a look that later tasks need
# description: |
#   Commands are skipped in check mode, so the registered result lacks what later conditions read, and `--check` fails or lies. A command that
#   only reads may run in check mode, too.
# custom:
#   severity: info
#   run2: the same; a run with --check fails at the task that reads the result
#   instead: "check_mode: false on the task that looks"
#   fix: true
#   select:
#     flags: [register]
#   avoid: |
#     - ansible.builtin.command: systemctl is-active nginx
#       register: active
#       changed_when: false
#     - ansible.builtin.debug:
#         msg: nginx is down
#       when: active.stdout != 'active'
#   prefer: |
#     - ansible.builtin.command: systemctl is-active nginx
#       register: active
#       changed_when: false
#       check_mode: false
#     - ansible.builtin.debug:
#         msg: nginx is down
#       when: active.stdout != 'active'
package rules.rerun["check-mode-breaks"]

violations contains {"id": task.id, "msg": sprintf("%s is not set in check mode", [task.register])} if {
	some task in input.tasks
	task.command["class"] == "read"
	task.register_used
	not defined(task)
}

defined(task) if not is_null(object.get(task, "check_mode", null))
