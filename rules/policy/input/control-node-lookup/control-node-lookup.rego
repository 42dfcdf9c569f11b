# METADATA
# title: The result depends on the machine that runs the playbook
# description: |
#   pipe, url and env look at the controller or at the network at the time of the run. A colleague's run, or CI's, writes something else.
# custom:
#   severity: warning
#   run2: writes what the controller has by then
#   instead: a variable in group_vars, or a file beside the playbook
#   select:
#     flags: [input-lookup]
#   avoid: |
#     - ansible.builtin.copy:
#         content: "{{ lookup('env', 'APP_SECRET') }}"
#         dest: /etc/app/secret
#         mode: "0600"
#   prefer: |
#     - ansible.builtin.copy:
#         content: "{{ app_secret }}" # from a vault file
#         dest: /etc/app/secret
#         mode: "0600"
package rules.input["control-node-lookup"]

violations contains {"id": task.id, "msg": sprintf("%s in %s depends on the controller", [found.what, found.arg]), "arg": found.arg} if {
	some task in input.tasks
	some found in task.inputs
	found.kind == "lookup"
	found.arg in {"content", "line", "block", "value", "src", "dest", "password", "key", "template"}
	not object.get(task, "module", "") in {"slurp", "stat", "fetch", "find"}
	not from_controller(task, found.arg)
	not task.guarded
	not task.on_controller
	not task.never
	not object.get(task, "delegate_to", "") in {"localhost", "127.0.0.1"}
}

# What a module takes from the controller lies where the controller has it.
from_controller(task, "src") if {
	task.module in {"copy", "template", "synchronize", "unarchive", "script", "assemble"}
	not task.args.remote_src
}
