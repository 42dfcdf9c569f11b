package keys

import (
	"errors"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// phraseOf is a passphrase; nil where the argument was not given.
func phraseOf(c *module.Call, name string) pki.Passphrase {
	if !c.Args.Has(name) {
		return nil
	}
	return pki.Passphrase(c.Args.Text(name))
}

// source is the content of the file that an argument PREFIX_path names, or that of PREFIX_content.
func source(c *module.Call, prefix string) ([]byte, error) {
	if c.Args.Has(prefix + "_content") {
		return []byte(c.Args.Str(prefix + "_content")), nil
	}
	data, err := c.Sys.ReadFile(c.Path(prefix + "_path"))
	if err != nil {
		return nil, module.Fail(module.Errno(err))
	}
	return data, nil
}

// signingKey reads the private key of PREFIX_path or PREFIX_content.
func signingKey(c *module.Call, prefix string) (pki.PrivateKey, error) {
	data, err := source(c, prefix)
	if err != nil {
		return nil, err
	}
	return parseKey(data, phraseOf(c, prefix+"_passphrase"))
}

func parseKey(data []byte, phrase pki.Passphrase) (pki.PrivateKey, error) {
	key, err := pki.ParsePrivate(data, phrase, "")
	if errors.Is(err, pki.ErrAlgorithm) {
		return nil, module.Fail("reading the private key: it is " + err.Error() + "; RSA, Ed25519, X25519 and the curves secp224r1, secp256r1, secp384r1 and secp521r1 are")
	}
	if err != nil {
		return nil, module.Fail(err.Error())
	}
	return key, nil
}
