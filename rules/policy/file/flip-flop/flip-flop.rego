# METADATA
# title: Two tasks undo each other's work on one file
# description: |
#   One task writes the whole file, another edits it or writes it whole, too. Each run puts the first form back and then the second, both tasks report
#   changed, and in between the service can read the wrong one.
# custom:
#   severity: error
#   run2: both tasks change the file again
#   instead: fold the edit into the template
#   select:
#     flags: [flip-flop]
#   avoid: |
#     - ansible.builtin.template: {src: app.conf.j2, dest: /etc/app.conf, mode: "0644"}
#     - ansible.builtin.lineinfile: {path: /etc/app.conf, line: debug=0}
#   prefer: |
#     - ansible.builtin.template: {src: app.conf.j2, dest: /etc/app.conf, mode: "0644"} # has debug=0
package rules.file["flip-flop"]

violations contains {
	"id": task.id,
	"msg": sprintf("%s is %s here, and written whole on line %d", [f.path, how(f), f.other.line]),
	"related": [{"id": f.other.id, "note": "written whole here"}],
} if {
	some task in input.tasks
	some f in task.flip_flop
}

how(f) := "written whole" if f.whole

how(f) := "edited" if not f.whole
