package packaging

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// deb822Fields are the fields of a deb822 source in the order in which they are written: the argument in alphabetical
// order, after X-Repolib-Name.
var deb822Fields = [][2]string{
	{"allow_downgrade_to_insecure", "Allow-Downgrade-To-Insecure"}, {"allow_insecure", "Allow-Insecure"}, {"allow_weak", "Allow-Weak"},
	{"architectures", "Architectures"}, {"by_hash", "By-Hash"}, {"check_date", "Check-Date"}, {"check_valid_until", "Check-Valid-Until"},
	{"components", "Components"}, {"date_max_future", "Date-Max-Future"}, {"enabled", "Enabled"}, {"inrelease_path", "InRelease-Path"},
	{"languages", "Languages"}, {"name", "X-Repolib-Name"}, {"pdiffs", "PDiffs"}, {"signed_by", "Signed-By"}, {"suites", "Suites"},
	{"targets", "Targets"}, {"trusted", "Trusted"}, {"types", "Types"}, {"uris", "URIs"},
}

var notFileName = regexp.MustCompile(`[^a-z0-9-]+`)

// runDeb822 is ansible.builtin.deb822_repository.
func runDeb822(ctx context.Context, c *module.Call) (module.Result, error) {
	slug := notFileName.ReplaceAllString(strings.ReplaceAll(strings.ToLower(c.Args.Str("name")), "_", "-"), "-")
	file := path.Join(sourcesDir, slug+".sources")
	keyring := path.Join("/etc/apt/keyrings", slug)
	if c.Args.Str("state") == "absent" {
		return removeDeb822(c, file, keyring)
	}
	var b strings.Builder
	keyChanged := false
	keyFile := any(nil)
	for _, f := range deb822Fields {
		if !c.Args.Has(f[0]) {
			continue
		}
		value := deb822Value(c.Args[f[0]])
		if f[0] == "signed_by" {
			changed, where, err := signingKey(ctx, c, value, keyring)
			if err != nil {
				return nil, err
			}
			keyChanged = changed
			if where != "" {
				value, keyFile = where, where
			}
			if strings.Contains(value, "\n") {
				value = multiline(value)
			}
		}
		if value != "" {
			b.WriteString(f[1] + ": " + value + "\n")
		}
	}
	text := b.String()
	old, err := c.Sys.ReadFile(file)
	res := module.Result{"repo": text, "changed": keyChanged || err != nil || string(old) != text, "dest": file, "key_filename": keyFile}
	if c.Diff {
		res["diff"] = module.TextDiff(string(old), text, file, file)
	}
	fa := c.FileArgs(file)
	if err != nil || string(old) != text {
		if err := c.MkdirAll(sourcesDir); err != nil {
			return nil, err
		}
		_, err := c.PutFile(ctx, module.Put{Args: fa, Content: strings.NewReader(text)})
		return res, err
	}
	moded, err := c.SetAttrs(ctx, fa, nil)
	if moded {
		res["changed"] = true
	}
	return res, err
}

// deb822Value writes an argument as a field.
func deb822Value(v any) string {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case []any:
		words := make([]string, 0, len(v))
		for _, x := range v {
			words = append(words, module.Args{"x": x}.Text("x"))
		}
		return strings.Join(words, " ")
	}
	return module.Args{"x": v}.Text("x")
}

// multiline indents the further lines of a field; empty ones are a lone dot.
func multiline(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		if l = strings.TrimSpace(l); l == "" {
			l = "."
		}
		lines[i] = " " + l
	}
	return "\n" + strings.Join(lines, "\n")
}

// signingKey brings a key that is given by URL into /etc/apt/keyrings; paths, fingerprints and key blocks stay as they are.
func signingKey(ctx context.Context, c *module.Call, value, keyring string) (changed bool, file string, err error) {
	if !strings.Contains(value, "://") {
		return false, "", nil
	}
	t := &keyTask{Call: c, result: module.Result{}}
	sub := *c
	sub.Args = module.Args{"url": value}
	t.Call = &sub
	if err := t.fetch(ctx); err != nil {
		return false, "", err
	}
	file = keyring + ".gpg"
	if strings.Contains(string(t.data), "-----BEGIN PGP PUBLIC KEY BLOCK-----") {
		file = keyring + ".asc"
	}
	if old, err := c.Sys.ReadFile(file); err == nil && string(old) == string(t.data) {
		return false, file, nil
	}
	if err := c.MkdirAll(path.Dir(file)); err != nil {
		return false, "", err
	}
	return true, file, writeFile(c.Sys, file, string(t.data), 0o644)
}

func removeDeb822(c *module.Call, file, keyring string) (module.Result, error) {
	res := module.Result{"repo": nil, "changed": false, "dest": file, "key_filename": nil}
	old, _ := c.Sys.ReadFile(file)
	for _, f := range []string{file, keyring + ".asc", keyring + ".gpg"} {
		if _, err := c.Sys.Lstat(f); err != nil {
			continue
		}
		res["changed"] = true
		if err := c.Sys.Remove(f); err != nil {
			return nil, err
		}
		if f != file {
			res["key_filename"] = f
		}
	}
	if c.Diff {
		res["diff"] = module.TextDiff(string(old), "", file, "/dev/null")
	}
	return res, nil
}
