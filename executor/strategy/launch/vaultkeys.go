package launch

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/parser/vars"
)

// VaultSources are the options with which vault passwords are given.
type VaultSources struct {
	IDs, Files []string
	Ask        bool
	// Create tells that the passwords will encrypt: who types one types it twice. Prompt asks where no source is named at all.
	Create, Prompt bool
	// Alone leaves out the identities of the settings.
	Alone bool
}

// list are the sources as "ID@SOURCE", in Ansible's order: the settings' identities, --vault-id, files, the question.
func (v VaultSources) list(c *config.Config) []string {
	var out []string
	if !v.Alone {
		out = c.List("DEFAULT_VAULT_IDENTITY_LIST")
	}
	out = append(out, v.IDs...)
	own := c.Str("DEFAULT_VAULT_IDENTITY")
	for _, file := range append(v.Files[:len(v.Files):len(v.Files)], c.Paths("DEFAULT_VAULT_PASSWORD_FILE", "\x00")...) {
		out = append(out, own+"@"+file)
	}
	if v.Ask || v.Prompt && len(out) == 0 {
		out = append(out, own+"@"+vars.AskPlainly)
	}
	for i, source := range out {
		if !strings.Contains(source, "@") {
			out[i] = own + "@" + source
		}
	}
	return out
}

// Keyring reads the passwords of all sources. A file that cannot be read is warned of where another source gives a password.
func (v VaultSources) Keyring(ctx context.Context, c *config.Config, ask vars.Prompt, warn func(string)) (*vars.Keyring, error) {
	k := &vars.Keyring{OwnIDOnly: c.Bool("DEFAULT_VAULT_ID_MATCH")}
	var last error
	for _, source := range v.list(c) {
		id, from, _ := strings.Cut(source, "@")
		err := k.AddSource(ctx, source, ask, v.Create)
		switch {
		case err == nil:
		case vars.AsksFor(from):
			return nil, err
		default:
			warn(fmt.Sprintf("Error getting vault password file (%s): %v", id, err))
			last = err
		}
	}
	if k.Empty() && last != nil {
		return nil, last
	}
	return k, nil
}
