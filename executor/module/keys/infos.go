package keys

import (
	"context"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// input is the argument content, or the file that path names. what is in the error of a file that cannot be read.
func input(c *module.Call, what string) ([]byte, error) {
	if c.Args.Has("content") {
		return []byte(c.Args.Str("content")), nil
	}
	data, err := c.Sys.ReadFile(c.Path("path"))
	if err != nil {
		return nil, module.Fail("Error while reading " + what + " file from disk: " + module.Errno(err))
	}
	return data, nil
}

// failWith is a failure whose result has more to say.
func failWith(err error, res module.Result) error {
	return &module.Failure{Msg: err.Error(), Result: res}
}

// runPrivateKeyInfo is community.crypto.openssl_privatekey_info.
func runPrivateKeyInfo(_ context.Context, c *module.Call) (module.Result, error) {
	res := module.Result{"can_load_key": false, "can_parse_key": false, "key_is_consistent": nil}
	data, err := input(c, "private key")
	if err != nil {
		return nil, failWith(err, res)
	}
	phrase := phraseOf(c, "passphrase")
	info, key := describeKey(data, phrase, pki.Full)
	for k, v := range info {
		res[k] = v
	}
	res["can_load_key"] = true
	if key == nil {
		_, err := parseKey(data, phrase)
		if err == nil {
			err = module.Fail(pki.ErrWrong.Error())
		}
		return nil, failWith(err, res)
	}
	if c.Args.Bool("return_private_key_data") {
		res["private_data"] = pki.PrivateInfo(key)
	}
	if c.Args.Bool("check_consistency") {
		res["key_is_consistent"] = pki.Consistent(key)
		if res["key_is_consistent"] == false {
			return nil, failWith(module.Fail("Private key is not consistent! (See https://blog.hboeck.de/archives/888-How-I-tricked-Symantec-with-a-Fake-Private-Key.html)"), res)
		}
	}
	res["changed"] = false
	return res, nil
}

// runPublicKeyInfo is community.crypto.openssl_publickey_info.
func runPublicKeyInfo(_ context.Context, c *module.Call) (module.Result, error) {
	res := module.Result{"can_load_key": false, "can_parse_key": false, "key_is_consistent": nil}
	data, err := input(c, "public key")
	if err != nil {
		return nil, failWith(err, res)
	}
	key, err := pki.ParsePublic(data)
	if err == nil && pki.KindOf(key) == "" {
		err = pki.ErrAlgorithm
	}
	if err != nil {
		return nil, failWith(module.Fail("Error while deserializing key: "+err.Error()), res)
	}
	res["fingerprints"] = pki.PublicFingerprints(key, pki.Full)
	res["type"], res["public_data"] = pki.PublicInfo(key)
	res["changed"] = false
	return res, nil
}

// runRequestInfo is community.crypto.openssl_csr_info.
func runRequestInfo(_ context.Context, c *module.Call) (module.Result, error) {
	data, err := input(c, "CSR")
	if err != nil {
		return nil, err
	}
	req, err := pki.ParseRequest(data)
	if err != nil {
		return nil, module.Fail("reading the certificate signing request: " + err.Error())
	}
	info, err := req.Info(pki.Full)
	if err != nil {
		return nil, module.Fail("reading the certificate signing request: " + err.Error())
	}
	if !req.Valid {
		return nil, failWith(module.Fail("CSR signature is invalid!"), info)
	}
	info["changed"] = false
	return info, nil
}

// runCertificateInfo is community.crypto.x509_certificate_info.
func runCertificateInfo(_ context.Context, c *module.Call) (module.Result, error) {
	data, err := input(c, "certificate")
	if err != nil {
		return nil, err
	}
	var cert *pki.Certificate
	if pki.FormatOf(data) == pki.Raw && !c.Args.Has("content") {
		cert, err = pki.ParseCertificateDER(data)
	} else {
		cert, err = pki.ParseCertificate(data)
	}
	if err != nil {
		return nil, module.Fail("reading the certificate: " + err.Error())
	}
	info, err := cert.Info(pki.Full)
	if err != nil {
		return nil, module.Fail("reading the certificate: " + err.Error())
	}
	valid := map[string]any{}
	for name, v := range c.Args.Map("valid_at") {
		text, ok := v.(string)
		if !ok {
			return nil, module.Fail("The value for valid_at." + name + " must be of type string")
		}
		at, err := moment(text, "valid_at."+name, time.Now())
		if err != nil {
			return nil, err
		}
		valid[name] = !at.Before(cert.NotBefore) && !at.After(cert.NotAfter)
	}
	info["valid_at"], info["changed"] = valid, false
	return info, nil
}
