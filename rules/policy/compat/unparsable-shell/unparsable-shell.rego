# METADATA
# title: The command cannot be read
# description: |
#   The text is no shell command that can be parsed, so nothing can be said of what it does when it is run again. Often a quote or a
#   brace is missing, or a template makes up the syntax.
# custom:
#   severity: info
#   run2: not known
#   instead: a command that parses, or a script of its own file
#   select:
#     flags: [command]
#   avoid: |
#     - ansible.builtin.shell: if test -e /etc/a; then cat /etc/a
#   prefer: |
#     - ansible.builtin.shell: if test -e /etc/a; then cat /etc/a; fi
package rules.compat["unparsable-shell"]

violations contains {"id": task.id, "msg": "the shell command cannot be parsed, so its effect is not known", "unknown": true} if {
	some task in input.tasks
	task.command.unparsable != ""
}
