# METADATA
# title: The container image floats
# description: |
#   An image without a tag, or with latest, is another one whenever the registry has been pushed to. With pull or recreate the
#   container is replaced at a run that was meant to change nothing.
# custom:
#   severity: warning
#   run2: may pull another image and replace the running container
#   instead: name the image with a version tag or a digest
#   select:
#     modules: [docker_container, docker_image, docker_image_pull, podman_container, podman_image, docker_swarm_service]
#   avoid: |
#     - community.docker.docker_container:
#         name: app
#         image: example/app:latest
#   prefer: |
#     - community.docker.docker_container:
#         name: app
#         image: "example/app:{{ app_version }}"
package rules["package"]["floating-image"]

import data.lib.text

violations contains {"id": task.id, "msg": sprintf("image %s is whatever the registry holds at run time", [image])} if {
	some task in input.tasks
	image := named(task)
	text.known(image)
	floats(image)
	not task.never
	not object.get(task.args, "state", "") in {"absent", "stopped"}
	not separate_tag(task)
	not task.built_here
	not object.get(task.args, "source", "") in {"build", "load", "local"}
}

violations contains {"id": task.id, "msg": sprintf("the container is replaced at every run (%s)", [how])} if {
	some task in input.tasks
	task.module in {"docker_container", "podman_container"}
	some how in ["recreate", "restart"]
	task.args[how] == true
	not task.guarded
	not task.handler
	not task.never
}

named(task) := task.args.image

named(task) := task.args.name if {
	task.module in {"docker_image", "docker_image_pull", "podman_image"}
	not task.args.image
}

floats(image) if endswith(image, ":latest")

floats(image) if {
	not contains(image, "@sha256:")
	last := split(image, "/")[count(split(image, "/")) - 1]
	not contains(last, ":")
}

separate_tag(task) if {
	task.args.tag
	task.args.tag != "latest"
}
