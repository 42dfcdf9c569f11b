# METADATA
# title: no task installs the program
# description: |
#   The program is in no plain install of Debian, Ubuntu or Red Hat, and no earlier task of the play brings it.
# custom:
#   severity: warning
#   run2: "depends on what somebody installed by hand"
#   instead: "a package task before it"
#   select: {flags: [missing-program]}
#   avoid: |
#     - ansible.builtin.git:
#         repo: https://example.com/app.git
#         dest: /srv/app
#         version: v1
#   prefer: |
#     - ansible.builtin.package:
#         name: git
#     - ansible.builtin.git:
#         repo: https://example.com/app.git
#         dest: /srv/app
#         version: v1
package rules["state"]["program-not-installed"]

violations contains {"id": task.id, "msg": sprintf("nothing before this task installs %s", [concat(", ", names)])} if {
	some task in input.tasks
	names := {need.name | some need in task.missing; need.kind in {"program"}}
	count(names) > 0
}
