# METADATA
# title: run does not execute this natively
# description: |
#   `pylint-deploy run` executes a set of modules by itself, and refuses a playbook that needs others before it touches a host.
#   `pylint-deploy modules` lists what it has.
# custom:
#   severity: info
#   run2: "is judged like any other task; only `run` refuses it"
#   instead: "a module of the list, or ansible-playbook for this playbook"
#   select: {flags: [refused]}
#   avoid: |
#     - community.general.jira:
#         uri: https://jira.example.org
#   prefer: |
#     - ansible.builtin.uri:
#         url: https://jira.example.org/rest/api/2/issue
package rules["compat"]["not-runnable"]

# One finding for each thing that is missing, at the first task that needs it.
violations contains {"id": task.id, "once": task.refused, "msg": sprintf("%s does not run natively", [task.refused])} if {
	some task in input.tasks
	task.refused
}
