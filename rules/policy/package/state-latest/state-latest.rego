# METADATA
# title: state latest installs whatever is newest at run time
# description: |
#   The task's result depends on the package index at the time of the run, so two servers that were set up a week apart differ, and a
#   re-run that was meant to change nothing upgrades a running service. A pinned version, or presence plus a playbook for
#   upgrades, keeps a release and an upgrade two decisions.
# custom:
#   severity: warning
#   run2: upgrades the package if the index has a newer one by then
#   instead: "state: present, and a playbook of its own for upgrades"
#   fix: true
#   ansible_lint: [package-latest]
#   select:
#     modules: [apt, apk, cpanm, dnf, gem, homebrew, npm, package, pacman, pip, pkgng, portage, yum, zypper]
#   avoid: |
#     - ansible.builtin.apt:
#         name: nginx
#         state: latest
#   prefer: |
#     - ansible.builtin.apt:
#         name: nginx
#         state: present
package rules["package"]["state-latest"]

import data.lib.packages

violations contains {"id": task.id, "msg": sprintf("%s is installed in whatever version is newest", [packages.names(task)]), "arg": "state"} if {
	some task in input.tasks
	latest(task.args.state)
	not task.never
	not task.guarded
	not only_upgrades(task)
}

latest("latest")

latest(state) if regex.match(`default\(\s*['"]latest['"]`, state)

only_upgrades(task) if task.args.only_upgrade == true

only_upgrades(task) if task.args.update_only == true
