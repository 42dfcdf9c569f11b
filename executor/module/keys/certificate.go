package keys

import (
	"bytes"
	"context"
	"crypto"
	"math/big"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// certificate is one call of x509_certificate or x509_certificate_pipe.
type certificate struct {
	*module.Call
	provider            string // selfsigned or ownca, the prefix of its arguments
	have, made          []byte
	old                 *pki.Certificate
	request             *pki.Request
	key                 pki.PrivateKey // that of the certificate, nil where it is not known
	signer              pki.PrivateKey
	authority           *pki.Certificate // of ownca
	notBefore, notAfter time.Time
	serial              *big.Int
	created             string // when a subject key identifier is made
}

// runCertificate is community.crypto.x509_certificate.
func runCertificate(ctx context.Context, c *module.Call) (module.Result, error) {
	p := newPlace(ctx, c)
	if c.Args.Str("state") == "absent" {
		if err := p.remove(); err != nil {
			return nil, err
		}
		res := module.Result{"privatekey": stringOrNone(c, "privatekey_path"), "csr": stringOrNone(c, "csr_path")}
		if c.Args.Bool("return_content") {
			res["certificate"] = nil
		}
		return p.result(res), nil
	}
	if err := p.checkDirectory("The directory %s does not exist or the file is not a directory"); err != nil {
		return nil, err
	}
	t := &certificate{Call: c}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	var err error
	if t.have, err = p.read(); err != nil {
		return nil, err
	}
	must, err := t.bring()
	if err == nil && must {
		err = p.write(t.made)
	}
	if err == nil {
		err = p.settle()
	}
	if err != nil {
		return nil, err
	}
	return p.result(t.dump(c.Args.Bool("return_content"))), nil
}

// runCertificatePipe is community.crypto.x509_certificate_pipe.
func runCertificatePipe(_ context.Context, c *module.Call) (module.Result, error) {
	t := &certificate{Call: c}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	if c.Args.Has("content") {
		t.have = []byte(c.Args.Str("content"))
	}
	must, err := t.bring()
	if err != nil {
		return nil, err
	}
	res := t.dump(true)
	res["changed"] = must
	return res, nil
}

// argument is an argument of the provider.
func (t *certificate) argument(name string) string { return t.Args.Text(t.provider + "_" + name) }

// has tells whether a file or a content was given.
func (t *certificate) has(prefix string) bool {
	return t.Args.Has(prefix+"_path") || t.Args.Has(prefix+"_content")
}

// require fails where a file that an argument names is not there.
func (t *certificate) require(prefix, what string) error {
	if t.Args.Has(prefix+"_path") && !exists(t.Sys, t.Path(prefix+"_path")) {
		return module.Fail("The " + what + " file " + t.Path(prefix+"_path") + " does not exist")
	}
	return nil
}

// prepare reads all that the certificate is to be made of.
func (t *certificate) prepare() (err error) {
	t.provider = t.Args.Str("provider")
	if t.Args.Int(t.provider+"_version") == 2 {
		return module.Fail("The cryptography backend does not support v2 certificates")
	}
	now := time.Now().UTC()
	if t.notBefore, err = moment(t.argument("not_before"), t.provider+"_not_before", now); err != nil {
		return err
	}
	if t.notAfter, err = moment(t.argument("not_after"), t.provider+"_not_after", now); err != nil {
		return err
	}
	t.serial, t.created = pki.NewSerial(), t.argument("create_subject_key_identifier")
	if t.provider == "ownca" {
		err = t.prepareOwn()
	} else {
		err = t.prepareSelf()
	}
	if err == nil && pki.NeedsDigest(t.signer) && !pki.KnownDigest(t.argument("digest")) {
		err = module.Fail("The digest " + t.argument("digest") + " is not supported with the cryptography backend")
	}
	return err
}

func (t *certificate) prepareSelf() (err error) {
	if !t.has("privatekey") {
		return module.Fail("One of privatekey_path and privatekey_content must be specified for the selfsigned provider.")
	}
	if err := t.require("csr", "certificate signing request"); err != nil {
		return err
	}
	if err := t.require("privatekey", "private key"); err != nil {
		return err
	}
	if t.key, err = signingKey(t.Call, "privatekey"); err != nil {
		return err
	}
	t.signer = t.key
	if !t.has("csr") {
		if pki.NeedsDigest(t.key) && !pki.KnownDigest(t.argument("digest")) {
			return module.Fail(`Unsupported digest "` + t.argument("digest") + `"`)
		}
		t.request = &pki.Request{Public: t.key.Public(), Valid: true}
		return nil
	}
	return t.readRequest()
}

func (t *certificate) readRequest() error {
	data, err := source(t.Call, "csr")
	if err != nil {
		return err
	}
	if t.request, err = pki.ParseRequest(data); err != nil {
		return module.Fail("reading the certificate signing request: " + err.Error())
	}
	return nil
}

func (t *certificate) prepareOwn() (err error) {
	switch {
	case !t.has("ownca"):
		return module.Fail("One of ownca_path and ownca_content must be specified for the ownca provider.")
	case !t.has("ownca_privatekey"):
		return module.Fail("One of ownca_privatekey_path and ownca_privatekey_content must be specified for the ownca provider.")
	case !t.has("csr"):
		return module.Fail("csr_path or csr_content is required for ownca provider")
	}
	for _, f := range [][2]string{{"csr", "certificate signing request"}, {"ownca", "CA certificate"}, {"ownca_privatekey", "CA private key"}} {
		if err := t.require(f[0], f[1]); err != nil {
			return err
		}
	}
	if err := t.readRequest(); err != nil {
		return err
	}
	data, err := source(t.Call, "ownca")
	if err != nil {
		return err
	}
	if t.authority, err = pki.ParseCertificate(data); err != nil {
		return module.Fail("reading the CA certificate: " + err.Error())
	}
	if t.signer, err = signingKey(t.Call, "ownca_privatekey"); err != nil {
		return err
	}
	if !pki.Same(t.authority.Public, t.signer.Public()) {
		return module.Fail("The CA private key does not belong to the CA certificate")
	}
	return nil
}

// bring makes a new certificate where there is none or another; in check mode it only tells.
func (t *certificate) bring() (must bool, err error) {
	if must, err = t.differs(); err != nil || !must || t.Check {
		return must, err
	}
	extensions, err := t.extensions()
	if err != nil {
		return false, err
	}
	template := pki.Template{Subject: t.request.Subject, Issuer: t.issuer(), Serial: t.serial, NotBefore: t.notBefore, NotAfter: t.notAfter,
		Extensions: extensions, Public: t.public()}
	if t.notAfter.Before(t.notBefore) {
		return false, module.Fail("The not valid after date must be after the not valid before date.")
	}
	if t.made, err = pki.NewCertificate(template, t.signer, t.argument("digest")); err == nil {
		t.old, err = pki.ParseCertificate(t.made)
	}
	if err != nil {
		err = module.Fail("making the certificate: " + err.Error())
	}
	return true, err
}

// public is the key that the certificate is for.
func (t *certificate) public() crypto.PublicKey {
	if t.provider == "ownca" {
		return t.request.Public
	}
	return t.key.Public()
}

func (t *certificate) issuer() pki.Name {
	if t.authority != nil {
		return t.authority.Subject
	}
	return t.request.Subject
}

// extensions are those of the request, and the identifiers of the keys.
func (t *certificate) extensions() (pki.Extensions, error) {
	var out pki.Extensions
	identified, replace := false, t.replacesAuthority()
	for _, x := range t.request.Extensions {
		switch {
		case x.OID.Equal(pki.SubjectKeyID) && t.created == "always_create", x.OID.Equal(pki.AuthorityKeyID) && replace:
			continue
		case x.OID.Equal(pki.SubjectKeyID):
			identified = true
		}
		out = append(out, x)
	}
	if !identified && t.created != "never_create" {
		id, err := pki.KeyID(t.public())
		if err != nil {
			return nil, err
		}
		out = append(out, pki.Extension{OID: pki.SubjectKeyID, Value: pki.MarshalKeyID(id)})
	}
	if !replace {
		return out, nil
	}
	value, err := t.authorityID()
	return append(out, pki.Extension{OID: pki.AuthorityKeyID, Value: value}), err
}

// replacesAuthority tells whether the identifier of the authority's key is made here.
func (t *certificate) replacesAuthority() bool {
	return t.provider == "ownca" && t.Args.Bool("ownca_create_authority_key_identifier")
}

// authorityID is the value of the authority key identifier: the authority's own identifier, or one made of its key.
func (t *certificate) authorityID() ([]byte, error) {
	id, err := pki.KeyID(t.authority.Public)
	if x := t.authority.Extensions.Find(pki.SubjectKeyID); x != nil {
		id, err = pki.ParseKeyID(x.Value)
	}
	return pki.Authority{ID: id}.Marshal(), err
}

// dump is the result but for the file.
func (t *certificate) dump(content bool) module.Result {
	res := module.Result{"privatekey": stringOrNone(t.Call, "privatekey_path"), "csr": stringOrNone(t.Call, "csr_path"),
		"notBefore": t.notBefore.Format(pki.TimeFormat), "notAfter": t.notAfter.Format(pki.TimeFormat), "serial_number": pki.Whole(t.serial)}
	if !t.Check {
		res["notBefore"], res["notAfter"] = t.old.NotBefore.Format(pki.TimeFormat), t.old.NotAfter.Format(pki.TimeFormat)
		res["serial_number"] = pki.Whole(t.old.Serial)
	}
	if t.provider == "ownca" {
		res["ca_cert"], res["ca_privatekey"] = stringOrNone(t.Call, "ownca_path"), stringOrNone(t.Call, "ownca_privatekey_path")
	}
	text := t.have
	if t.made != nil {
		text = t.made
	}
	if content {
		res["certificate"] = textOrNone(text)
	}
	res["diff"] = map[string]any{"before": certificateInfo(t.have), "after": certificateInfo(text)}
	return res
}

// certificateInfo is what a side of a diff says of a certificate.
func certificateInfo(content []byte) map[string]any {
	if content == nil {
		return map[string]any{}
	}
	cert, err := pki.ParseCertificate(content)
	if err != nil {
		return map[string]any{"can_parse_certificate": false}
	}
	info, err := cert.Info(pki.Brief)
	if err != nil {
		return map[string]any{"can_parse_certificate": false}
	}
	info["can_parse_certificate"] = true
	return info
}

// differs tells whether the certificate that is there has to be made anew.
func (t *certificate) differs() (bool, error) {
	if t.Args.Bool("force") || t.have == nil {
		return true, nil
	}
	var err error
	if t.old, err = pki.ParseCertificate(t.have); err != nil {
		return true, nil
	}
	if t.provider == "ownca" && t.has("privatekey") {
		if t.key, err = signingKey(t.Call, "privatekey"); err != nil {
			return false, err
		}
	}
	switch {
	case t.key != nil && !pki.Same(t.old.Public, t.key.Public()),
		!t.request.Valid || !pki.Same(t.request.Public, t.old.Public),
		!t.request.Subject.Equal(t.old.Subject),
		!t.sameExtensions(),
		t.created != "never_create" && !t.identified(),
		!t.Args.Bool("ignore_timestamps") && (!t.old.NotBefore.Equal(t.notBefore) || !t.old.NotAfter.Equal(t.notAfter)),
		!t.old.SignedBy(t.signer.Public()),
		t.authority != nil && !t.authority.Subject.Equal(t.old.Issuer):
		return true, nil
	}
	if !t.replacesAuthority() {
		return false, nil
	}
	want, err := t.authorityID()
	x := t.old.Extensions.Find(pki.AuthorityKeyID)
	return x == nil || !bytes.Equal(x.Value, want), err
}

// sameExtensions compares the extensions of certificate and request, but for the identifiers that are made here.
func (t *certificate) sameExtensions() bool {
	mine := func(list pki.Extensions) (out pki.Extensions) {
		for _, x := range list {
			if x.OID.Equal(pki.SubjectKeyID) && t.created != "never_create" || x.OID.Equal(pki.AuthorityKeyID) && t.replacesAuthority() {
				continue
			}
			out = append(out, x)
		}
		return out
	}
	have, want := mine(t.old.Extensions), mine(t.request.Extensions)
	if len(have) != len(want) {
		return false
	}
	for _, x := range have {
		y := want.Find(x.OID)
		if y == nil || y.Critical != x.Critical || !bytes.Equal(x.Value, y.Value) {
			return false
		}
	}
	return true
}

// identified tells whether the certificate has the subject key identifier that it is to have.
func (t *certificate) identified() bool {
	x := t.old.Extensions.Find(pki.SubjectKeyID)
	if x == nil {
		return false
	}
	if asked := t.request.Extensions.Find(pki.SubjectKeyID); asked != nil && t.created == "create_if_not_provided" {
		return bytes.Equal(x.Value, asked.Value)
	}
	id, err := pki.KeyID(t.old.Public)
	return err == nil && bytes.Equal(x.Value, pki.MarshalKeyID(id))
}
