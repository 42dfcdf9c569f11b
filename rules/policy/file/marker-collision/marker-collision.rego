# METADATA
# title: Two blocks share one marker
# description: |
#   blockinfile finds its block by the marker lines. Two blocks with the same marker in one file replace each other: only the last is left, and
#   both tasks report changed at each run.
# custom:
#   severity: error
#   run2: the blocks replace each other again, and both report changed
#   instead: a marker of its own for each block
#   select:
#     flags: [marker-collision]
#   avoid: |
#     - ansible.builtin.blockinfile: {path: /etc/hosts, block: "{{ item }}"}
#       loop: "{{ blocks }}"
#   prefer: |
#     - ansible.builtin.blockinfile:
#         path: /etc/hosts
#         block: "{{ item.text }}"
#         marker: "# {mark} {{ item.name }}"
#       loop: "{{ blocks }}"
package rules.file["marker-collision"]

violations contains {"id": task.id, "msg": sprintf("every item of the loop writes the block %q of %s", [c.marker, c.path]), "arg": "marker"} if {
	some task in input.tasks
	c := task.marker_collision
	c.loop
}

violations contains {
	"id": task.id,
	"msg": sprintf("the block %q of %s is that of line %d", [c.marker, c.path, c.other.line]),
	"arg": "marker",
	"related": [{"id": c.other.id, "note": "the other block"}],
} if {
	some task in input.tasks
	c := task.marker_collision
	not c.loop
}
