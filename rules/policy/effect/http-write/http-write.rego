# METADATA
# title: Another system is written to at each run
# description: |
#   A POST or PATCH is sent whenever the task runs. What the other side makes of the second one, a duplicate or an error, is for it to decide.
#   A GET before it that looks whether the thing is there makes the task safe.
# custom:
#   severity: warning
#   run2: sends the request again
#   instead: "look with a GET first, and guard the request with its result; or accept 409 in status_code"
#   select:
#     modules: [uri]
#   avoid: |
#     - ansible.builtin.uri:
#         url: https://api.example.org/projects
#         method: POST
#   prefer: |
#     - ansible.builtin.uri:
#         url: https://api.example.org/projects/app
#         status_code: [200, 404]
#       register: project
#     - ansible.builtin.uri:
#         url: https://api.example.org/projects
#         method: POST
#       when: project.status == 404
package rules.effect["http-write"]

level := {"POST": "warning", "PATCH": "warning", "PUT": "info", "DELETE": "info"}

violations contains {"id": task.id, "msg": sprintf("a %s request goes out at each run", [method]), "level": level[method], "arg": "method"} if {
	some task in input.tasks
	method := upper(task.args.method)
	level[method]
	not task.guarded
	not task.handler
	not task.never
	not object.get(task, "part", "") in {"rescue", "always"}
	not answers_repeats(task)
	not signs_in(task)
}

answers_repeats(task) if {
	some code in regex.find_n(`\b\d{3}\b`, sprintf("%v", [task.args.status_code]), -1)
	code in {"304", "400", "403", "409", "412", "422", "423"}
}

# A request for a token changes nothing that lasts.
signs_in(task) if regex.match(`(?i)(token|login|auth|session|oauth|query|search|graphql)`, task.args.url)

signs_in(task) if {
	task.no_log == true
	task.register_used
}
