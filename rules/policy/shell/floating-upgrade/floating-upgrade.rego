# METADATA
# title: a command installs whatever is newest at run time
# description: |
#   pip install -U, npm install -g without a version, git pull, docker pull of latest: the same playbook gives different servers on different days.
# custom:
#   severity: warning
#   run2: "upgrades to whatever is newest by then"
#   instead: "name the version that is to be installed"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: npm install -g pm2
#   prefer: |
#     - community.general.npm:
#         name: pm2
#         version: 5.3.0
#         global: true
package rules["shell"]["floating-upgrade"]

violations contains {"id": task.id, "msg": sprintf("`%s` follows what is newest", [call.text])} if {
	some task in input.tasks
	task.unguarded
	not task.changed_when.own
	some call in task.command.calls
	call.effective == "upgrade"
}
