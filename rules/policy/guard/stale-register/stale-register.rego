# METADATA
# title: the condition reads a result that is not there
# description: |
#   The variable is registered only later, by a task that may have been skipped, or anew by another task in between: then it has no
#   stat, rc or stdout, and the condition fails.
# custom:
#   severity: error
#   run2: "fails in the condition, or decides by an old result"
#   instead: "register before use; or add `is not skipped`"
#   select: {flags: [guard-stale]}
#   avoid: |
#     - ansible.builtin.command: ./setup
#       when: not done.stat.exists
#     - ansible.builtin.stat:
#         path: /srv/done
#       register: done
#   prefer: |
#     - ansible.builtin.stat:
#         path: /srv/done
#       register: done
#     - ansible.builtin.command: ./setup
#       when: not done.stat.exists
package rules["guard"]["stale-register"]

violations contains {"id": task.id, "msg": sprintf("%s is registered only later, at line %d of %s", [task.guard_stale.var, task.guard_stale.by.line, task.guard_stale.by.file]), "related": [{"id": task.guard_stale.by.id, "note": "registers it"}]} if {
	some task in input.tasks
	task.guard_stale.why == "later"
}

# Whether the two conditions ever differ is not in the text.
violations contains {"id": task.id, "level": "warning", "unknown": true, "msg": sprintf("%s comes from a task that is skipped unless `%s`", [task.guard_stale.var, task.guard_stale.when]), "related": [{"id": task.guard_stale.by.id, "note": "may be skipped"}]} if {
	some task in input.tasks
	task.guard_stale.why == "skipped"
}

violations contains {"id": task.id, "msg": sprintf("%s is registered anew at line %d of %s, without %s", [task.guard_stale.var, task.guard_stale.by.line, task.guard_stale.by.file, task.guard_stale.field]), "related": both(task)} if {
	some task in input.tasks
	task.guard_stale.why == "overwritten"
	not task.guard_stale.when
}

violations contains {"id": task.id, "level": "warning", "unknown": true, "msg": sprintf("%s is registered anew at line %d of %s, and has no %s where `%s` does not hold", [task.guard_stale.var, task.guard_stale.by.line, task.guard_stale.by.file, task.guard_stale.field, task.guard_stale.when]), "related": both(task)} if {
	some task in input.tasks
	task.guard_stale.why == "overwritten"
	task.guard_stale.when
}

both(task) := [{"id": task.guard_stale.first.id, "note": "registers what is meant"}, {"id": task.guard_stale.by.id, "note": "registers it anew"}]
