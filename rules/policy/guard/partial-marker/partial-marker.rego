# METADATA
# title: the guard is satisfied before the work is done
# description: |
#   The directory that the guard looks at is made first and filled afterwards. A run that is interrupted in between is never repaired.
# custom:
#   severity: warning
#   run2: "skips the command, even where an interrupted run left the directory half-made"
#   instead: "a guard on what is made last"
#   select: {flags: [partial-marker]}
#   avoid: |
#     - ansible.builtin.command: python3 -m venv /srv/venv
#       args:
#         creates: /srv/venv
#   prefer: |
#     - ansible.builtin.command: python3 -m venv /srv/venv
#       args:
#         creates: /srv/venv/bin/pip3
package rules["guard"]["partial-marker"]

violations contains {"id": task.id, "msg": sprintf("%s is there as soon as %s starts, even if it does not get to its end", [task.partial_marker.path, task.partial_marker.program]), "instead": sprintf("creates: %s", [task.partial_marker.leaf])} if {
	some task in input.tasks
	task.partial_marker
}
