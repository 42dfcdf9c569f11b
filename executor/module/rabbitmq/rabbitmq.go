// Package rabbitmq is RabbitMQ's users, virtual hosts and plugins, by its own programs rabbitmqctl and rabbitmq-plugins.
package rabbitmq

import (
	"context"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.rabbitmq.rabbitmq_user", Run: runUser, NoCheck: true},
		{Name: "community.rabbitmq.rabbitmq_vhost", Run: runVhost},
		{Name: "community.rabbitmq.rabbitmq_plugin", Run: runPlugin},
	}
}

// control runs rabbitmqctl on one node.
type control struct {
	*module.Call
	ctx  context.Context
	node []string
}

func newControl(ctx context.Context, c *module.Call) *control {
	t := &control{Call: c, ctx: ctx}
	if node := c.Args.Str("node"); node != "" {
		t.node = []string{"-n", node}
	}
	return t
}

// run runs rabbitmqctl. stdin, where it is not nil, has what must not stand among its arguments.
func (t *control) run(stdin []byte, reads bool, args ...string) (program.Output, error) {
	argv := append([]string{"rabbitmqctl", "-q"}, t.node...)
	return program.Exec(t.ctx, t.Sys, module.Cmd{Argv: append(argv, args...), Stdin: stdin, Reads: reads})
}

var wrongUser = regexp.MustCompile(`Only root or .* .* run rabbitmqctl`)

// must turns a non-zero return code into a failure.
func must(out program.Output, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case out.RC == 0:
		return out.Out, nil
	}
	if m := wrongUser.FindStringSubmatch(out.Out); m != nil {
		return "", module.Fail("Wrong user used to run the `rabbitmqctl` utility: " + m[0])
	}
	return "", module.Fail("rabbitmqctl exited with non-zero code: "+out.Err, "rc", out.RC, "stdout", out.Out)
}
