package verify

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/connection"
)

// Containers is a target of one container a host, from an image: docker's, or podman's where there is no docker. The playbooks reach
// them by the engine's exec, whatever the inventory says. Where the image starts an init, services can be verified too.
type Containers struct {
	engine, image string
	options       []string
	hosts         []string
	forgotten     []string // images that go with the containers that may run from them
}

// privileged is how containers are run where no options are given: systemd and firewalls need it.
var privileged = []string{"--privileged"}

// engines are the programs that run containers, in the order in which they are looked for.
var engines = []string{"docker", "podman"}

// NewContainers finds an engine, of whose `run` the options are. Where there is none, the error says what else there is.
func NewContainers(image string, options, hosts []string) (*Containers, error) {
	if len(options) == 0 {
		options = privileged
	}
	for _, engine := range engines {
		if _, err := exec.LookPath(engine); err == nil {
			return &Containers{engine: engine, image: image, options: options, hosts: hosts}, nil
		}
	}
	return nil, fmt.Errorf("--container needs docker or podman, and neither is installed here; for another kind of throw-away machine use --reset-command")
}

// Name implements Target.
func (c *Containers) Name() string { return c.engine + " " + c.image }

// Replaces implements Target.
func (c *Containers) Replaces() bool { return true }

// container is the name of a host's container. Nobody else's begins so.
func container(host string) string {
	return "pylint-deploy-verify-" + strings.ReplaceAll(host, ":", "-")
}

// Reset implements Target: the containers are removed and made anew.
func (c *Containers) Reset(ctx context.Context) error {
	return c.start(ctx, func(string) string { return c.image })
}

// start makes the container of each host from an image.
func (c *Containers) start(ctx context.Context, image func(host string) string) error {
	if err := c.Remove(ctx); err != nil {
		return err
	}
	for _, h := range c.hosts {
		if err := c.run(ctx, slices.Concat([]string{"run", "--detach", "--name", container(h), "--hostname", h}, c.options, []string{image(h)})...); err != nil {
			return fmt.Errorf("starting the container of %s (--container-option says how it is run): %w", h, err)
		}
		if err := c.ready(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// Keeper implements Target: a snapshot is an image of each container.
func (c *Containers) Keeper() Keeper { return images{c} }

// images are snapshots of containers. What lies on a tmpfs or a volume is in none.
type images struct{ *Containers }

func imageOf(host, snapshot string) string { return strings.ToLower(container(host)) + ":" + snapshot }

// Keep implements Keeper. The engine holds the container's processes meanwhile.
func (i images) Keep(ctx context.Context, name string) error {
	for _, h := range i.hosts {
		if err := i.run(ctx, "commit", container(h), imageOf(h, name)); err != nil {
			return fmt.Errorf("making an image of the container of %s: %w", h, err)
		}
	}
	return nil
}

// Return implements Keeper.
func (i images) Return(ctx context.Context, name string) error {
	return i.start(ctx, func(h string) string { return imageOf(h, name) })
}

// Forget implements Keeper.
func (i images) Forget(_ context.Context, name string) error {
	for _, h := range i.hosts {
		i.forgotten = append(i.forgotten, imageOf(h, name))
	}
	return nil
}

// readyWithin is how long an init in a container may take.
const readyWithin = 30 * time.Second

// ready waits for the container to run commands and, where it has systemd, for that to be up.
func (c *Containers) ready(ctx context.Context, host string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		err := c.run(ctx, "exec", container(host), "sh", "-c", `! grep -q systemd /proc/1/comm || case "$(systemctl is-system-running)" in running|degraded) ;; *) exit 1 ;; esac`)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the container of %s is not up after %s: %w", host, readyWithin, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Remove removes the containers, and the images that nobody wants any more.
func (c *Containers) Remove(ctx context.Context) error {
	for _, h := range c.hosts {
		if c.run(ctx, "container", "inspect", container(h)) != nil {
			continue
		}
		if err := c.run(ctx, "rm", "--force", container(h)); err != nil {
			return fmt.Errorf("removing the container of %s: %w", h, err)
		}
	}
	for _, image := range c.forgotten {
		if err := c.run(ctx, "rmi", image); err != nil {
			return fmt.Errorf("removing the snapshot %s: %w", image, err)
		}
	}
	c.forgotten = nil
	return nil
}

func (c *Containers) run(ctx context.Context, args ...string) error {
	return shell(ctx, `exec "$@"`, append([]string{c.engine}, args...)...)
}

// Dialer implements Target.
func (c *Containers) Dialer() connection.Dialer {
	return entering{func(host string) []string { return []string{c.engine, "exec", "-i", container(host), "/bin/sh", "-c"} }}
}
