package accounts

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// AuthorizedKey makes ansible.posix.authorized_key. fetch serves a key that is given by URL; without it such a key is
// refused.
func AuthorizedKey(fetch func(ctx context.Context, c *module.Call, url string) (string, error)) module.Module {
	return module.Module{Name: "ansible.posix.authorized_key", Run: func(ctx context.Context, c *module.Call) (module.Result, error) {
		key := c.Args.Str("key")
		if !strings.HasPrefix(key, "http://") && !strings.HasPrefix(key, "https://") {
			return runAuthorizedKey(c, key)
		}
		if fetch == nil {
			return nil, module.Fail("the key is a URL, which is not fetched on the target: use the url lookup, \"{{ lookup('url', '" + key + "') }}\"")
		}
		text, err := fetch(ctx, c, key)
		if err != nil {
			return nil, err
		}
		return runAuthorizedKey(c, text)
	}}
}

// runAuthorizedKey enforces the keys of a text.
func runAuthorizedKey(c *module.Call, keys string) (module.Result, error) {
	file, owner, err := keyFile(c)
	if err != nil {
		return nil, err
	}
	before, err := c.Sys.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	have := parseAuthKeys(string(before))
	changed, err := enforceKeys(c, keys, have)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": changed, "keyfile": file}
	for _, a := range []string{"user", "key", "path", "manage_dir", "state", "key_options", "exclusive", "comment", "validate_certs", "follow"} {
		res[a] = c.Args[a]
	}
	if !changed {
		return res, nil
	}
	real := file
	if c.Args.Bool("follow") {
		if p, err := c.Sys.Realpath(file); err == nil {
			real = p
		}
	}
	if c.Diff {
		res["diff"] = module.TextDiff(string(before), have.String(), file, real)
	}
	return res, writeKeys(c, real, have.String(), owner)
}

// keyFile finds the file and whose it is.
func keyFile(c *module.Call) (string, module.Account, error) {
	p := c.Path("path")
	u, ok := c.LookupUser(c.Args.Str("user"))
	switch {
	case ok && p == "":
		return path.Join(u.Home, ".ssh", "authorized_keys"), u, nil
	case ok || c.Check && p != "":
		return p, u, nil
	case c.Check:
		return "", u, module.Fail("Either user must exist or you must provide full path to key file in check mode")
	}
	return "", u, module.Fail("Failed to lookup user " + c.Args.Str("user") + ": no such user")
}

// enforceKeys brings the list of keys to what is asked for and tells whether that changed it.
func enforceKeys(c *module.Call, keys string, have *authKeys) (changed bool, err error) {
	present := c.Args.Str("state") != "absent"
	var wanted []string
	for _, text := range strings.Split(keys, "\n") {
		text = strings.TrimRight(text, "\r")
		if text == "" || text[0] == '#' {
			continue
		}
		l, ok := parseKeyLine(text)
		if !ok {
			return false, module.Fail("invalid key specified: " + text)
		}
		if c.Args.Has("key_options") {
			l.options = parseOptions(c.Args.Str("key_options"))
		}
		if c.Args.Has("comment") {
			l.comment = c.Args.Str("comment")
		}
		old, there := have.find(l.key)
		wanted = append(wanted, l.key)
		switch {
		case present && (!there || !old.same(l)):
			have.remove(l.key)
			have.lines = append(have.lines, l)
			changed = true
		case !present && there:
			have.remove(l.key)
			changed = true
		}
	}
	if present && c.Args.Bool("exclusive") {
		changed = keepOnly(have, wanted) || changed
	}
	return changed, nil
}

// keepOnly drops every line but these keys; comments and invalid lines go too.
func keepOnly(have *authKeys, wanted []string) bool {
	var kept []authLine
	for _, l := range have.lines {
		for _, w := range wanted {
			if l.key == w {
				kept = append(kept, l)
				break
			}
		}
	}
	dropped := len(kept) != len(have.lines)
	have.lines = kept
	return dropped
}

// writeKeys puts the file in place, readable by its owner alone, and makes its directory where asked to.
func writeKeys(c *module.Call, file, text string, u module.Account) error {
	dir := path.Dir(file)
	st, err := c.Sys.Stat(dir)
	missing := err != nil
	manage := c.Args.Bool("manage_dir")
	if missing {
		mode := fs.FileMode(0o755)
		if manage {
			mode = 0o700
		}
		if err := c.Sys.Mkdir(dir, mode); err != nil {
			return module.Fail("Failed to create directory " + dir + " : " + err.Error())
		}
	}
	if manage && (missing || st.UID != u.UID || st.GID != u.GID) {
		if err := c.Sys.Lchown(dir, u.UID, u.GID); err != nil {
			return err
		}
	}
	if manage && (missing || st.Perm != 0o700) {
		if err := c.Sys.Chmod(dir, 0o700); err != nil {
			return err
		}
	}
	mode := fs.FileMode(0o600)
	return c.Sys.Write(file, strings.NewReader(text), module.WriteSpec{Mode: &mode, UID: &u.UID, GID: &u.GID})
}
