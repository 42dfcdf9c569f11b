# METADATA
# title: what is written comes in another order at each run
# description: |
#   Since ansible-core 2.16 the filters for sets give their result in the order of hashes, which Python draws anew in each process; a directory is listed as the
#   file system has it; so are network interfaces. The file changes although nothing did.
# custom:
#   severity: info
#   run2: "writes the same lines in another order and reports changed"
#   instead: "| sort"
#   select: {flags: [input-unordered]}
#   avoid: |
#     - ansible.builtin.copy:
#         content: "{{ admins | union(staff) | join(' ') }}"
#         dest: /srv/app/users
#   prefer: |
#     - ansible.builtin.copy:
#         content: "{{ admins | union(staff) | sort | join(' ') }}"
#         dest: /srv/app/users
package rules["input"]["unordered"]

violations contains {"id": task.id, "msg": sprintf("the order of %s in %s is another one at each run", [found.what, found.arg]), "arg": found.arg} if {
	some task in input.tasks
	some found in task.inputs
	found.kind == "unordered"
	found.arg in {"content", "template", "line", "block", "replace", "value"}
	not task.guarded
	not task.handler
	not task.never
}
