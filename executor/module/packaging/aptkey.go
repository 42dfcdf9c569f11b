package packaging

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// keyTask is one call of apt_key.
type keyTask struct {
	*module.Call
	id     string
	data   []byte
	short  bool // the id is a short one
	result module.Result
}

// runAptKey is ansible.builtin.apt_key.
func runAptKey(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &keyTask{Call: c, id: c.Args.Text("id"), data: []byte(c.Args.Str("data")), result: module.Result{"changed": false}}
	for _, p := range []string{"apt-key", "gpg"} {
		if _, err := program.Path(c.Sys, p); err != nil {
			return nil, err
		}
	}
	if t.id == "" {
		if err := t.learnID(ctx); err != nil {
			return nil, err
		}
	}
	if err := t.parseID(); err != nil {
		return nil, err
	}
	keys, err := t.list(ctx)
	if err != nil {
		return nil, err
	}
	t.result["before"] = keys
	if c.Args.Str("state") == "absent" {
		return t.result, t.absent(ctx, keys)
	}
	return t.result, t.present(ctx, keys)
}

// fetch downloads the key by apt's own downloader; in check mode too, since the id is needed.
func (t *keyTask) fetch(ctx context.Context) error {
	url := t.Args.Str("url")
	if url == "" || len(t.data) > 0 {
		return nil
	}
	dir, err := t.Sys.TempDir()
	if err != nil {
		return err
	}
	defer func() { _ = t.Sys.RemoveAll(dir) }()
	argv := []string{"/usr/lib/apt/apt-helper"}
	if t.Args.Has("validate_certs") && !t.Args.Bool("validate_certs") {
		argv = append(argv, "-o", "Acquire::https::Verify-Peer=false", "-o", "Acquire::https::Verify-Host=false")
	}
	// apt drops to its own user for downloads, which cannot enter the scratch directory.
	argv = append(argv, "-o", "APT::Sandbox::User=root", "download-file", url, dir+"/key")
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Reads: true})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail(fmt.Sprintf("Failed to download key at %s: %s", url, out.Said()))
	}
	t.data, err = t.Sys.ReadFile(dir + "/key")
	return err
}

// learnID reads the id of the first key that is given.
func (t *keyTask) learnID(ctx context.Context) error {
	if t.Args.Str("keyserver") != "" {
		return module.Fail("Missing key_id, required with keyserver.")
	}
	if err := t.fetch(ctx); err != nil {
		return err
	}
	file := t.Path("file")
	if file == "" && len(t.data) == 0 {
		return module.Fail("Invalid key_id", "id", nil)
	}
	cmd := module.Cmd{Argv: []string{"gpg", "--with-colons", file}, Reads: true}
	shown := file
	if file == "" {
		cmd.Argv[2], cmd.Stdin, shown = "-", t.data, "inline data"
	}
	out, err := program.Exec(ctx, t.Sys, cmd)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail("Unable to extract key from '"+shown+"'", "stdout", out.Out, "stderr", out.Err)
	}
	if keys := keyIDs(out.Out, false); len(keys) > 0 {
		t.id = keys[0].(string)
	}
	return nil
}

// parseID cuts the id into the forms that gpg and apt-key use.
func (t *keyTask) parseID() error {
	r := t.result
	r["id"] = t.id
	id := strings.ToUpper(t.id)
	id = strings.TrimPrefix(id, "0X")
	for _, ch := range id {
		if _, err := strconv.ParseUint(string(ch), 16, 8); err != nil {
			return &module.Failure{Msg: "Invalid key_id", Result: r}
		}
	}
	if n := len(id); n != 8 && n < 16 {
		return &module.Failure{Msg: "Invalid key_id", Result: r}
	}
	t.id, t.short = id, len(id) == 8
	r["short_id"], r["key_id"], r["fp"] = id[len(id)-8:], id, id
	if len(id) > 16 {
		r["fp"] = id[len(id)-16:]
	}
	return nil
}

// aptKey is the apt-key command on the keyring.
func (t *keyTask) aptKey(args ...string) []string {
	argv := []string{"apt-key"}
	if k := t.Path("keyring"); k != "" {
		argv = append(argv, "--keyring", k)
	}
	return append(argv, args...)
}

// list reads the ids of the keys that apt trusts.
func (t *keyTask) list(ctx context.Context) ([]any, error) {
	argv := t.aptKey("adv", "--list-public-keys", "--keyid-format=long")
	out, err := program.Read(ctx, t.Sys, argv...)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		f := out.Failed("Unable to list public keys")
		f.Result["cmd"] = strings.Join(argv, " ")
		return nil, f
	}
	return keyIDs(out.Out, t.short), nil
}

// keyIDs reads ids from gpg's listings, plain or with colons.
func keyIDs(text string, short bool) []any {
	out := []any{}
	for _, l := range strings.Split(text, "\n") {
		if !strings.HasPrefix(l, "pub") && !strings.HasPrefix(l, "sub") || strings.Contains(l, "expired") {
			continue
		}
		id := ""
		if f := strings.Fields(l); len(f) > 1 && strings.Count(f[1], "/") == 1 {
			_, id, _ = strings.Cut(f[1], "/")
		} else if f := strings.Split(l, ":"); len(f) > 4 {
			id = f[4]
		} else {
			continue
		}
		if short && len(id) > 8 {
			id = id[len(id)-8:]
		}
		out = append(out, id)
	}
	return out
}

func (t *keyTask) among(keys []any) bool {
	want := t.result["fp"]
	if t.short {
		want = t.result["short_id"]
	}
	for _, k := range keys {
		if k == want {
			return true
		}
	}
	return false
}

// present adds the key where it is missing.
func (t *keyTask) present(ctx context.Context, keys []any) error {
	if t.among(keys) {
		return nil
	}
	t.result["changed"] = true
	if t.Check {
		return nil
	}
	cmd := module.Cmd{}
	what := "a key from binary data"
	switch server := t.Args.Str("keyserver"); {
	case t.Args.Str("file") != "":
		cmd.Argv, what = t.aptKey("add", t.Path("file")), "a key from file "+t.Path("file")
	case server != "":
		return t.receive(ctx, server)
	default:
		if err := t.fetch(ctx); err != nil {
			return err
		}
		cmd.Argv, cmd.Stdin = t.aptKey("add", "-"), t.data
	}
	out, err := program.Exec(ctx, t.Sys, cmd)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return out.Failed("Unable to add %s", what)
	}
	return t.verify(ctx, true, "failed to add the key")
}

// receive asks a key server, five times.
func (t *keyTask) receive(ctx context.Context, server string) error {
	argv := t.aptKey("adv", "--no-tty", "--keyserver", server)
	for _, v := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if p := t.Sys.Getenv(v); p != "" {
			argv = append(argv, "--keyserver-options", "http-proxy="+p)
			break
		}
	}
	var out program.Output
	for range 5 {
		var err error
		if out, err = program.Change(ctx, t.Sys, append(argv, "--recv", t.id)...); err != nil {
			return err
		}
		if out.RC == 0 {
			return t.verify(ctx, true, "failed to add the key")
		}
	}
	if out.RC == 2 && strings.Contains(out.Out, "not found on keyserver") {
		return module.Fail(fmt.Sprintf("Key %s not found on keyserver %s", t.id, server))
	}
	return out.Failed("Error fetching key %s from keyserver: %s", t.id, server)
}

// verify looks again: apt-key says little when it fails.
func (t *keyTask) verify(ctx context.Context, want bool, why string) error {
	keys, err := t.list(ctx)
	if err != nil {
		return err
	}
	t.result["after"] = keys
	if t.among(keys) != want {
		return &module.Failure{Msg: "apt-key did not return an error, but " + why + " (check that the id is correct and *not* a subkey)", Result: t.result}
	}
	return nil
}

func (t *keyTask) absent(ctx context.Context, keys []any) error {
	if !t.among(keys) {
		return nil
	}
	t.result["changed"] = true
	if t.Check {
		return nil
	}
	out, err := program.Change(ctx, t.Sys, t.aptKey("del", t.result["short_id"].(string))...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		f := out.Failed("Unable to remove a key with id %s", t.result["short_id"])
		f.Result["key_id"] = t.result["short_id"]
		return f
	}
	return t.verify(ctx, false, "the key was not removed")
}
