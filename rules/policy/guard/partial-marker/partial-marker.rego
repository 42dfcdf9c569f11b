# METADATA
# title: The guard is satisfied before the work is done
# description: |
#   The guard looks at a directory that the command makes first and fills afterwards. When the command is interrupted the directory is there, the
#   content is not, and no later run repairs it.
# custom:
#   severity: warning
#   run2: leaves an interrupted first run as it is
#   instead: guard on a file that comes last
#   select:
#     flags: [partial-marker]
#   avoid: |
#     - ansible.builtin.command: python3 -m venv /srv/venv
#       args: {creates: /srv/venv}
#   prefer: |
#     - ansible.builtin.command: python3 -m venv /srv/venv
#       args: {creates: /srv/venv/bin/pip3}
package rules.guard["partial-marker"]

violations contains {
	"id": task.id,
	"msg": sprintf("the guard %s is there before %s has filled it", [marker.path, marker.program]),
	"instead": sprintf("creates: %s", [marker.leaf]),
} if {
	some task in input.tasks
	marker := task.partial_marker
}
