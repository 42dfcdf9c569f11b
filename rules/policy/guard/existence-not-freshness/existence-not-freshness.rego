# METADATA
# title: the guard asks whether it is there, not whether it is still good
# description: |
#   A certificate that exists can have expired: the guard keeps the run from ever renewing it. A file that was downloaded stays when the
#   version in its address is raised, if the guard, or get_url's own look at dest, asks only whether there is one.
# custom:
#   severity: warning
#   run2: "does not renew it, however old it is"
#   instead: "certbot renew by its timer, or --keep-until-expiring without the guard; for downloads the version in the path, or a checksum"
#   select: {flags: [freshness]}
#   avoid: |
#     - ansible.builtin.command: certbot certonly -d example.com
#       args:
#         creates: /etc/letsencrypt/live/example.com
#   prefer: |
#     - ansible.builtin.command: certbot certonly --keep-until-expiring -d example.com
#       register: cert
#       changed_when: "'Congratulations' in cert.stdout"
package rules["guard"]["existence-not-freshness"]

violations contains {"id": task.id, "msg": sprintf("%s is in the address, and not in %s", [task.freshness.program, task.freshness.path]), "run2": "leaves the old file in place when the version is raised"} if {
	some task in input.tasks
	task.freshness.what == "version"
}

violations contains violation if {
	some task in input.tasks
	task.freshness.what == "certificate"
	violation := object.union({"id": task.id, "msg": sprintf("the %s expires, and a guard on %s keeps %s from renewing it", [task.freshness.what, task.freshness.path, task.freshness.program])}, softer(task))
}

# A self-signed certificate is often meant to last as long as the server.
softer(task) := {"level": "info"} if task.freshness.program == "openssl"

softer(task) := {} if task.freshness.program != "openssl"
