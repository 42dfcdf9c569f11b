# METADATA
# title: a guard keeps a module from repairing what it looks after
# description: |
#   The module looks for itself and changes only what differs. Under the guard it does so on the first run alone: a stopped service, a lost package stays lost.
# custom:
#   severity: warning
#   run2: "skips the task: what was stopped, changed or removed since the first run stays so"
#   instead: "the task without that condition: the module changes only what differs"
#   select: {flags: [blocks-declarative]}
#   avoid: |
#     - ansible.builtin.stat: {path: /etc/ssl/cert.pem}
#       register: cert
#     - ansible.builtin.service:
#         name: nginx
#         state: started
#       when: not cert.stat.exists
#   prefer: |
#     - ansible.builtin.service:
#         name: nginx
#         state: started
package rules["guard"]["blocks-declarative"]

violations contains {"id": task.id, "msg": sprintf("the module %s runs only if `%s`, which is about %s", [task.module, task.blocks_declarative.text, task.blocks_declarative.path])} if {
	some task in input.tasks
	task.blocks_declarative
}
