# METADATA
# title: A service that can reload is restarted
# description: |
#   These services read a changed configuration without dropping connections when they are told to reload. A restart is an outage, short but at
#   each release.
# custom:
#   severity: info
#   run2: the outage comes with every change
#   instead: "state: reloaded, where only the configuration changed"
#   select:
#     modules: [service, systemd_service, sysvinit]
#   avoid: |
#     handlers:
#       - name: Restart nginx
#         ansible.builtin.service:
#           name: nginx
#           state: restarted
#   prefer: |
#     handlers:
#       - name: Reload nginx
#         ansible.builtin.service:
#           name: nginx
#           state: reloaded
package rules.service["restart-not-reload"]

violations contains {"id": task.id, "msg": sprintf("%s can reload its configuration", [task.args.name]), "arg": "state"} if {
	some task in input.tasks
	task.handler
	task.args.state == "restarted"
	trim_suffix(task.args.name, ".service") in {"nginx", "haproxy", "apache2", "httpd", "ssh", "sshd", "caddy", "traefik", "postfix", "dovecot", "named", "bind9", "prometheus"}
}
