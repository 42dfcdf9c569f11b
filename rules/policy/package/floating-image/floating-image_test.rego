package rules["package"]["floating-image_test"]

import data.rules["package"]["floating-image"] as rule

test_latest if {
	rule.violations == {{"id": 1, "msg": "image example/app:latest is whatever the registry holds at run time"}} with input as task("docker_container", {"image": "example/app:latest"})
}

test_no_tag_beside_a_port if {
	count(rule.violations) == 1 with input as task("docker_image", {"name": "registry:5000/app"})
}

test_pinned if {
	every image in ["app:1.2", "registry:5000/app:2", "app@sha256:0f", "{{ image }}", "app:{{ v }}"] {
		rule.violations == set() with input as task("docker_container", {"image": image})
	}
}

test_a_tag_of_its_own if {
	rule.violations == set() with input as task("docker_image", {"name": "app", "tag": "1.2"})
}

test_built_here if {
	rule.violations == set() with input as task("docker_image", {"name": "app", "source": "build"})
}

test_recreate if {
	rule.violations == {{"id": 1, "msg": "the container is replaced at every run (recreate)"}} with input as task("docker_container", {"image": "a:1", "recreate": true})
}

test_recreate_in_a_handler if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "docker_container", "handler": true, "args": {"image": "a:1", "recreate": true}}]}
}

task(module, args) := {"tasks": [{"id": 1, "module": module, "args": args}]}
