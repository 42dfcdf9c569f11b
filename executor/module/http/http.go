// Package http is the modules that speak HTTP: get_url, uri, twilio, and unarchive and authorized_key with a URL. Those of Docker, mail and
// keys are with them, since they need TLS or what it is made of.
//
// They are apart from the others because net/http is as large as all of them together: the base agent does without, and
// this part is sent to a target only when a task needs it.
package http

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/accounts"
	"pylint-deploy/executor/module/archive"
	"pylint-deploy/executor/module/docker"
	"pylint-deploy/executor/module/keys"
	"pylint-deploy/executor/module/mail"
)

// Registry builds the table.
func Registry() (*module.Registry, error) { return module.NewRegistry(Modules()) }

// Modules are the modules of this family.
func Modules() []module.Module {
	return slices.Concat(docker.Modules(), keys.Modules(), mail.Modules(), []module.Module{
		{Name: "ansible.builtin.get_url", Run: runGetURL},
		{Name: "ansible.builtin.uri", Run: runURI, NoCheck: true},
		{Name: "community.general.twilio", Run: runTwilio},
		archive.Unarchive(fetchFile),
		accounts.AuthorizedKey(fetchText),
	})
}

// open asks for a URL with the call's HTTP arguments; a status other than 200 is an error.
func open(ctx context.Context, c *module.Call, url string) (*response, error) {
	r := &request{Call: c, url: url, method: "GET", redirects: "all", size: -1, rewind: func() io.Reader { return nil }}
	res, err := r.do(ctx)
	if err != nil {
		return nil, module.Fail("Failure downloading " + url + ", " + err.Error())
	}
	if res.StatusCode != 200 {
		_ = res.Body.Close()
		return nil, module.Fail("Failure downloading "+url+", "+res.info["msg"].(string), "status_code", res.StatusCode)
	}
	return res, nil
}

// fetchFile downloads into a private scratch file.
func fetchFile(ctx context.Context, c *module.Call, url string) (string, error) {
	res, err := open(ctx, c, url)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	dir, err := c.Sys.TempDir()
	if err != nil {
		return "", err
	}
	file, mode := path.Join(dir, fileName(url)), fs.FileMode(0o600)
	return file, c.Sys.Write(file, res.Body, module.WriteSpec{Mode: &mode})
}

// maxText bounds a text that is kept in memory.
const maxText = 16 << 20

// fetchText downloads a text.
func fetchText(ctx context.Context, c *module.Call, url string) (string, error) {
	res, err := open(ctx, c, url)
	if err != nil {
		return "", module.Fail("Error getting key from: " + url)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxText))
	return string(data), err
}
