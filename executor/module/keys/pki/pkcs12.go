package pki

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"unicode/utf16"
)

// Store is what is in a PKCS #12 file.
type Store struct {
	Key  PrivateKey     // nil is none
	Cert *Certificate   // the one of the key
	More []*Certificate // others
	Name string         // the friendly name
	// Named tells that there is a name.
	Named bool
}

// StoreOptions tell how a file is protected.
type StoreOptions struct {
	Passphrase Passphrase // nil is none
	Old        bool       // for programs that read triple DES alone
	Rounds     int
	MACRounds  int
}

var (
	contentData      = oid("1.2.840.113549.1.7.1")
	contentEncrypted = oid("1.2.840.113549.1.7.6")
	bagKey           = oid("1.2.840.113549.1.12.10.1.1")
	bagShrouded      = oid("1.2.840.113549.1.12.10.1.2")
	bagCert          = oid("1.2.840.113549.1.12.10.1.3")
	certX509         = oid("1.2.840.113549.1.9.22.1")
	friendlyName     = oid("1.2.840.113549.1.9.20")
	localKeyID       = oid("1.2.840.113549.1.9.21")
)

// macHashes are the hashes of the code that protects a file.
var macHashes = map[string]crypto.Hash{"1.3.14.3.2.26": crypto.SHA1, "2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"tag:0,explicit,optional"`
}

type macData struct {
	Digest struct {
		Algorithm algorithm
		Digest    []byte
	}
	Salt   []byte
	Rounds int `asn1:"optional,default:1"`
}

type pfx struct {
	Version int
	Auth    contentInfo
	MAC     macData `asn1:"optional"`
}

type bag struct {
	ID         asn1.ObjectIdentifier
	Value      asn1.RawValue   `asn1:"tag:0,explicit"`
	Attributes []asn1.RawValue `asn1:"set,optional"`
}

// NewStore writes a PKCS #12 file.
func NewStore(s Store, o StoreOptions) ([]byte, error) {
	var attributes [][]byte
	if s.Named {
		name := bmp(s.Name)
		attributes = append(attributes, bagAttribute(friendlyName, tagged(asn1.ClassUniversal, asn1.TagBMPString, false, name[:len(name)-2])))
	}
	if s.Cert != nil && s.Key != nil {
		id := sha1.Sum(s.Cert.DER)
		attributes = append(attributes, bagAttribute(localKeyID, must(id[:])))
	}
	var certs, safes [][]byte
	if s.Cert != nil {
		certs = append(certs, certBag(s.Cert, attributes))
	}
	for _, c := range s.More {
		certs = append(certs, certBag(c, nil))
	}
	if len(certs) > 0 {
		safes = append(safes, o.protect(sequence(certs...)))
	}
	if s.Key != nil {
		der, err := x509.MarshalPKCS8PrivateKey(s.Key)
		if err != nil {
			return nil, err
		}
		id := bagKey
		if o.Passphrase != nil {
			how, data := o.encrypt(der)
			id, der = bagShrouded, must(encryptedInfo{how, data})
		}
		safes = append(safes, plainContent(sequence(sequence(must(id), explicit(0, der), bagSet(attributes)))))
	}
	auth := sequence(safes...)
	return sequence(must(3), plainContent(auth), o.mac(auth)), nil
}

func bagAttribute(id asn1.ObjectIdentifier, value []byte) []byte {
	return sequence(must(id), tagged(asn1.ClassUniversal, asn1.TagSet, true, value))
}

func bagSet(attributes [][]byte) []byte {
	if len(attributes) == 0 {
		return nil
	}
	return tagged(asn1.ClassUniversal, asn1.TagSet, true, join(attributes))
}

func certBag(c *Certificate, attributes [][]byte) []byte {
	return sequence(must(bagCert), explicit(0, sequence(must(certX509), explicit(0, must(c.DER)))), bagSet(attributes))
}

// plainContent is a ContentInfo of data.
func plainContent(data []byte) []byte { return sequence(must(contentData), explicit(0, must(data))) }

func (o StoreOptions) encrypt(plain []byte) (algorithm, []byte) {
	if o.Old {
		return encryptTriple(plain, o.Passphrase, o.Rounds)
	}
	return encrypt(plain, o.Passphrase, o.Rounds)
}

// protect is a ContentInfo of data that the passphrase protects where there is one.
func (o StoreOptions) protect(data []byte) []byte {
	if o.Passphrase == nil {
		return plainContent(data)
	}
	how, sealed := o.encrypt(data)
	return sequence(must(contentEncrypted), explicit(0, sequence(must(0), sequence(must(contentData), must(how), primitive(0, sealed)))))
}

// mac is the MacData of the contents.
func (o StoreOptions) mac(auth []byte) []byte {
	id := "2.16.840.1.101.3.4.2.1"
	if o.Old {
		id = "1.3.14.3.2.26"
	}
	m := macData{Salt: random(16), Rounds: o.MACRounds}
	m.Digest.Algorithm = algorithm{oid(id), asn1.NullRawValue}
	m.Digest.Digest = m.sum(auth, o.Passphrase)
	return must(m)
}

func (m macData) sum(auth []byte, phrase Passphrase) []byte {
	hash := macHashes[m.Digest.Algorithm.OID.String()]
	block := 64
	if hash == crypto.SHA384 || hash == crypto.SHA512 {
		block = 128
	}
	mac := hmac.New(hash.New, derive12(hash.New, block, phrase, m.Salt, m.Rounds, 3, hash.Size()))
	mac.Write(auth)
	return mac.Sum(nil)
}

// errMAC: the passphrase is another, or the file was changed.
var errMAC = errors.New("Invalid password or PKCS12 data")

// ParseStore reads a PKCS #12 file.
func ParseStore(der []byte, phrase Passphrase) (*Store, error) {
	var file pfx
	var auth []byte
	if err := errors.Join(whole(der, &file), whole(file.Auth.Content.Bytes, &auth)); err != nil {
		return nil, errors.New("Could not deserialize PKCS12 data")
	}
	if macHashes[file.MAC.Digest.Algorithm.OID.String()] == 0 || file.MAC.Rounds > maxRounds || file.MAC.Rounds < 1 {
		return nil, fmt.Errorf("the file is protected by algorithm %s, %d times, which is not supported here", file.MAC.Digest.Algorithm.OID, file.MAC.Rounds)
	}
	if !hmac.Equal(file.MAC.sum(auth, phrase), file.MAC.Digest.Digest) {
		return nil, errMAC
	}
	inner, err := content(auth)
	if err != nil {
		return nil, err
	}
	safes, err := elements(inner)
	if err != nil {
		return nil, err
	}
	r := &storeReader{phrase: phrase}
	for _, safe := range safes {
		if err := r.safe(safe.FullBytes); err != nil {
			return nil, err
		}
	}
	return r.store(), nil
}

// storeReader collects what is in a file.
type storeReader struct {
	phrase Passphrase
	key    PrivateKey
	keyID  []byte
	name   string // of the key
	named  bool
	certs  []storedCert
}

type storedCert struct {
	*Certificate
	id    []byte
	name  string
	named bool
}

// safe reads one ContentInfo.
func (r *storeReader) safe(der []byte) error {
	var info contentInfo
	if err := whole(der, &info); err != nil {
		return err
	}
	var data []byte
	if info.Type.Equal(contentEncrypted) {
		var sealed struct {
			Version int
			Info    struct {
				Type      asn1.ObjectIdentifier
				Algorithm algorithm
				Data      asn1.RawValue `asn1:"tag:0,optional"`
			}
		}
		err := whole(info.Content.Bytes, &sealed)
		if err == nil {
			data, err = decrypt(sealed.Info.Algorithm, sealed.Info.Data.Bytes, r.phrase)
		}
		if err != nil {
			return err
		}
	} else if err := whole(info.Content.Bytes, &data); err != nil {
		return err
	}
	inner, err := content(data)
	if err != nil {
		return err
	}
	bags, err := elements(inner)
	if err != nil {
		return err
	}
	for _, b := range bags {
		if err := r.bag(b.FullBytes); err != nil {
			return err
		}
	}
	return nil
}

func (r *storeReader) bag(der []byte) error {
	var b bag
	if err := whole(der, &b); err != nil {
		return err
	}
	id, name, named := b.attributes()
	switch {
	case b.ID.Equal(bagKey), b.ID.Equal(bagShrouded):
		key := b.Value.Bytes
		if b.ID.Equal(bagShrouded) {
			var err error
			if key, err = decryptPKCS8(key, r.phrase); err != nil {
				return err
			}
		}
		if r.key != nil {
			return nil // the first one counts
		}
		var err error
		r.keyID, r.name, r.named = id, name, named
		r.key, err = parsePKCS8(key)
		return err
	case b.ID.Equal(bagCert):
		var c struct {
			Type asn1.ObjectIdentifier
			Cert []byte `asn1:"tag:0,explicit"`
		}
		if err := whole(b.Value.Bytes, &c); err != nil || !c.Type.Equal(certX509) {
			return err
		}
		cert, err := ParseCertificateDER(c.Cert)
		r.certs = append(r.certs, storedCert{cert, id, name, named})
		return err
	}
	return nil
}

// attributes are a bag's identifier of its key, and its friendly name.
func (b bag) attributes() (id []byte, name string, named bool) {
	for _, raw := range b.Attributes {
		var a struct {
			OID    asn1.ObjectIdentifier
			Values asn1.RawValue
		}
		var v asn1.RawValue
		if whole(raw.FullBytes, &a) != nil || whole(a.Values.Bytes, &v) != nil {
			continue
		}
		switch {
		case a.OID.Equal(localKeyID):
			id = v.Bytes
		case a.OID.Equal(friendlyName):
			var units []uint16
			for i := 0; i+1 < len(v.Bytes); i += 2 {
				units = append(units, uint16(v.Bytes[i])<<8|uint16(v.Bytes[i+1]))
			}
			name, named = string(utf16.Decode(units)), true
		}
	}
	return id, name, named
}

// store finds the certificate of the key. Without a key all certificates are others, as OpenSSL has it.
func (r *storeReader) store() *Store {
	s := &Store{Key: r.key, Name: r.name, Named: r.named}
	for _, c := range r.certs {
		own := r.key != nil && s.Cert == nil && Same(c.Public, r.key.Public()) && (len(r.keyID) == 0 || len(c.id) == 0 || bytes.Equal(c.id, r.keyID))
		if own {
			s.Cert, s.Name, s.Named = c.Certificate, c.name, c.named
			continue
		}
		s.More = append(s.More, c.Certificate)
	}
	return s
}
