# METADATA
# title: The package index is fetched at every run
# description: |
#   update_cache without cache_valid_time downloads the package index each time the task runs, once for every item of a loop.
#   It takes seconds, needs the network, fails when a mirror is down, and makes the versions that later tasks install depend on the
#   time of the run.
# custom:
#   severity: warning
#   run2: fetches the package index again although it was just fetched
#   instead: "add cache_valid_time: 3600"
#   fix: true
#   select:
#     modules: [apt]
#   avoid: |
#     - ansible.builtin.apt:
#         name: nginx
#         update_cache: true
#   prefer: |
#     - ansible.builtin.apt:
#         name: nginx
#         update_cache: true
#         cache_valid_time: 3600
package rules["package"]["cache-refresh-each-run"]

violations contains {"id": task.id, "msg": message, "arg": "update_cache"} if {
	some task in refreshing
	message := sprintf("update_cache without cache_valid_time: the package index is fetched %s", [often(task)])
}

refreshing contains task if {
	some task in input.tasks
	task.module == "apt"
	task.args.update_cache == true
	not lasts(task)
	not task.changed_guard
	not task.never
	not object.get(task, "part", "") == "rescue" # only where installing without a refresh has failed
	not refresh_handler(task)
}

# A handler that only refreshes runs after the sources have changed: that is what it is for.
refresh_handler(task) if {
	task.handler
	not task.args["package"]
}

lasts(task) if task.args.cache_valid_time > 0

lasts(task) if {
	is_string(task.args.cache_valid_time)
	task.args.cache_valid_time != "0"
}

often(task) := "once for each item of the loop, at every run" if task.looping

often(task) := sprintf("at every run (one of %d tasks that do)", [count(refreshing)]) if {
	not task.looping
	count(refreshing) > 1
}

often(task) := "at every run" if {
	not task.looping
	count(refreshing) == 1
}
