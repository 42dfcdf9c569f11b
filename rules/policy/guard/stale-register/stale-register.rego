# METADATA
# title: The guard reads a result that may not be there
# description: |
#   The variable is registered by a later task, or by one that can be skipped. A skipped task registers a result without the fields that the condition
#   reads, so the condition fails with an undefined variable, or decides by an old value.
# custom:
#   severity: error
#   run2: fails with an undefined variable, or decides by what was true before
#   instead: "register before, under the same conditions; or test `is defined` first"
#   select:
#     flags: [guard-stale]
#   avoid: |
#     - ansible.builtin.stat: {path: /srv/app}
#       register: app
#       when: deploy
#     - ansible.builtin.command: /srv/app/migrate
#       when: app.stat.exists
#   prefer: |
#     - ansible.builtin.stat: {path: /srv/app}
#       register: app
#     - ansible.builtin.command: /srv/app/migrate
#       when: app.stat.exists
package rules.guard["stale-register"]

violations contains {
	"id": task.id,
	"msg": message(task.guard_stale),
	"arg": "when",
	"related": [{"id": task.guard_stale.by.id, "note": "registered here"}],
} if {
	some task in input.tasks
	task.guard_stale
}

message(stale) := sprintf("%s is registered only later, on line %d", [stale.var, stale.by.line]) if stale.why == "later"

message(stale) := sprintf("%s comes from line %d, which is skipped unless %s", [stale.var, stale.by.line, stale.when]) if stale.why == "skipped"
