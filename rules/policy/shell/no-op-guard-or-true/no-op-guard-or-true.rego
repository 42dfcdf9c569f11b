# METADATA
# title: every failure of a changing command is swallowed
# description: |
#   `|| true` and failed_when: false cannot tell "was done before" from "is broken".
# custom:
#   severity: warning
#   run2: "succeeds whatever happens"
#   instead: "failed_when with the message that is expected"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: createdb app || true
#   prefer: |
#     - ansible.builtin.command: createdb app
#       register: db
#       failed_when: db.rc != 0 and 'already exists' not in db.stderr
package rules["shell"]["no-op-guard-or-true"]

violations contains violation if {
	some task in input.tasks
	task.command.class != "read"
	not task.register_used
	not task.changed_when.own
	not question(task)
	swallowed(task)
	violation := object.union({"id": task.id, "msg": "every failure of the command is swallowed"}, softer(task))
}

# Behind a guard it is no matter of every run.
softer(task) := {"level": "info"} if not task.unguarded

softer(task) := {} if task.unguarded

swallowed(task) if task.command.or_true

swallowed(task) if task.failed_when.literal == false

# A program that nobody knows, that is run in check mode, too, or whose answer is registered: its author vouches that it only looks.
question(task) if {
	task.command.class == "unknown"
	task.changed_when.literal == false
	task.register
}
