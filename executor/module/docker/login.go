package docker

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

func encode(v any) (string, error) {
	text, err := jsontext.Append(nil, v)
	return string(text), err
}

// configFile reads the file of docker login; one that is missing is empty.
func (a *api) configFile(file string) (dict, error) {
	text, err := a.Sys.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && strings.TrimSpace(string(text)) == "" {
		return dict{}, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := jsontext.Parse(text)
	if err != nil || asDict(v) == nil {
		return nil, module.Fail(fmt.Sprintf("%s is no configuration file of docker: %v", file, err))
	}
	return asDict(v), nil
}

// credentials are what docker login has left for a registry; nil where there are none.
func (a *api) credentials(registry string) *login {
	dir := a.Sys.Getenv("DOCKER_CONFIG")
	if dir == "" {
		dir = a.ExpandPath("~/.docker")
	}
	config, err := a.configFile(path.Join(dir, "config.json"))
	if err != nil {
		return nil
	}
	for _, server := range []string{registry, "https://" + registry, "https://" + registry + "/v1/", "https://" + registry + "/v2/"} {
		if entry := asDict(at(config, "auths", server)); entry != nil {
			l := &login{server: server, token: asText(entry["identitytoken"])}
			l.user, l.password = decoded(asText(entry["auth"]))
			return l
		}
	}
	return nil
}

func decoded(auth string) (user, password string) {
	text, _ := base64.StdEncoding.DecodeString(auth)
	user, password, _ = strings.Cut(string(text), ":")
	return user, strings.TrimRight(password, "\x00")
}

// runLogin is community.docker.docker_login. Credentials go into the file, readable by its owner alone; credential helpers
// are refused.
func runLogin(ctx context.Context, a *api) (module.Result, error) {
	file, registry := a.Path("config_path"), a.Args.Str("registry_url")
	config, err := a.configFile(file)
	if err != nil {
		return nil, err
	}
	if config["credsStore"] != nil || at(config, "credHelpers", registry) != nil {
		return nil, module.Fail(file + " names a credential helper, and those are not supported")
	}
	user, password := decoded(asText(at(config, "auths", registry, "auth")))
	_, there := asDict(config["auths"])[registry]
	res := module.Result{"changed": false, "actions": []any{}, "login_result": dict{}}
	if a.Args.Str("state") == "absent" {
		if !there {
			return res, nil
		}
		res["changed"] = true
		delete(asDict(config["auths"]), registry)
		return res, a.saveConfig(file, config)
	}
	wantUser, wantPassword := a.Args.Str("username"), a.Args.Text("password")
	actions := []any{"Logged into " + registry}
	fits := there && user == wantUser && password == wantPassword
	if !fits || a.Args.Bool("reauthorize") {
		answer, err := a.post(ctx, "/auth", nil, dict{"username": wantUser, "password": wantPassword, "serveraddress": registry})
		if err != nil {
			return nil, module.Fail(fmt.Sprintf("Logging into %s for user %s failed - %v", registry, wantUser, err))
		}
		res["login_result"] = answer
		res["changed"] = true
		actions = append(actions, fmt.Sprintf("Wrote credentials to configured helper %s for %s", file, registry))
		auths := asDict(config["auths"])
		if auths == nil {
			auths = dict{}
			config["auths"] = auths
		}
		auths[registry] = dict{"auth": base64.StdEncoding.EncodeToString([]byte(wantUser + ":" + wantPassword))}
		if err := a.saveConfig(file, config); err != nil {
			return nil, err
		}
	}
	res["actions"] = actions
	return res, nil
}

func (a *api) saveConfig(file string, config dict) error {
	if a.Check {
		return nil
	}
	if dir := path.Dir(file); !exists(a.Sys, dir) {
		if err := a.Sys.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	text, err := encode(config)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o600)
	return a.Sys.Write(file, strings.NewReader(text), module.WriteSpec{Mode: &mode})
}

func exists(sys module.System, file string) bool {
	_, err := sys.Stat(file)
	return err == nil
}
