package packaging

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

var rpmKeyID = regexp.MustCompile(`^(?i)(0x)?[0-9a-f]{8,}$`)

// runRPMKey is ansible.builtin.rpm_key: keys in rpm's own keyring.
func runRPMKey(ctx context.Context, c *module.Call) (module.Result, error) {
	key := c.Args.Str("key")
	id, fingerprint, given := key, "", rpmKeyID.MatchString(key)
	if !given {
		var err error
		if id, fingerprint, err = describeKey(ctx, c, key); err != nil {
			return nil, err
		}
	}
	id = strings.TrimPrefix(strings.ToUpper(id), "0X")
	there, err := rpmHasKey(ctx, c, id)
	if err != nil {
		return nil, err
	}
	want := c.Args.Str("state") != "absent"
	if there == want {
		return module.Result{"changed": false}, nil
	}
	argv := []string{"rpm", "--erase", "--allmatches", "gpg-pubkey-" + strings.ToLower(id[len(id)-8:])}
	if want {
		if given {
			return nil, module.Fail("When importing a key, a valid file must be given")
		}
		if asked := strings.ToUpper(strings.ReplaceAll(c.Args.Str("fingerprint"), " ", "")); asked != "" && asked != fingerprint {
			return nil, module.Fail("The specified fingerprint, '" + asked + "', does not match the key fingerprint '" + fingerprint + "'")
		}
		argv = []string{"rpm", "--import", key} // rpm fetches URLs itself
	}
	_, err = program.Must(program.Change(ctx, c.Sys, argv...))
	return module.Result{"changed": true}, err
}

// rpmHasKey looks for an id, or a part of one, among the keys that rpm has, and their subkeys.
func rpmHasKey(ctx context.Context, c *module.Call, id string) (bool, error) {
	keys, err := program.Read(ctx, c.Sys, "rpm", "-q", "gpg-pubkey", "--qf", "%{description}")
	if err != nil || keys.RC != 0 { // there are none
		return false, err
	}
	out, err := program.Must(gpg(ctx, c, keys.Out, "-"))
	return slices.ContainsFunc(program.Lines(out.Out), func(l string) bool {
		f := strings.Split(l, ":")
		return len(f) > 4 && strings.Contains(f[4], id)
	}), err
}

// describeKey reads id and fingerprint of the first key of a file or URL.
func describeKey(ctx context.Context, c *module.Call, key string) (id, fingerprint string, err error) {
	var text string
	if strings.Contains(key, "://") {
		out, err := program.Read(ctx, c.Sys, "curl", "-fsSL", "--", key)
		if err != nil {
			return "", "", err
		}
		if out.RC != 0 {
			return "", "", module.Fail("failed to fetch key at " + key + " , error was: " + out.Said())
		}
		text = out.Out
	} else if data, err := c.Sys.ReadFile(key); err == nil {
		text = string(data)
	} else {
		return "", "", module.Fail("Not a valid key " + key)
	}
	out, err := program.Must(gpg(ctx, c, text, "--with-fingerprint", "-"))
	if err != nil {
		return "", "", err
	}
	for _, l := range program.Lines(out.Out) {
		f := strings.Split(l, ":")
		if f[0] == "pub" && len(f) > 4 && id == "" {
			id = f[4]
		}
		if f[0] == "fpr" && len(f) > 9 && fingerprint == "" {
			fingerprint = f[9]
		}
	}
	if id == "" {
		err = module.Fail("Unexpected gpg output")
	}
	return id, fingerprint, err
}

// gpg reads keys and lists them by lines of fields.
func gpg(ctx context.Context, c *module.Call, text string, args ...string) (program.Output, error) {
	name := "gpg"
	if !program.Have(c.Sys, name) {
		name = "gpg2"
	}
	argv := append([]string{name, "--no-tty", "--batch", "--with-colons", "--fixed-list-mode"}, args...)
	return program.Exec(ctx, c.Sys, module.Cmd{Argv: argv, Stdin: []byte(text), Reads: true})
}
