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
	provider
	have, made          []byte
	old                 *pki.Certificate
	request             *pki.Request
	key                 pki.PrivateKey // that of the certificate, nil where it is not known
	signer              pki.PrivateKey
	ca                  *pki.Certificate // of ownCA
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

// provider is who signs, by the names of its arguments.
type provider struct{ version, digest, from, until, keyID string }

var (
	selfSigned = provider{"selfsigned_version", "selfsigned_digest", "selfsigned_not_before", "selfsigned_not_after", "selfsigned_create_subject_key_identifier"}
	ownCA      = provider{"ownca_version", "ownca_digest", "ownca_not_before", "ownca_not_after", "ownca_create_subject_key_identifier"}
)

// prepare reads all that the certificate is to be made of.
func (t *certificate) prepare() (err error) {
	if t.provider = selfSigned; t.Args.Str("provider") == "ownca" {
		t.provider = ownCA
	}
	if t.Args.Int(t.version) == 2 {
		return module.Fail("The cryptography backend does not support v2 certificates")
	}
	now := time.Now().UTC()
	if t.notBefore, err = moment(t.Args.Text(t.from), t.from, now); err != nil {
		return err
	}
	if t.notAfter, err = moment(t.Args.Text(t.until), t.until, now); err != nil {
		return err
	}
	t.serial, t.created = pki.NewSerial(), t.Args.Str(t.keyID)
	if t.provider == ownCA {
		err = t.prepareOwn()
	} else {
		err = t.prepareSelf()
	}
	if err == nil && pki.NeedsDigest(t.signer) && !pki.KnownDigest(t.Args.Str(t.digest)) {
		err = module.Fail("The digest " + t.Args.Str(t.digest) + " is not supported with the cryptography backend")
	}
	return err
}

func (t *certificate) prepareSelf() (err error) {
	if !ownKey.given(t.Call) {
		return module.Fail("One of privatekey_path and privatekey_content must be specified for the selfsigned provider.")
	}
	if err := ownRequest.require(t.Call); err != nil {
		return err
	}
	if err := ownKey.require(t.Call); err != nil {
		return err
	}
	if t.key, err = ownKey.key(t.Call); err != nil {
		return err
	}
	t.signer = t.key
	if !ownRequest.given(t.Call) {
		if pki.NeedsDigest(t.key) && !pki.KnownDigest(t.Args.Str(t.digest)) {
			return module.Fail(`Unsupported digest "` + t.Args.Str(t.digest) + `"`)
		}
		t.request = &pki.Request{Public: t.key.Public(), Valid: true}
		return nil
	}
	return t.readRequest()
}

func (t *certificate) readRequest() error {
	data, err := ownRequest.read(t.Call)
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
	case !authority.given(t.Call):
		return module.Fail("One of ownca_path and ownca_content must be specified for the ownca provider.")
	case !authorityKey.given(t.Call):
		return module.Fail("One of ownca_privatekey_path and ownca_privatekey_content must be specified for the ownca provider.")
	case !ownRequest.given(t.Call):
		return module.Fail("csr_path or csr_content is required for ownca provider")
	}
	for _, s := range []source{ownRequest, authority, authorityKey} {
		if err := s.require(t.Call); err != nil {
			return err
		}
	}
	if err := t.readRequest(); err != nil {
		return err
	}
	data, err := authority.read(t.Call)
	if err != nil {
		return err
	}
	if t.ca, err = pki.ParseCertificate(data); err != nil {
		return module.Fail("reading the CA certificate: " + err.Error())
	}
	if t.signer, err = authorityKey.key(t.Call); err != nil {
		return err
	}
	if !pki.Same(t.ca.Public, t.signer.Public()) {
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
	if t.made, err = pki.NewCertificate(template, t.signer, t.Args.Str(t.digest)); err == nil {
		t.old, err = pki.ParseCertificate(t.made)
	}
	if err != nil {
		err = module.Fail("making the certificate: " + err.Error())
	}
	return true, err
}

// public is the key that the certificate is for.
func (t *certificate) public() crypto.PublicKey {
	if t.provider == ownCA {
		return t.request.Public
	}
	return t.key.Public()
}

func (t *certificate) issuer() pki.Name {
	if t.ca != nil {
		return t.ca.Subject
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
	return t.provider == ownCA && t.Args.Bool("ownca_create_authority_key_identifier")
}

// authorityID is the value of the authority key identifier: the authority's own identifier, or one made of its key.
func (t *certificate) authorityID() ([]byte, error) {
	id, err := pki.KeyID(t.ca.Public)
	if x := t.ca.Extensions.Find(pki.SubjectKeyID); x != nil {
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
	if t.provider == ownCA {
		res["ca_cert"], res["ca_privatekey"] = stringOrNone(t.Call, authority.path), stringOrNone(t.Call, authorityKey.path)
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
	if t.provider == ownCA && ownKey.given(t.Call) {
		if t.key, err = ownKey.key(t.Call); err != nil {
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
		t.ca != nil && !t.ca.Subject.Equal(t.old.Issuer):
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
