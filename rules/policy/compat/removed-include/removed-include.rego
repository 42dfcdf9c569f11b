# METADATA
# title: include was removed from Ansible
# description: |
#   The bare include of tasks was deprecated for years and removed in ansible-core 2.16: a newer Ansible refuses the playbook before its first task.
# custom:
#   severity: error
#   run2: refused by ansible-core 2.16 and later
#   instead: "import_tasks for a constant file, include_tasks where a loop or variable chooses it"
#   fix: true
#   ansible_lint: [deprecated-module]
#   select:
#     modules: [include]
#   avoid: |
#     - include: nginx.yml
#   prefer: |
#     - ansible.builtin.import_tasks: nginx.yml
package rules.compat["removed-include"]

violations contains {"id": task.id, "msg": "include: was removed in ansible-core 2.16"} if {
	some task in input.tasks
	task.module == "include"
}
