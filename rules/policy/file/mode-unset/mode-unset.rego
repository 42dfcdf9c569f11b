# METADATA
# title: the file is made with whatever mode the umask gives
# description: |
#   Without mode a new file gets what the umask of the day leaves, and a file that is there keeps what it has: two servers differ, and secrets can be readable to all.
# custom:
#   severity: warning
#   run2: "leaves whatever mode the file has"
#   instead: "mode: with the mode that the file is to have, in quotes"
#   ansible_lint: [risky-file-permissions]
#   select: {modules: [copy, template, get_url, assemble, file, archive, ini_file, htpasswd, lineinfile, replace, blockinfile]}
#   avoid: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#   prefer: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#         mode: "0644"
package rules["file"]["mode-unset"]

violations contains {"id": task.id, "msg": sprintf("%s leaves the mode to the umask of the run", [task.module])} if {
	some task in input.tasks
	creates(task)
	not task.args.mode
	not kept(task)
}

# What is removed or only linked gets no mode.
kept(task) if task.args.state in {"absent", "link", "hard", "file"}

creates(task) if task.module in {"copy", "template", "get_url", "assemble", "archive"}

creates(task) if {
	task.module == "file"
	task.args.state in {"directory", "touch"}
	not task.args.recurse
}

creates(task) if {
	task.module in {"lineinfile", "blockinfile", "ini_file", "htpasswd"}
	task.args.create == true
}
