# METADATA
# title: The downloaded file floats
# description: |
#   The address names no version, so it is another file whenever the other side publishes one. Without a checksum nobody notices, also not when the file was
#   tampered with.
# custom:
#   severity: warning
#   run2: keeps the old file, or fetches another one, by the accident of the arguments
#   instead: an address with a version, and checksum
#   select:
#     modules: [get_url, unarchive]
#   avoid: |
#     - ansible.builtin.get_url:
#         url: https://example.org/app/latest/app.tar.gz
#         dest: /opt/app.tar.gz
#         mode: "0644"
#   prefer: |
#     - ansible.builtin.get_url:
#         url: "https://example.org/app/{{ app_version }}/app.tar.gz"
#         checksum: "sha256:{{ app_sha256 }}"
#         dest: "/opt/app-{{ app_version }}.tar.gz"
#         mode: "0644"
package rules.file["download-unpinned"]

violations contains {"id": task.id, "msg": sprintf("%s is another file whenever one is published", [url])} if {
	some task in input.tasks
	url := address(task)
	floats(url)
	not task.args.checksum
	not task.never
}

violations contains {"id": task.id, "msg": "force: true fetches the file again at each run", "arg": "force"} if {
	some task in input.tasks
	task.module == "get_url"
	task.args.force == true
	not task.args.checksum
	not task.guarded
	not task.never
	not floats(address(task))
}

violations contains {"id": task.id, "msg": "the archive is fetched again at each run to look what is in it"} if {
	some task in input.tasks
	task.module == "unarchive"
	regex.match(`^(https?|ftp)://`, task.args.src)
	not task.args.creates
	not task.guarded
	not task.never
	not floats(task.args.src)
}

address(task) := task.args.url if task.module == "get_url"

address(task) := task.args.src if {
	task.module == "unarchive"
	regex.match(`^(https?|ftp)://`, task.args.src)
}

floats(url) if regex.match(`(?i)[/=_-](latest|master|main|HEAD|nightly|current|stable)([/._-]|$)`, url)
