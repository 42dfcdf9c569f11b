package docker

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"pylint-deploy/executor/module"
)

// runContainerInfo is community.docker.docker_container_info.
func runContainerInfo(ctx context.Context, a *api) (module.Result, error) {
	c, err := a.container(ctx, a.Args.Str("name"))
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "exists": c != nil, "container": nil}
	if c != nil {
		res["container"] = c
	}
	return res, nil
}

// runExec is community.docker.docker_container_exec.
func runExec(ctx context.Context, a *api) (module.Result, error) {
	argv := a.Args.Strs("argv")
	if cmd := a.Args.Str("command"); cmd != "" {
		var err error
		if argv, err = module.SplitWords(cmd); err != nil {
			return nil, module.Fail("command: " + err.Error())
		}
	}
	env := []any{}
	for k, v := range a.Args.Map("env") {
		text, ok := v.(string)
		if !ok {
			return nil, module.Fail("Non-string value found for env option. Ambiguous env options must be wrapped in quotes to avoid them being interpreted. Key: " + k)
		}
		env = append(env, k+"="+text)
	}
	detach, tty := a.Args.Bool("detach"), a.Args.Bool("tty")
	request := dict{"User": a.Args.Str("user"), "Privileged": false, "Tty": tty, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Cmd": texts(argv)}
	if len(env) > 0 {
		request["Env"] = sorted(env)
	}
	if dir := a.Args.Str("chdir"); dir != "" {
		request["WorkingDir"] = dir
	}
	name := a.Args.Str("container")
	made, err := a.post(ctx, "/containers/"+url.PathEscape(name)+"/exec", nil, request)
	if isNotFound(err) {
		return nil, module.Fail(fmt.Sprintf("Could not find container %q", name))
	}
	if err != nil {
		return nil, module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	id := asText(asDict(made)["Id"])
	res, err := a.send(ctx, "POST", "/exec/"+id+"/start", nil, dict{"Detach": detach, "Tty": tty}, nil)
	if err != nil {
		return nil, module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	defer res.Body.Close()
	if detach {
		return module.Result{"changed": true, "exec_id": id}, nil
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	stdout, stderr := string(text), ""
	if !tty {
		_, streams := split(text)
		stdout, stderr = streams[1], streams[2]
	}
	if strip := a.Args.Bool("strip_empty_ends"); strip {
		stdout, stderr = strings.TrimRight(stdout, "\r\n"), strings.TrimRight(stderr, "\r\n")
	}
	done, err := a.get(ctx, "/exec/"+id+"/json", nil)
	if err != nil {
		return nil, err
	}
	return module.Result{"changed": true, "stdout": stdout, "stderr": stderr, "rc": asDict(done)["ExitCode"]}, nil
}
