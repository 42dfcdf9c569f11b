# METADATA
# title: "changed_when: true on a task that runs always"
# description: |
#   The task reports a change at every run, whether or not there was one.
# custom:
#   severity: warning
#   run2: "runs again and reports changed"
#   instead: "a guard, or an expression over the registered result"
#   select: {flags: [changed_when]}
#   avoid: |
#     - ansible.builtin.command: ./build.sh
#       changed_when: true
#   prefer: |
#     - ansible.builtin.command: ./build.sh
#       register: build
#       changed_when: "'nothing to do' not in build.stdout"
package rules["guard"]["changed-when-true-unguarded"]

violations contains {"id": task.id, "msg": "changed_when: true on a task that runs at every run"} if {
	some task in input.tasks
	task.changed_when.literal == true
	task.unguarded
}
