# METADATA
# title: The server is rebooted at each run
# description: |
#   The reboot module reboots whenever it is reached. A guard that looks at what needs the reboot (a file that the distribution leaves,
#   a changed kernel parameter) makes it happen when it must.
# custom:
#   severity: error
#   run2: reboots the server although nothing changed
#   instead: "a handler, or when: the file /var/run/reboot-required exists"
#   select:
#     modules: [reboot, win_reboot]
#   avoid: |
#     - ansible.builtin.apt: {name: linux-image-amd64}
#     - ansible.builtin.reboot:
#   prefer: |
#     - ansible.builtin.stat:
#         path: /var/run/reboot-required
#       register: reboot_required
#     - ansible.builtin.reboot:
#       when: reboot_required.stat.exists
package rules.effect.reboot

violations contains {"id": task.id, "msg": "the server is rebooted by a task without a guard"} if {
	some task in input.tasks
	task.module in {"reboot", "win_reboot"}
	not task.handler
	not task.guarded
	not task.never
	not task.operation
	not object.get(task, "part", "") in {"rescue", "always"}
}
