# METADATA
# title: One guard for several tasks, and the first of them satisfies it
# description: |
#   All tasks wait for one path to be missing, and the first makes it. If a later one fails, or the run is interrupted, the next run finds
#   the path and leaves all of them out: what was not done is never done.
# custom:
#   severity: error
#   run2: after a failure in between, leaves out what was not done, for ever
#   instead: a guard of its own for each task, on what that task makes
#   select:
#     flags: [sequence]
#   avoid: |
#     - ansible.builtin.command: make-certificate /etc/ssl/site
#       when: not site.stat.exists
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dhparam.pem 2048
#       when: not site.stat.exists
#   prefer: |
#     - ansible.builtin.command: make-certificate /etc/ssl/site
#       args: {creates: /etc/ssl/site}
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dhparam.pem 2048
#       args: {creates: /etc/ssl/dhparam.pem}
package rules.guard["shared-by-sequence"]

violations contains {
	"id": task.id,
	"msg": sprintf("makes %s, and %d later task%s left out once that is there", [task.sequence.path, count(later), are(later)]),
	"run2": sprintf("if line %d failed, it is left out from now on", [later[0].line]),
	"related": [{"id": l.id, "note": "left out with it"} | some l in later],
} if {
	some task in input.tasks
	later := task.sequence.later
}

violations contains {
	"id": task.id,
	"msg": sprintf("left out once line %d has made %s, whether this was done or not", [task.sequence.first.line, task.sequence.path]),
	"run2": "left out, even if the first run failed before this task",
	"related": [{"id": task.sequence.first.id, "note": "this satisfies the guard"}],
} if {
	some task in input.tasks
	task.sequence.first
}

are(list) := " is" if count(list) == 1

are(list) := "s are" if count(list) > 1
