# METADATA
# title: a step hangs on a change that is only seen once
# description: |
#   The command runs when an earlier task of the same run changed something. If it fails, the next run finds nothing changed and leaves it out.
#   Handlers are such steps, too: where a command that fails in every run but the first ends the play before them, or meta: end_play does, a
#   change is written and its service never told. No force_handlers helps against the latter. (That any run which is stopped loses the handlers
#   that wait is no finding: it is so of each. `pylint-deploy verify` shows where it does harm.)
# custom:
#   severity: info
#   run2: "leaves the step out if it failed in the first run"
#   instead: "a guard on the step's own result, or a handler with force_handlers"
#   select: {flags: [command, handlers-lost]}
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

violations contains {
	"id": task.id,
	"level": "error",
	"msg": sprintf("line %d of %s fails in every run but the first, before the handler %s has run", [task.handlers_lost.by.line, task.handlers_lost.by.file, concat(", ", task.handlers_lost.handlers)]),
	"run2": "changes the file, ends before the handler, and finds nothing changed in the run after",
	"instead": "a guard for the command that fails; force_handlers, or meta: flush_handlers before it",
	"related": [{"id": task.handlers_lost.by.id, "note": "fails"}],
} if {
	some task in input.tasks
	task.handlers_lost.fails
}

violations contains {
	"id": task.id,
	"level": level,
	"msg": sprintf("line %d of %s ends the play%s, before the handler %s has run", [task.handlers_lost.by.line, task.handlers_lost.by.file, when, concat(", ", task.handlers_lost.handlers)]),
	"run2": "finds nothing changed, and the handler has not run in the first run",
	"instead": "meta: flush_handlers before it",
	"related": [{"id": task.handlers_lost.by.id, "note": "ends the play"}],
} if {
	some task in input.tasks
	not task.handlers_lost.fails
	some sometimes, [level, when] in {true: ["warning", " in some runs"], false: ["error", ""]}
	task.handlers_lost.sometimes == sometimes
}
