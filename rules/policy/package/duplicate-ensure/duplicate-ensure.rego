# METADATA
# title: A package is ensured twice
# description: |
#   One task is enough; the second only costs time, and two tasks can come to differ.
# custom:
#   severity: info
#   run2: asks the package manager twice
#   instead: remove one of the tasks
#   select:
#     flags: [duplicate-package]
#   avoid: |
#     - ansible.builtin.apt: {name: [git, nginx]}
#     - ansible.builtin.apt: {name: nginx}
#   prefer: |
#     - ansible.builtin.apt: {name: [git, nginx]}
package rules["package"]["duplicate-ensure"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s is installed by the task on line %d of %s already", [twice["package"], twice.other.line, base(twice.other.file)]),
	"related": [{"id": twice.other.id, "note": "the first one"}],
} if {
	some task in input.tasks
	twice := task.duplicate_package
}

base(file) := parts[count(parts) - 1] if parts := split(file, "/")
