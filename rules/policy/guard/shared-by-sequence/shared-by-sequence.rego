# METADATA
# title: several steps hang on a guard that the first of them satisfies
# description: |
#   The steps share one condition. The first makes what the condition looks for. When a later one fails, or the run is interrupted, the next run finds the condition met and leaves all of them out.
# custom:
#   severity: error
#   run2: "if the first run stopped between them, skips the later steps, and so does every run after it"
#   instead: "a condition of its own for each step, or a block with a rescue that removes what the first made"
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

violations contains {"id": task.id, "msg": sprintf("%s on `%s` too, and %s left out of every later run once this step is done", [hanging(later), task.sequence.guard, verb(later)]), "related": [{"id": t.id, "note": "is left out for ever once this one succeeded"} | some t in later]} if {
	some task in input.tasks
	later := task.sequence.later
}

violations contains {"id": task.id, "msg": sprintf("once line %d is done, `%s` leaves this step out of every later run", [task.sequence.first.line, task.sequence.guard]), "related": [{"id": task.sequence.first.id, "note": "makes what it looks for"}]} if {
	some task in input.tasks
	task.sequence.first
}

verb(later) := "is" if count(later) == 1

verb(later) := "are" if count(later) > 1

hanging(later) := "one later step hangs" if count(later) == 1

hanging(later) := sprintf("%d later steps hang", [count(later)]) if count(later) > 1
