# METADATA
# title: What expires is guarded by its existence
# description: |
#   A certificate that is there can be one that has run out. The guard looks only whether it is there, so no run ever renews it.
# custom:
#   severity: warning
#   run2: leaves an expired certificate as it is
#   instead: "a renewal job (certbot renew, its timer), or a guard on the date it expires"
#   select:
#     flags: [freshness]
#   avoid: |
#     - ansible.builtin.command: certbot certonly --standalone -d example.org
#       args: {creates: /etc/letsencrypt/live/example.org}
#   prefer: |
#     - ansible.builtin.command: certbot certonly --standalone --keep-until-expiring -d example.org
#       register: certbot
#       changed_when: "'not yet due for renewal' not in certbot.stdout"
package rules.guard["existence-not-freshness"]

violations contains {"id": task.id, "msg": sprintf("the %s expires, and its guard only looks whether %s is there", [task.freshness.what, task.freshness.path])} if {
	some task in input.tasks
	task.freshness
}
