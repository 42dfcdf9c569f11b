# METADATA
# title: no task installs the service
# description: |
#   The unit belongs to a package that no earlier task installs.
# custom:
#   severity: warning
#   run2: "depends on what somebody installed by hand"
#   instead: "a package task before it"
#   select: {flags: [missing-service]}
#   avoid: |
#     - ansible.builtin.service:
#         name: nginx
#         state: started
#   prefer: |
#     - ansible.builtin.package:
#         name: nginx
#     - ansible.builtin.service:
#         name: nginx
#         state: started
package rules["state"]["service-not-installed"]

violations contains {"id": task.id, "msg": sprintf("nothing before this task installs the service %s", [concat(", ", names)])} if {
	some task in input.tasks
	names := {need.name | some need in task.missing; need.kind in {"service"}}
	count(names) > 0
}
