# METADATA
# title: no task makes the directory
# description: |
#   The directory is neither standard, nor brought by a package, nor made by an earlier task: on a fresh server the task fails.
# custom:
#   severity: warning
#   run2: "works only where the directory was made by hand"
#   instead: "file with state directory before it"
#   fix: true
#   select: {flags: [missing-dir]}
#   avoid: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app/app.conf
#   prefer: |
#     - ansible.builtin.file:
#         path: /etc/app
#         state: directory
#         mode: "0755"
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app/app.conf
package rules["state"]["parent-not-created"]

violations contains {"id": task.id, "msg": sprintf("nothing before this task makes %s", [concat(", ", names)])} if {
	some task in input.tasks
	names := {need.name | some need in task.missing; need.kind in {"dir"}}
	count(names) > 0
}
