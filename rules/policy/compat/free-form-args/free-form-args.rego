# METADATA
# title: arguments are written as one string
# description: |
#   `module: a=1 b=2` is a little language of its own: everything in it is text, quotes and blanks need care, and editors and linters cannot
#   check it. A mapping says the same with types.
# custom:
#   severity: info
#   run2: "does the same; only the way of writing is old"
#   instead: "one line for each argument"
#   fix: true
#   ansible_lint: [no-free-form]
#   select: {flags: [kv]}
#   avoid: |
#     - ansible.builtin.apt: name=nginx state=present
#   prefer: |
#     - ansible.builtin.apt:
#         name: nginx
#         state: present
package rules["compat"]["free-form-args"]

violations contains {"id": task.id, "msg": sprintf("the arguments of %s are one string", [task.module])} if {
	some task in input.tasks
	task.spelling == "kv"
}
