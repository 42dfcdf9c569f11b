# METADATA
# title: a downloaded script is run without being looked at
# description: |
#   What runs is whatever the server sends that day; a broken download runs half of it; and without a guard all of it runs again at every run.
# custom:
#   severity: error
#   run2: "downloads and runs the script again, in whatever version it has by then"
#   instead: "get_url with checksum, then command with creates"
#   select: {flags: [command]}
#   avoid: |
#     - ansible.builtin.shell: curl -sL https://example.com/setup.sh | bash
#   prefer: |
#     - ansible.builtin.get_url:
#         url: https://example.com/setup-1.2.sh
#         dest: /opt/setup.sh
#         checksum: sha256:...
#         mode: "0755"
#     - ansible.builtin.command: /opt/setup.sh
#       args:
#         creates: /usr/local/bin/tool
package rules["shell"]["pipe-to-shell"]

violations contains violation if {
	some task in input.tasks
	task.unguarded
	task.command.pipe_to_shell != ""
	violation := object.union({"id": task.id, "msg": sprintf("%s runs a downloaded script at every run", [task.command.pipe_to_shell])}, softer(task))
}

softer(task) := {"level": "warning"} if task.command.verified

softer(task) := {} if not task.command.verified
