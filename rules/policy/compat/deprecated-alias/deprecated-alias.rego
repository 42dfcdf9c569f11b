# METADATA
# title: An old name of a keyword or argument
# description: |
#   The old spelling still means the same, but readers and tools look for the present one.
# custom:
#   severity: info
#   run2: the same, as long as Ansible keeps the old name
#   instead: the present name
#   fix: true
#   select:
#     modules: [play, lineinfile, replace, blockinfile]
#   avoid: |
#     - ansible.builtin.replace:
#         destfile: /etc/ssh/sshd_config
#   prefer: |
#     - ansible.builtin.replace:
#         path: /etc/ssh/sshd_config
package rules.compat["deprecated-alias"]

violations contains {"id": task.id, "msg": sprintf("%s is the old name of path", [written]), "arg": "path"} if {
	some task in input.tasks
	task.module in {"lineinfile", "replace", "blockinfile"}
	written := task.written.path
	written in {"dest", "destfile"}
}

violations contains {"id": play.id, "msg": sprintf("%s is the old name of %s", [old.written, old.name])} if {
	some play in input.tasks
	play.kind == "play"
	some old in play.old_keywords
}
