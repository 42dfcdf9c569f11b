# METADATA
# title: a step hangs on a change that is only seen once
# description: |
#   The command runs when an earlier task of the same run changed something. If it fails, the next run finds nothing changed and leaves it out.
# custom:
#   severity: info
#   run2: "leaves the step out if it failed in the first run"
#   instead: "a guard on the step's own result, or a handler with force_handlers"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.unarchive:
#         src: app.tgz
#         dest: /srv/app
#       register: app
#     - ansible.builtin.command: /srv/app/install.sh
#       when: app is changed
#   prefer: |
#     - ansible.builtin.command: /srv/app/install.sh
#       args:
#         creates: /srv/app/installed
package rules["state"]["partial-run"]

violations contains {"id": task.id, "msg": sprintf("runs only in the run in which `%s`", [guard.text]), "related": [{"id": guard.source.id, "note": "changes only once"}]} if {
	some task in input.tasks
	task.command.class in {"unknown", "create-once", "regenerate", "overwrite", "upgrade", "converge"}
	not task.handler
	count(task.guards) == 1
	some guard in task.guards
	guard.kind == "changed"
}
