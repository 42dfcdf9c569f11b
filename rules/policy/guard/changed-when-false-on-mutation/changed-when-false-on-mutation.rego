# METADATA
# title: A task that changes something says that it never does
# description: |
#   With changed_when: false the screen, the recap and every test for changed=0 say that nothing happened, handlers are not notified, and the change
#   itself happens at each run all the same.
# custom:
#   severity: error
#   run2: changes the server again and reports ok
#   instead: "an expression that tells a change from none, a guard, or a module"
#   select:
#     flags: [changed_when]
#   avoid: |
#     - ansible.builtin.shell: echo 'vm.swappiness=1' >> /etc/sysctl.conf
#       changed_when: false
#   prefer: |
#     - ansible.posix.sysctl: {name: vm.swappiness, value: "1"}
package rules.guard["changed-when-false-on-mutation"]

hidden := {"overwrite", "upgrade", "imperative", "regenerate", "create-once", "accumulate", "destructive"}

violations contains {"id": task.id, "msg": sprintf("`%s` changes something (%s), but reports ok", [task.command.worst.text, task.command["class"]]), "arg": "changed_when"} if {
	some task in input.tasks
	task.changed_when.literal == false
	task.command["class"] in hidden
	not task.guarded
	not task.handler
	not task.never
	not harmless(task)
}

# Scratch files and logs are nobody's state.
harmless(task) if {
	count(task.paths) > 0
	every p in task.paths {
		regex.match(`^(/tmp/|/var/tmp/|/dev/|/var/log/|/run/)`, p.path)
	}
}

# An asynchronous start is looked at by a later task.
harmless(task) if object.get(task, "async", 0) != 0

# Refreshing an index changes nothing that was deployed.
harmless(task) if {
	task.command["class"] == "upgrade"
	every call in task.command.calls {
		harmless_call(call)
	}
}

harmless_call(call) if call["class"] == "read"

harmless_call(call) if {
	call.program in {"apt-get", "apt", "yum", "dnf", "git", "helm", "freshclam"}
	some word in call.args
	word in {"update", "fetch", "makecache", "check-update", "repo"}
}
