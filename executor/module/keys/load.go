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

// source are the arguments that something is read from: a file, or its content.
type source struct {
	path, content string
	phrase        string // of a private key
	what          string // in messages
}

var (
	ownKey       = source{"privatekey_path", "privatekey_content", "privatekey_passphrase", "private key"}
	ownRequest   = source{"csr_path", "csr_content", "", "certificate signing request"}
	authority    = source{"ownca_path", "ownca_content", "", "CA certificate"}
	authorityKey = source{"ownca_privatekey_path", "ownca_privatekey_content", "ownca_privatekey_passphrase", "CA private key"}
)

// given tells whether there is something to read.
func (s source) given(c *module.Call) bool { return c.Args.Has(s.path) || c.Args.Has(s.content) }

// there tells whether it can be read: a content always, a file where it exists.
func (s source) there(c *module.Call) bool {
	return c.Args.Has(s.content) || exists(c.Sys, c.Path(s.path))
}

// require fails where the file is not there.
func (s source) require(c *module.Call) error {
	if s.given(c) && !s.there(c) {
		return module.Fail("The " + s.what + " file " + c.Path(s.path) + " does not exist")
	}
	return nil
}

func (s source) read(c *module.Call) ([]byte, error) {
	if c.Args.Has(s.content) {
		return []byte(c.Args.Str(s.content)), nil
	}
	data, err := c.Sys.ReadFile(c.Path(s.path))
	if err != nil {
		return nil, module.Fail(module.Errno(err))
	}
	return data, nil
}

// key reads a private key.
func (s source) key(c *module.Call) (pki.PrivateKey, error) {
	data, err := s.read(c)
	if err != nil {
		return nil, err
	}
	return parseKey(data, phraseOf(c, s.phrase))
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
