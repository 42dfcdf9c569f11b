# METADATA
# title: several steps hang on a guard that the first of them satisfies
# description: |
#   The steps share one condition. The first makes what the condition looks for. When a later one fails, or the run is interrupted, the next run finds the condition met and leaves all of them out.
# custom:
#   severity: error
#   run2: "leaves the later steps out for ever if the first run stopped between them"
#   instead: "a guard of its own for each step, or a block with a rescue that removes what the first made"
#   select: {flags: [sequence]}
#   avoid: |
#     - ansible.builtin.stat: {path: /etc/letsencrypt/live/example.com}
#       register: cert
#     - ansible.builtin.command: certbot certonly -d example.com
#       when: not cert.stat.exists
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dh.pem 2048
#       when: not cert.stat.exists
#   prefer: |
#     - ansible.builtin.stat: {path: /etc/letsencrypt/live/example.com}
#       register: cert
#     - ansible.builtin.command: certbot certonly -d example.com
#       when: not cert.stat.exists
#     - ansible.builtin.command: openssl dhparam -out /etc/ssl/dh.pem 2048
#       args:
#         creates: /etc/ssl/dh.pem
package rules["guard"]["shared-by-sequence"]

violations contains {"id": task.id, "msg": sprintf("%s on the guard `%s`, which this step satisfies", [hanging(later), task.sequence.guard]), "related": [{"id": t.id, "note": "is left out for ever once this one succeeded"} | some t in later]} if {
	some task in input.tasks
	later := task.sequence.later
}

violations contains {"id": task.id, "msg": sprintf("line %d satisfies the guard `%s` before this step has run", [task.sequence.first.line, task.sequence.guard]), "related": [{"id": task.sequence.first.id, "note": "satisfies the guard"}]} if {
	some task in input.tasks
	task.sequence.first
}

hanging(later) := "another step hangs" if count(later) == 1

hanging(later) := sprintf("%d more steps hang", [count(later)]) if count(later) > 1
