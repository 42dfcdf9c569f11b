# METADATA
# title: A guard keeps a state from being enforced
# description: |
#   The module only acts where something differs, so it needs no guard. With one that looks at something else, the state is enforced once and never
#   again: a service that was stopped or disabled by hand stays so.
# custom:
#   severity: warning
#   run2: does not repair the state
#   instead: drop the guard
#   select:
#     flags: [blocks-declarative]
#   avoid: |
#     - ansible.builtin.service: {name: nginx, state: started, enabled: true}
#       when: not certs.stat.exists
#   prefer: |
#     - ansible.builtin.service: {name: nginx, state: started, enabled: true}
package rules.guard["blocks-declarative"]

violations contains {"id": task.id, "msg": sprintf("%s is enforced only while %s is not there", [task.title, task.blocks_declarative.path])} if {
	some task in input.tasks
	task.blocks_declarative
}
