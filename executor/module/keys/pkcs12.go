package keys

import (
	"bytes"
	"context"
	"encoding/base64"
	"slices"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// bundle is one call of openssl_pkcs12.
type bundle struct {
	*place
	keyText []byte // of the private key, nil for none
	others  []*pki.Certificate
}

// runPKCS12 is community.crypto.openssl_pkcs12.
func runPKCS12(ctx context.Context, c *module.Call) (module.Result, error) {
	b := &bundle{place: newPlace(ctx, c)}
	b.mode = "0400"
	if err := b.checkDirectory("The directory '%s' does not exist or the path is not a directory"); err != nil {
		return nil, err
	}
	if err := b.arguments(); err != nil {
		return nil, err
	}
	var err error
	switch absent := c.Args.Str("state") == "absent"; {
	case absent:
		err = b.remove()
	default:
		err = b.present()
	}
	if err != nil {
		return nil, err
	}
	res := b.result(module.Result{})
	if c.Args.Has("privatekey_path") {
		res["privatekey_path"] = c.Path("privatekey_path")
	}
	content, err := b.read()
	if err != nil {
		return nil, err
	}
	if c.Args.Bool("return_content") {
		res["pkcs12"] = nil
		if len(content) > 0 {
			res["pkcs12"] = base64.StdEncoding.EncodeToString(content)
		}
	}
	if info, err := c.Sys.Stat(b.path); err == nil && !c.Check {
		res["mode"] = module.ModeText(info.Perm)
	}
	return res, nil
}

// arguments reads the files that the bundle is made of.
func (b *bundle) arguments() error {
	if ownKey.given(b.Call) {
		text, err := ownKey.read(b.Call)
		if err != nil {
			return err
		}
		b.keyText = text
	}
	for _, file := range b.Paths("other_certificates") {
		data, err := b.Sys.ReadFile(file)
		if err != nil {
			return module.Fail(module.Errno(err))
		}
		list := [][]byte{data}
		if b.Args.Bool("other_certificates_parse_all") {
			list = splitPEM(data)
		}
		for _, text := range list {
			cert, err := pki.ParseCertificate(text)
			if err != nil {
				return module.Fail("reading the certificate " + file + ": " + err.Error())
			}
			b.others = append(b.others, cert)
		}
	}
	return nil
}

// splitPEM splits a text into its objects.
func splitPEM(data []byte) (out [][]byte) {
	begin := -1
	for i := 0; i < len(data); {
		end := i + bytes.IndexByte(data[i:], '\n') + 1
		if end == i {
			end = len(data)
		}
		switch line := data[i:end]; {
		case bytes.HasPrefix(line, []byte("-----BEGIN ")):
			begin = i
		case bytes.HasPrefix(line, []byte("-----END ")) && begin >= 0:
			out, begin = append(out, data[begin:end]), -1
		}
		i = end
	}
	return out
}

func (b *bundle) present() error {
	fits, err := b.fits()
	if err != nil {
		return err
	}
	if !fits || b.Args.Bool("force") {
		var content []byte
		if !b.Check {
			if content, err = b.make(); err != nil {
				return err
			}
		}
		if err := b.write(content); err != nil {
			return err
		}
	}
	return b.settle()
}

func (b *bundle) parses() bool { return b.Args.Str("action") == "parse" }

func (b *bundle) make() ([]byte, error) {
	if b.parses() {
		return b.parsed()
	}
	if b.Args.Str("friendly_name") == "" {
		return nil, module.Fail("Friendly_name is required")
	}
	store, err := b.wanted()
	if err != nil {
		return nil, err
	}
	o := pki.StoreOptions{Passphrase: phraseOf(b.Call, "passphrase"), Old: b.Args.Str("encryption_level") == "compatibility2022",
		Rounds: pki.DefaultRounds, MACRounds: macRounds}
	if len(o.Passphrase) == 0 {
		o.Passphrase = nil
	}
	if o.Old {
		o.Rounds = compatibleRounds
	}
	for argument, rounds := range map[string]*int{"iter_size": &o.Rounds, "maciter_size": &o.MACRounds} {
		if n := int(b.Args.Int(argument)); n > 0 {
			*rounds = n
		}
	}
	content, err := pki.NewStore(*store, o)
	if err != nil {
		err = module.Fail("making the PKCS#12 file: " + err.Error())
	}
	return content, err
}

// How often the passphrase is hashed, where the call does not say.
const (
	macRounds        = 2048
	compatibleRounds = 50_000
)

// wanted is what the bundle is to have.
func (b *bundle) wanted() (*pki.Store, error) {
	s := &pki.Store{More: b.others, Name: b.Args.Str("friendly_name"), Named: b.Args.Has("friendly_name")}
	if len(b.keyText) > 0 {
		var err error
		if s.Key, err = parseKey(b.keyText, phraseOf(b.Call, ownKey.phrase)); err != nil {
			return nil, err
		}
	}
	if b.Args.Str("certificate_path") == "" {
		return s, nil
	}
	data, err := b.Sys.ReadFile(b.Path("certificate_path"))
	if err != nil {
		return nil, module.Fail(module.Errno(err))
	}
	if s.Cert, err = pki.ParseCertificate(data); err != nil {
		return nil, module.Fail("reading the certificate " + b.Path("certificate_path") + ": " + err.Error())
	}
	if s.Key != nil && !pki.Same(s.Cert.Public, s.Key.Public()) {
		return nil, module.Fail("The private key is not that of the certificate " + b.Path("certificate_path"))
	}
	return s, nil
}

// open reads a bundle.
func (b *bundle) open(path string) (*pki.Store, error) {
	data, err := b.Sys.ReadFile(path)
	if err != nil {
		return nil, module.Fail(module.Errno(err))
	}
	phrase := phraseOf(b.Call, "passphrase")
	if len(phrase) == 0 {
		phrase = nil
	}
	s, err := pki.ParseStore(data, phrase)
	if err != nil {
		return nil, module.Fail(err.Error())
	}
	return s, nil
}

// parsed is the text of what is in a bundle: key, certificate, others.
func (b *bundle) parsed() ([]byte, error) {
	s, err := b.open(b.Path("src"))
	if err != nil {
		return nil, err
	}
	var out []byte
	if s.Key != nil {
		if out, err = keyPEM(s.Key); err != nil {
			return nil, err
		}
	}
	if s.Cert != nil {
		out = append(out, s.Cert.PEM()...)
	}
	for _, c := range s.More {
		out = append(out, c.PEM()...)
	}
	return out, nil
}

// keyPEM is a key without a passphrase, in the form that its type has.
func keyPEM(key pki.PrivateKey) ([]byte, error) {
	format := pki.PKCS8
	if kind := pki.KindOf(key); kind == pki.RSA || kind == pki.ECC {
		format = pki.PKCS1
	}
	return pki.MarshalPrivate(key, format, nil)
}

// fits tells whether the file is what it is to be.
func (b *bundle) fits() (bool, error) {
	if !b.exists() {
		return false, nil
	}
	if b.parses() {
		if !exists(b.Sys, b.Path("src")) {
			return false, nil
		}
		want, err := b.parsed()
		have, readErr := b.read()
		return err == nil && readErr == nil && bytes.Equal(want, have), nil
	}
	want, err := b.wanted()
	if err != nil {
		return false, err
	}
	have, err := b.open(b.path)
	if err != nil {
		return false, nil
	}
	return sameStore(want, have), nil
}

// sameStore compares bundles. The friendly name is that of the key's certificate.
func sameStore(want, have *pki.Store) bool {
	if want.Key == nil && want.Cert != nil { // a certificate without its key is one of the others
		want = &pki.Store{More: append([]*pki.Certificate{want.Cert}, want.More...)}
	}
	switch {
	case (want.Key == nil) != (have.Key == nil), want.Key != nil && !pki.Same(want.Key.Public(), have.Key.Public()),
		(want.Cert == nil) != (have.Cert == nil), want.Cert != nil && !bytes.Equal(want.Cert.DER, have.Cert.DER),
		have.Key != nil && (want.Name != have.Name || want.Named != have.Named):
		return false
	}
	set := func(list []*pki.Certificate) []string {
		var out []string
		for _, c := range list {
			out = append(out, string(c.DER))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(set(want.More), set(have.More))
}
