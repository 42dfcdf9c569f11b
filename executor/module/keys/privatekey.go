package keys

import (
	"context"
	"encoding/base64"
	"errors"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// privateKey is one call of openssl_privatekey.
type privateKey struct {
	*place
	kind, curve, format string
	size                int
	phrase              pki.Passphrase
	policy              string // the argument regenerate

	have   []byte         // the file's content
	old    pki.PrivateKey // the key in it, nil where it cannot be read or is of a type that is unknown here
	oldErr error
	fresh  pki.PrivateKey // the new key
	made   []byte         // its form
}

// runPrivateKey is community.crypto.openssl_privatekey.
func runPrivateKey(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	k := &privateKey{place: newPlace(ctx, c), kind: a.Str("type"), curve: a.Str("curve"), format: a.Str("format"), size: int(a.Int("size")),
		phrase: phraseOf(c, "passphrase"), policy: a.Str("regenerate")}
	k.mode = "0600"
	if a.Bool("force") {
		k.policy = "always"
	}
	if err := k.checkDirectory("The directory %s does not exist or the file is not a directory"); err != nil {
		return nil, err
	}
	var err error
	if k.have, err = k.read(); err != nil {
		return nil, err
	}
	if a.Str("state") == "absent" {
		k.have = nil
		err = k.remove()
	} else {
		k.load()
		err = k.present()
	}
	if err != nil {
		return nil, err
	}
	return k.dump(), nil
}

// load reads the key that is there.
func (k *privateKey) load() {
	if k.have != nil {
		k.old, k.oldErr = pki.ParsePrivate(k.have, k.phrase, k.kind)
	}
}

func (k *privateKey) present() error {
	must, err := k.mustMake()
	if err != nil {
		return err
	}
	convert := !must && k.old != nil && k.Args.Str("format_mismatch") == "convert" && !k.formatFits()
	if (must || convert) && !k.Check {
		if k.fresh = k.old; must {
			if k.fresh, err = pki.Generate(k.kind, k.size, k.curve); err != nil {
				return module.Fail("making a private key: " + err.Error())
			}
		}
		if k.made, err = k.encode(); err != nil {
			return err
		}
	}
	if must || convert {
		if err := k.write(k.made); err != nil {
			return err
		}
	}
	return k.settle()
}

// readable tells whether the key can be read with the passphrase that was given.
func (k *privateKey) readable() bool {
	if pki.FormatOf(k.have) == pki.Raw && k.phrase != nil {
		return false
	}
	return k.oldErr == nil || errors.Is(k.oldErr, pki.ErrAlgorithm)
}

const force = " To force regeneration, call the module with `generate` set to "

// mustMake decides by the argument regenerate.
func (k *privateKey) mustMake() (bool, error) {
	if k.policy == "always" || k.have == nil {
		return true, nil
	}
	remake := k.policy == "partial_idempotence" || k.policy == "full_idempotence"
	const idempotence = "`partial_idempotence`, `full_idempotence` or `always`, or with `force=true`."
	switch {
	case !k.readable() && k.policy == "full_idempotence":
		return true, nil
	case !k.readable():
		return false, module.Fail("Unable to read the key. The key is protected with a another passphrase / no passphrase or broken. Will not proceed." +
			force + "`full_idempotence` or `always`, or with `force=true`.")
	case k.policy == "never":
		return false, nil
	case !k.typeFits() && remake:
		return true, nil
	case !k.typeFits():
		return false, module.Fail("Key has wrong type and/or size. Will not proceed." + force + idempotence)
	case k.Args.Str("format_mismatch") != "regenerate" || k.formatFits():
		return false, nil
	case remake:
		return true, nil
	}
	return false, module.Fail("Key has wrong format. Will not proceed." + force + idempotence + " To convert the key, set `format_mismatch` to `convert`.")
}

// typeFits tells whether the key has the type, size and curve that are asked for.
func (k *privateKey) typeFits() bool {
	kind, data := "", map[string]any{}
	if k.old != nil {
		kind, data = pki.PublicInfo(k.old.Public())
	}
	switch {
	case kind != k.kind:
		return false
	case kind == pki.RSA:
		return data["size"] == k.size
	case kind == pki.ECC:
		return data["curve"] == k.curve
	}
	return true
}

// wantedFormat is the format of a new key.
func (k *privateKey) wantedFormat() string {
	switch {
	case k.format != "auto" && k.format != "auto_ignore":
		return k.format
	case k.kind == pki.RSA || k.kind == pki.ECC:
		return pki.PKCS1
	}
	return pki.PKCS8
}

func (k *privateKey) formatFits() bool {
	return k.format == "auto_ignore" || pki.FormatOf(k.have) == k.wantedFormat()
}

// encode writes the new key in its format.
func (k *privateKey) encode() ([]byte, error) {
	phrase := k.phrase
	if k.Args.Str("cipher") == "" || len(phrase) == 0 {
		phrase = nil
	} else if k.Args.Str("cipher") != "auto" {
		return nil, module.Fail(`Cryptography backend can only use "auto" for cipher option.`)
	}
	text, err := pki.MarshalPrivate(k.fresh, k.wantedFormat(), phrase)
	if errors.Is(err, pki.ErrFormat) {
		return nil, module.Fail(`Cryptography backend cannot serialize the private key in the required format "` + k.format + `"`)
	}
	return text, err
}

// dump is the result.
func (k *privateKey) dump() module.Result {
	res := module.Result{"type": k.kind, "size": k.size, "fingerprint": nil}
	if k.kind == pki.ECC {
		res["curve"] = k.curve
	}
	key, content := k.old, k.have
	if k.fresh != nil {
		key, content = k.fresh, k.made
	}
	if key != nil {
		res["fingerprint"] = pki.PublicFingerprints(key.Public(), pki.Full)
	}
	if k.Args.Bool("return_content") {
		res["privatekey"] = textOrNone(content)
		if len(content) > 0 && pki.FormatOf(content) == pki.Raw {
			res["privatekey"] = base64.StdEncoding.EncodeToString(content)
		}
	}
	res["diff"] = map[string]any{"before": keyInfo(k.have, k.phrase), "after": keyInfo(content, k.phrase)}
	return k.result(res)
}

// keyInfo is what a side of a diff says of a private key: nothing that is secret.
func keyInfo(content []byte, phrase pki.Passphrase) map[string]any {
	if content == nil {
		return map[string]any{}
	}
	info, _ := describeKey(content, phrase, pki.Brief)
	return info
}

// describeKey is what there is to say of a private key.
func describeKey(content []byte, phrase pki.Passphrase, d pki.Detail) (map[string]any, pki.PrivateKey) {
	info := map[string]any{"can_parse_key": false, "key_is_consistent": nil}
	if pki.FormatOf(content) == pki.Raw {
		return info, nil // Ansible's module reads PEM only
	}
	key, err := pki.ParsePrivate(content, phrase, "")
	if err != nil {
		return info, nil
	}
	info["can_parse_key"] = true
	text, err := pki.MarshalPublic(key.Public())
	if err == nil {
		info["public_key"] = string(text)
	}
	info["public_key_fingerprints"] = pki.PublicFingerprints(key.Public(), d)
	info["type"], info["public_data"] = pki.PublicInfo(key.Public())
	return info, key
}
