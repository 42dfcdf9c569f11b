// Package docker is the modules of containers. They speak the Engine API of the daemon themselves, over its Unix socket or
// TCP, so that neither the docker program nor a Python library is needed on the target; only what Compose does is asked of
// the docker program, whose work it is.
//
// Each module reads first what the daemon has, compares it with what is asked for in the API's own terms, and changes only
// what differs, as the modules of community.docker do.
package docker

import (
	"context"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.docker.docker_container", Run: withAPI(runContainer)},
		{Name: "community.docker.docker_container_info", Run: withAPI(runContainerInfo)},
		{Name: "community.docker.docker_container_exec", Run: withAPI(runExec), NoCheck: true},
		{Name: "community.docker.docker_image", Run: withAPI(runImage)},
		{Name: "community.docker.docker_image_build", Run: withAPI(runImageBuild)},
		{Name: "community.docker.docker_image_info", Run: withAPI(runImageInfo)},
		{Name: "community.docker.docker_image_pull", Run: withAPI(runImagePull)},
		{Name: "community.docker.docker_login", Run: withAPI(runLogin)},
		{Name: "community.docker.docker_network", Run: withAPI(runNetwork)},
		{Name: "community.docker.docker_prune", Run: withAPI(runPrune), NoCheck: true},
		{Name: "community.docker.docker_volume", Run: withAPI(runVolume)},
		{Name: "community.docker.docker_compose", Run: runCompose},
		{Name: "community.docker.docker_compose_v2", Run: runCompose},
	}
}

// withAPI gives a module its daemon.
func withAPI(run func(context.Context, *api) (module.Result, error)) func(context.Context, *module.Call) (module.Result, error) {
	return func(ctx context.Context, c *module.Call) (module.Result, error) {
		a, err := connect(ctx, c)
		if err != nil {
			return nil, err
		}
		return run(ctx, a)
	}
}
