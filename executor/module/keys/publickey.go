package keys

import (
	"context"
	"strings"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// publicKey is one call of openssl_publickey.
type publicKey struct {
	*place
	format        string
	key           pki.PrivateKey
	content       []byte // what is there, or new
	before, after map[string]any
}

// runPublicKey is community.crypto.openssl_publickey.
func runPublicKey(ctx context.Context, c *module.Call) (module.Result, error) {
	k := &publicKey{place: newPlace(ctx, c), format: c.Args.Str("format"), before: map[string]any{}, after: map[string]any{}}
	if err := k.checkDirectory("The directory '%s' does not exist or the file is not a directory"); err != nil {
		return nil, err
	}
	var err error
	switch absent := c.Args.Str("state") == "absent"; {
	case c.Check && absent:
		k.changed = k.exists()
	case c.Check:
		var fits bool
		fits, err = k.fits()
		k.changed = !fits || c.Args.Bool("force")
		k.before, k.after = map[string]any{}, map[string]any{} // nothing is told in check mode
	case absent:
		err = k.remove()
	default:
		err = k.present()
	}
	if err != nil {
		return nil, err
	}
	return k.dump()
}

func (k *publicKey) dump() (module.Result, error) {
	res := module.Result{"privatekey": stringOrNone(k.Call, "privatekey_path"), "format": k.format, "fingerprint": map[string]any{},
		"diff": map[string]any{"before": k.before, "after": k.after}}
	if k.key != nil && !k.Check {
		res["fingerprint"] = pki.PublicFingerprints(k.key.Public(), pki.Full)
	}
	if k.Args.Bool("return_content") {
		if k.content == nil {
			k.content, _ = k.read()
		}
		res["publickey"] = textOrNone(k.content)
	}
	return k.result(res), nil
}

// fits tells whether the file is what it is to be, owner and mode included.
func (k *publicKey) fits() (bool, error) {
	if !k.exists() {
		return false, nil
	}
	if ok, err := k.attributesFit(); !ok || err != nil {
		return false, err
	}
	return k.contentFits()
}

func (k *publicKey) contentFits() (bool, error) {
	if !k.exists() || !ownKey.there(k.Call) {
		return false, nil
	}
	have, err := k.read()
	if err != nil {
		return false, err
	}
	k.before = publicKeyInfo(have)
	k.after, k.content = k.before, have
	normal, ok := k.normal(have)
	if !ok {
		return false, nil
	}
	want, err := k.encode()
	return normal == string(want), err
}

// normal is the public key of a file in the form that encode gives it.
func (k *publicKey) normal(have []byte) (string, bool) {
	if k.format == "OpenSSH" {
		key, _, _, _, err := ssh.ParseAuthorizedKey(have)
		if err != nil {
			return "", false
		}
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), true
	}
	key, err := pki.ParsePublic(have)
	if err != nil {
		return "", false
	}
	text, err := pki.MarshalPublic(key)
	return string(text), err == nil
}

// encode is the public key of the private one.
func (k *publicKey) encode() ([]byte, error) {
	if k.key == nil {
		var err error
		if k.key, err = ownKey.key(k.Call); err != nil {
			return nil, err
		}
	}
	if k.format != "OpenSSH" {
		return pki.MarshalPublic(k.key.Public())
	}
	key, err := ssh.NewPublicKey(k.key.Public())
	if err != nil {
		return nil, module.Fail("writing the public key for OpenSSH: " + err.Error())
	}
	return []byte(strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))), nil
}

func (k *publicKey) present() error {
	if !ownKey.there(k.Call) {
		return module.Fail("The private key " + k.Path("privatekey_path") + " does not exist")
	}
	fits, err := k.contentFits()
	if err != nil {
		return err
	}
	content, err := k.encode()
	if err != nil {
		return err
	}
	if !fits || k.Args.Bool("force") {
		k.after, k.content = publicKeyInfo(content), content
		if err := k.write(content); err != nil {
			return err
		}
	}
	return k.settle()
}

// publicKeyInfo is what a side of a diff says of a public key.
func publicKeyInfo(content []byte) map[string]any {
	key, err := pki.ParsePublic(content)
	if err != nil || pki.KindOf(key) == "" {
		return map[string]any{"can_parse_key": false}
	}
	info := map[string]any{"can_parse_key": true, "fingerprints": pki.PublicFingerprints(key, pki.Brief)}
	info["type"], info["public_data"] = pki.PublicInfo(key)
	return info
}
