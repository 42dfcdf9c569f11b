# METADATA
# title: Two tasks replace each other's groups of a user
# description: |
#   Without append: true the user module makes the list of groups the only ones. Two such tasks for one user take turns: each run changes the
#   groups twice, and in between the user lacks some.
# custom:
#   severity: warning
#   run2: removes the groups that another task adds, and both report changed
#   instead: "append: true, or one task with all groups"
#   fix: true
#   select:
#     modules: [user]
#   avoid: |
#     - ansible.builtin.user:
#         name: app
#         groups: docker
#     - ansible.builtin.user:
#         name: app
#         groups: adm
#   prefer: |
#     - ansible.builtin.user:
#         name: app
#         groups: [docker, adm]
#         append: true
package rules.rerun["user-groups-replaced"]

violations contains {"id": task.id, "msg": sprintf("the groups of %s are replaced, and line %d sets others", [task.args.name, task.rival.line]), "arg": "groups", "related": [{"id": task.rival.id, "note": "sets others"}]} if {
	some task in input.tasks
	task.module == "user"
	task.rival
}
