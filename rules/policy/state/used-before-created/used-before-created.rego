# METADATA
# title: a task needs what only a later one makes
# description: |
#   On a fresh server the first run fails here. Later runs work only because an earlier one left behind what is missing.
# custom:
#   severity: error
#   run2: "works only because the failed first run was repaired by hand"
#   instead: "the task that makes it, first"
#   select: {flags: [used-before]}
#   avoid: |
#     - ansible.builtin.copy:
#         src: app.conf
#         dest: /srv/app.conf
#         owner: app
#     - ansible.builtin.user:
#         name: app
#   prefer: |
#     - ansible.builtin.user:
#         name: app
#     - ansible.builtin.copy:
#         src: app.conf
#         dest: /srv/app.conf
#         owner: app
package rules["state"]["used-before-created"]

words := {"user": "user", "group": "group", "dir": "directory", "program": "program", "service": "service"}

violations contains {"id": task.id, "msg": sprintf("needs the %s %s, which line %d of %s makes only later", [words[need.kind], need.name, need.by.line, need.by.file]), "related": [{"id": need.by.id, "note": "makes it"}]} if {
	some task in input.tasks
	some need in task.used_before
	first(task.used_before) == need
	not need.apart
}

# With tags of their own they may be meant for different runs; a run of the whole playbook fails all the same.
violations contains {"id": task.id, "level": "warning", "msg": sprintf("needs the %s %s, which line %d of %s makes only later, under other tags", [words[need.kind], need.name, need.by.line, need.by.file]), "run2": "works only after a run that was given the tags of the task that makes it", "related": [{"id": need.by.id, "note": "makes it"}]} if {
	some task in input.tasks
	some need in task.used_before
	first(task.used_before) == need
	need.apart
}

first(list) := list[0]
