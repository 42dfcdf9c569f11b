# METADATA
# title: The guard's path depends on where the command runs
# description: |
#   A relative path is looked up in whatever directory the module starts in, and $VARIABLES in it are not expanded. So the guard looks at another file than
#   the command writes.
# custom:
#   severity: warning
#   run2: depends on the directory that the login starts in
#   instead: an absolute path, or chdir
#   select:
#     modules: [command, shell, script, raw, expect]
#   avoid: |
#     - ansible.builtin.command: ./configure
#       args: {creates: Makefile}
#   prefer: |
#     - ansible.builtin.command: ./configure
#       args: {chdir: /usr/src/app, creates: Makefile}
package rules.guard["creates-relative"]

violations contains {"id": task.id, "msg": sprintf("%s: %s is relative, and there is no chdir", [name, path]), "arg": name} if {
	some task in input.tasks
	some name in ["creates", "removes"]
	path := task.args[name]
	regex.match(`^[^/~{$]`, path)
	not task.args.chdir
}

violations contains {"id": task.id, "msg": sprintf("%s: %s has a variable that is not expanded there", [name, path]), "arg": name} if {
	some task in input.tasks
	some name in ["creates", "removes"]
	path := task.args[name]
	regex.match(`\$[A-Za-z_{(]`, path)
}
