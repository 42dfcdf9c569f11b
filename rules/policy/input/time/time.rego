# METADATA
# title: The time of the run goes into what is written
# description: |
#   A value that contains the time is another one at each run: the file changes, its handler restarts the service, and changed tells
#   nothing any more.
# custom:
#   severity: warning
#   run2: writes another value and reports changed
#   instead: leave the time out, or fix it in a variable of the release
#   select:
#     flags: [input-time]
#   avoid: |
#     - ansible.builtin.copy:
#         content: "deployed {{ ansible_date_time.iso8601 }}"
#         dest: /srv/app/RELEASE
#         mode: "0644"
#   prefer: |
#     - ansible.builtin.copy:
#         content: "deployed {{ app_version }}"
#         dest: /srv/app/RELEASE
#         mode: "0644"
package rules.input.time

violations contains {"id": task.id, "msg": sprintf("%s in %s is another one at each run", [found.what, found.arg]), "level": level(found.arg), "arg": found.arg} if {
	some task in input.tasks
	some found in task.inputs
	found.kind == "time"
	found.arg in persistent
	not task.guarded
	not task.handler
	not task.never
}

# Arguments whose value stays on the target.
persistent := {"content", "dest", "path", "name", "line", "block", "replace", "value", "job", "src", "template", "url_password", "password"}

level(arg) := "error" if arg in {"content", "template", "dest", "line", "block", "value"}

level(arg) := "warning" if not arg in {"content", "template", "dest", "line", "block", "value"}
