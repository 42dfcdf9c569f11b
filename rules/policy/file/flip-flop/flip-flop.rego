# METADATA
# title: two tasks write the same file against each other
# description: |
#   One task writes the whole file, the other edits it or writes it whole as well. Each run puts back what the other changed; both report changed every time, and handlers fire.
# custom:
#   severity: error
#   run2: "undoes and redoes the other task's change"
#   instead: "one template for the file"
#   select: {flags: [flip-flop]}
#   avoid: |
#     - ansible.builtin.template:
#         src: app.conf.j2
#         dest: /etc/app.conf
#     - ansible.builtin.lineinfile:
#         path: /etc/app.conf
#         line: debug = no
#   prefer: |
#     - ansible.builtin.template:   # with the line in it
#         src: app.conf.j2
#         dest: /etc/app.conf
package rules["file"]["flip-flop"]

violations contains {"id": task.id, "msg": sprintf("%s is written whole at line %d of %s", [clash.path, clash.other.line, clash.other.file]), "related": [{"id": clash.other.id, "note": "writes the whole file"}]} if {
	some task in input.tasks
	some clash in task.flip_flop
}
