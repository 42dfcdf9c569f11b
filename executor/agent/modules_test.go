package agent_test

import (
	"context"

	"pylint-deploy/executor/module"
)

// modules are what the agents of the tests can do: the least that shows how calls, contents and cancellation travel.
func modules() (*module.Registry, error) {
	return module.NewRegistry([]module.Module{
		{Name: "test.shell", Run: runShell},
		{Name: "test.write", Run: runWrite},
		{Name: "test.crash", Run: func(context.Context, *module.Call) (module.Result, error) { panic("oh") }},
		{Name: "test.nothing", Run: func(_ context.Context, c *module.Call) (module.Result, error) {
			return module.Result{"args": map[string]any(c.Args)}, nil
		}},
		{Name: "test.epoch", Run: func(_ context.Context, c *module.Call) (module.Result, error) {
			return module.Result{"epoch": int64(c.Epoch)}, nil
		}},
		{Name: "test.large", Run: func(_ context.Context, c *module.Call) (module.Result, error) {
			return module.Result{"content": string(make([]byte, c.Args.Int("size")))}, nil
		}},
		{Name: "test.unsure", NoCheck: true, Run: runShell},
	})
}

func runShell(ctx context.Context, c *module.Call) (module.Result, error) {
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: []string{"/bin/sh", "-c", c.Args.Str("command")}, Whole: c.Args.Bool("whole")})
	if err != nil {
		return nil, err
	}
	text := string(out.Stdout)
	for len(text) > 0 && text[len(text)-1] == '\n' {
		text = text[:len(text)-1]
	}
	return module.Result{"changed": true, "rc": out.RC, "stdout": text}, nil
}

// runWrite writes the blob "src" to dest.
func runWrite(ctx context.Context, c *module.Call) (module.Result, error) {
	blob, err := c.Blob("src")
	if err != nil {
		return nil, err
	}
	content, err := blob.Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return module.Result{"changed": true}, c.Sys.Write(c.Args.Str("dest"), content, module.WriteSpec{})
}
