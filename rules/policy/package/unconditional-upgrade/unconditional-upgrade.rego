# METADATA
# title: Every package of the server is upgraded at each run
# description: |
#   An upgrade of all packages in the playbook that deploys ties each release to whatever the distribution published since the last
#   one: services restart, kernels change, and a failed release cannot be told from a failed upgrade.
# custom:
#   severity: warning
#   run2: upgrades everything that has a newer version by then
#   instead: "a playbook of its own for upgrades, or tags: [never, upgrade]"
#   select:
#     modules: [apt, yum, dnf, package, pacman, apk, zypper]
#   avoid: |
#     - ansible.builtin.apt:
#         upgrade: dist
#   prefer: |
#     # upgrade.yml, run on purpose
#     - ansible.builtin.apt:
#         upgrade: dist
#       tags: [never, upgrade]
package rules["package"]["unconditional-upgrade"]

violations contains {"id": task.id, "msg": "all packages of the server are upgraded"} if {
	some task in input.tasks
	upgrades_all(task)
	not task.never
	not task.guarded
	not task.handler
}

upgrades_all(task) if {
	task.module in {"apt", "pacman", "apk"}
	task.args.upgrade in {true, "dist", "full", "safe", "yes", "true"}
}

upgrades_all(task) if {
	task.module in {"yum", "dnf", "package", "zypper"}
	task.args.name in {"*", ["*"]}
	task.args.state == "latest"
}
