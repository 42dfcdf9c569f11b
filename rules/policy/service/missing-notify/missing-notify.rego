# METADATA
# title: A change does not reach the running service
# description: |
#   The file, or the code, belongs to a service of this play, but a change of it restarts nothing: the service goes on with the old one
#   until something else restarts it, days later and by surprise.
# custom:
#   severity: warning
#   run2: whatever is new on the server, the service runs on with the old one
#   instead: "notify: a handler that restarts or reloads the service"
#   select:
#     flags: [missing-notify]
#   avoid: |
#     - ansible.builtin.template: {src: app.conf.j2, dest: /etc/nginx/conf.d/app.conf, mode: "0644"}
#     - ansible.builtin.service: {name: nginx, state: started}
#   prefer: |
#     - ansible.builtin.template: {src: app.conf.j2, dest: /etc/nginx/conf.d/app.conf, mode: "0644"}
#       notify: Reload nginx
#     - ansible.builtin.service: {name: nginx, state: started}
package rules.service["missing-notify"]

violations contains {"id": task.id, "msg": sprintf("%s %s, and nothing tells %s", [what(lost), lost.path, lost.service])} if {
	some task in input.tasks
	lost := task.missing_notify
}

what(lost) := "this updates the code in" if object.get(lost, "code", false)

what(lost) := "this removes" if {
	not object.get(lost, "code", false)
	lost.removes
}

what(lost) := "this changes" if {
	not object.get(lost, "code", false)
	not lost.removes
}
