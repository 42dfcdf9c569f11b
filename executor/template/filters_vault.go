package template

import (
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// vaultFilters encrypt and decrypt with a password of the caller's.
var vaultFilters = map[string]jinja.Filter{
	"vault":   def("do_vault", "data secret salt= vault_id= wrap_object= vaultid=", vaultFilter),
	"unvault": def("do_unvault", "vault secret vault_id= vaultid=", unvaultFilter),
}

// secretText reads an argument that must be text, for a message that never shows it.
func (a *arguments) secretText(i int, wrong string) (string, error) {
	v, err := a.defined(i)
	if err != nil {
		return "", err
	}
	s, ok := textOf(v)
	if !ok {
		return "", value.Errorf(value.TypeError, "%s: %s", wrong, pyClass(v))
	}
	return s, nil
}

const needSecret = "Secret passed is required to be a string, instead we got"

func vaultFilter(a *arguments) (value.Value, error) {
	secret, err := a.secretText(1, needSecret)
	if err != nil {
		return nil, err
	}
	data, err := a.secretText(0, "Can only vault strings, instead we got")
	if err != nil {
		return nil, err
	}
	if a.has(4) {
		return nil, value.Errorf(value.ValueError, "vault: wrap_object is not supported; the result is text")
	}
	var salt []byte // none is drawn at random
	if a.has(2) {
		text, err := a.text(2)
		if err != nil {
			return nil, err
		}
		salt = []byte(text)
	}
	id, err := a.textOr(3, "filter_default")
	if err != nil {
		return nil, err
	}
	if a.has(5) {
		if id, err = a.text(5); err != nil {
			return nil, err
		}
	}
	sealed, err := vars.SealWith([]byte(data), []byte(secret), salt, id)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "Unable to encrypt: %w", err)
	}
	return value.Str(sealed), nil
}

func unvaultFilter(a *arguments) (value.Value, error) {
	secret, err := a.secretText(1, needSecret)
	if err != nil {
		return nil, err
	}
	sealed, err := a.secretText(0, "Vault should be in the form of a string, instead we got")
	if err != nil {
		return nil, err
	}
	if !vars.IsVault([]byte(sealed)) {
		return value.Str(sealed), nil
	}
	ring := &vars.Keyring{}
	ring.Add("filter_default", []byte(secret))
	plain, err := ring.Open([]byte(sealed))
	if err != nil {
		return nil, value.Errorf(value.ValueError, "Unable to decrypt: %w", err)
	}
	return value.Str(plain), nil
}
