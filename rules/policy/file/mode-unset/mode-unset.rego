# METADATA
# title: The mode of a file is left to chance
# description: |
#   Without a mode a new file gets what the umask of the run leaves, another one by another user or another Ansible. A run from another machine can make a
#   secret readable, or a page unreadable.
# custom:
#   severity: warning
#   run2: keeps whatever mode the first run's umask gave
#   instead: "mode: with the mode it is to have, quoted"
#   ansible_lint: [risky-file-permissions]
#   select:
#     modules: [archive, assemble, copy, file, get_url, template, replace, htpasswd, ini_file, lineinfile, blockinfile]
#   avoid: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#   prefer: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#         mode: "0644"
package rules.file["mode-unset"]

violations contains {"id": task.id, "msg": "the file gets whatever mode the umask leaves"} if {
	some task in input.tasks
	creates_files(task)
	is_null(object.get(task.args, "mode", null))
	not object.get(task.args, "state", "") in {"absent", "link", "hard"}
	not task.args.recurse
	not directory_copy(task)
}

violations contains {"id": task.id, "msg": sprintf("mode: preserve means nothing to %s", [task.module]), "arg": "mode"} if {
	some task in input.tasks
	task.args.mode == "preserve"
	not task.module in {"copy", "template"}
}

creates_files(task) if task.module in {"archive", "assemble", "copy", "get_url", "template"}

creates_files(task) if {
	task.module == "file"
	object.get(task.args, "state", "file") in {"directory", "touch"}
}

creates_files(task) if {
	task.module in {"htpasswd", "ini_file"}
	object.get(task.args, "create", true) == true
}

creates_files(task) if {
	task.module in {"lineinfile", "blockinfile"}
	task.args.create == true
}

# A tree keeps the modes of its files.
directory_copy(task) if {
	task.module == "copy"
	endswith(task.args.src, "/")
	task.args.directory_mode
}
