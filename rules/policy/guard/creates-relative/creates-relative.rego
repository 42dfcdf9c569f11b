# METADATA
# title: the guard is a relative path
# description: |
#   Without chdir a relative path is looked up in whatever directory the login starts in, which become changes.
# custom:
#   severity: warning
#   run2: "looks in another directory when the login or become_user changes"
#   instead: "an absolute path, or chdir"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.command: make install
#       args:
#         creates: bin/app
#   prefer: |
#     - ansible.builtin.command: make install
#       args:
#         chdir: /srv/app
#         creates: bin/app
package rules["guard"]["creates-relative"]

violations contains {"id": task.id, "msg": sprintf("%s: %s is relative, and there is no chdir", [arg, task.args[arg]]), "arg": arg} if {
	some task in input.tasks
	task.command
	not task.args.chdir
	some arg in ["creates", "removes"]
	not regex.match(`^([/~]|\{\{|\$)`, task.args[arg])
}
