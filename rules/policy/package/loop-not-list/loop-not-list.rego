# METADATA
# title: Packages are installed one by one in a loop
# description: |
#   The module takes a list. A loop calls the package manager once for each item: slower, and each call resolves
#   dependencies without knowing of the others.
# custom:
#   severity: info
#   run2: asks the package manager once for each item
#   instead: give the module the list
#   fix: true
#   select:
#     flags: [loop]
#   avoid: |
#     - ansible.builtin.apt:
#         name: "{{ item }}"
#       loop: [nginx, git]
#   prefer: |
#     - ansible.builtin.apt:
#         name: [nginx, git]
package rules["package"]["loop-not-list"]

import data.lib.packages

violations contains {"id": task.id, "msg": sprintf("%s is called once for each package of the loop", [task.module]), "arg": packages.name_argument[task.module]} if {
	some task in input.tasks
	task.looping
	task.module in {"apt", "apk", "dnf", "package", "pacman", "pip", "yum", "zypper"}
	name := task.args[packages.name_argument[task.module]]
	is_string(name)
	regex.match(sprintf(`^\{\{\s*%s\s*\}\}$`, [object.get(task, "loop_var", "item")]), name)
}
