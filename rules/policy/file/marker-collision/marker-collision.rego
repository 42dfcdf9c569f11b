# METADATA
# title: two blocks in one file have the same marker
# description: |
#   blockinfile finds its block by the marker. Two tasks with one marker, or a loop with a constant one, overwrite each other's block, at every run.
# custom:
#   severity: error
#   run2: "writes one block over the other again, and reports changed"
#   instead: "a marker of its own for each block"
#   fix: true
#   select: {flags: [marker-collision]}
#   avoid: |
#     - ansible.builtin.blockinfile:
#         path: /etc/hosts
#         block: "{{ item }}"
#       loop: [a, b]
#   prefer: |
#     - ansible.builtin.blockinfile:
#         path: /etc/hosts
#         marker: "# {mark} {{ item }}"
#         block: "{{ item }}"
#       loop: [a, b]
package rules["file"]["marker-collision"]

violations contains {"id": task.id, "msg": sprintf("every item of the loop has the marker `%s` in %s", [task.marker_collision.marker, task.marker_collision.path])} if {
	some task in input.tasks
	task.marker_collision.loop
}

violations contains {"id": task.id, "msg": sprintf("line %d has the marker `%s` in %s, too", [task.marker_collision.other.line, task.marker_collision.marker, task.marker_collision.path]), "related": [{"id": task.marker_collision.other.id, "note": "the same marker"}]} if {
	some task in input.tasks
	not task.marker_collision.loop
}
