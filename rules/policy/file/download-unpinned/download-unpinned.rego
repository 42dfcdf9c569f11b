# METADATA
# title: the download is whatever is newest
# description: |
#   A URL with latest, master or main, or force: true, gives another file on another day, and nothing checks what came.
# custom:
#   severity: warning
#   run2: "downloads again, maybe something else"
#   instead: "a version in the URL, and checksum"
#   select: {modules: [get_url, unarchive]}
#   avoid: |
#     - ansible.builtin.get_url:
#         url: https://example.com/tool/latest/tool.tar.gz
#         dest: /opt/tool.tar.gz
#   prefer: |
#     - ansible.builtin.get_url:
#         url: https://example.com/tool/1.2.3/tool.tar.gz
#         dest: /opt/tool.tar.gz
#         checksum: sha256:...
package rules["file"]["download-unpinned"]

violations contains {"id": task.id, "msg": sprintf("%s has no version", [url])} if {
	some task in input.tasks
	task.module in {"get_url", "unarchive"}
	url := address(task)
	regex.match(`(?i)[/._-](latest|master|main|trunk|nightly)([/._-]|$)`, url)
	not task.args.checksum
	task.unguarded
	not task.args.creates
}

violations contains {"id": task.id, "arg": "force", "msg": "force: true downloads the file at every run"} if {
	some task in input.tasks
	task.module == "get_url"
	task.args.force == true
	not task.args.checksum
	task.unguarded
	not kept_nowhere(task)
	not pinned(task)
}

kept_nowhere(task) if startswith(task.args.dest, "/dev/")

# A version or a commit in the address: what is fetched changes when the address does.
pinned(task) if regex.match(`[/_-]v?[0-9]+\.[0-9]+|/[0-9a-f]{40}/`, task.args.url)

violations contains {"id": task.id, "msg": "a remote archive without creates is downloaded and unpacked at every run"} if {
	some task in input.tasks
	task.module == "unarchive"
	startswith(task.args.src, "http")
	not task.args.creates
	task.unguarded
	not regex.match(`(?i)[/._-](latest|master|main|trunk|nightly)([/._-]|$)`, task.args.src)
}

address(task) := task.args.url

address(task) := task.args.src
