package pki

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"time"
)

// Request is a certificate signing request.
type Request struct {
	Subject    Name
	Extensions Extensions
	Public     crypto.PublicKey
	// Valid tells that the signature is that of the public key.
	Valid bool
}

var extensionRequest = oid("1.2.840.113549.1.9.14")

// NewRequest makes a request and signs it; the result is PEM.
func NewRequest(key PrivateKey, digest string, subject Name, ext Extensions) ([]byte, error) {
	s, signer, err := signatureOf(key, digest)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	var attributes []byte
	if len(ext) > 0 {
		attributes = sequence(must(extensionRequest), tagged(asn1.ClassUniversal, asn1.TagSet, true, ext.marshal()))
	}
	der, err := s.signed(signer, sequence(must(0), subject.marshal(), public, explicit(0, attributes)))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), err
}

// signedObject is what all that is signed has in common.
type signedObject struct {
	Body      asn1.RawValue
	Algorithm algorithm
	Signature asn1.BitString
}

// decodePEM finds the first block of a type, whose end is given.
func decodePEM(data []byte, suffix, what string) ([]byte, error) {
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return nil, errors.New("there is no PEM of " + what + " in it")
		}
		if strings.HasSuffix(block.Type, suffix) {
			return block.Bytes, nil
		}
	}
}

// ParseRequest reads PEM.
func ParseRequest(data []byte) (*Request, error) {
	der, err := decodePEM(data, "CERTIFICATE REQUEST", "a certificate signing request")
	if err != nil {
		return nil, err
	}
	var o signedObject
	if err := whole(der, &o); err != nil {
		return nil, err
	}
	parts, err := elements(o.Body.Bytes)
	if err != nil || len(parts) < 4 {
		return nil, errors.Join(errors.New("the request is broken"), err)
	}
	r := &Request{}
	if r.Subject, err = parseName(parts[1].Bytes); err != nil {
		return nil, err
	}
	if r.Public, err = x509.ParsePKIXPublicKey(parts[2].FullBytes); err != nil {
		return nil, err
	}
	attributes, err := elements(parts[3].Bytes)
	if err != nil {
		return nil, err
	}
	for _, a := range attributes {
		var attribute struct {
			OID    asn1.ObjectIdentifier
			Values asn1.RawValue
		}
		if whole(a.FullBytes, &attribute) == nil && attribute.OID.Equal(extensionRequest) {
			if err := whole(attribute.Values.Bytes, (*[]Extension)(&r.Extensions)); err != nil {
				return nil, err
			}
		}
	}
	r.Valid = verify(r.Public, o.Algorithm, o.Body.FullBytes, o.Signature)
	return r, nil
}

// Certificate is a certificate.
type Certificate struct {
	DER             []byte
	Subject, Issuer Name
	Serial          *big.Int
	Version         int
	NotBefore       time.Time
	NotAfter        time.Time
	Extensions      Extensions
	Public          crypto.PublicKey

	object signedObject
}

// Template is what a new certificate is to say.
type Template struct {
	Subject, Issuer     Name
	Serial              *big.Int
	NotBefore, NotAfter time.Time
	Extensions          Extensions
	Public              crypto.PublicKey
}

// NewCertificate makes a certificate, signed by a key; the result is PEM.
func NewCertificate(t Template, key PrivateKey, digest string) ([]byte, error) {
	s, signer, err := signatureOf(key, digest)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(t.Public)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{explicit(0, must(2)), must(t.Serial), must(s.identifier()), t.Issuer.marshal(),
		sequence(moment(t.NotBefore), moment(t.NotAfter)), t.Subject.marshal(), public}
	if len(t.Extensions) > 0 {
		parts = append(parts, explicit(3, t.Extensions.marshal()))
	}
	der, err := s.signed(signer, sequence(parts...))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), err
}

// moment is a time: UTCTime up to the year 2049, GeneralizedTime from then on.
func moment(t time.Time) []byte {
	t = t.UTC().Truncate(time.Second)
	if t.Year() < 1950 || t.Year() > 2049 {
		return tagged(asn1.ClassUniversal, asn1.TagGeneralizedTime, false, []byte(t.Format("20060102150405Z")))
	}
	return must(t)
}

// NewSerial is a random serial number.
func NewSerial() *big.Int { return new(big.Int).Rsh(new(big.Int).SetBytes(random(20)), 1) }

// ParseCertificate reads PEM.
func ParseCertificate(data []byte) (*Certificate, error) {
	der, err := decodePEM(data, "CERTIFICATE", "a certificate")
	if err != nil {
		return nil, err
	}
	return ParseCertificateDER(der)
}

// ParseCertificateDER reads DER.
func ParseCertificateDER(der []byte) (*Certificate, error) {
	c := &Certificate{DER: der, Version: 1}
	if err := whole(der, &c.object); err != nil {
		return nil, err
	}
	parts, err := elements(c.object.Body.Bytes)
	if err != nil {
		return nil, err
	}
	if len(parts) > 0 && parts[0].Class == asn1.ClassContextSpecific {
		if err := whole(parts[0].Bytes, &c.Version); err != nil {
			return nil, err
		}
		c.Version++
		parts = parts[1:]
	}
	if len(parts) < 6 {
		return nil, errors.New("the certificate is broken")
	}
	var validity struct{ NotBefore, NotAfter time.Time }
	err = errors.Join(whole(parts[0].FullBytes, &c.Serial), whole(parts[3].FullBytes, &validity))
	c.NotBefore, c.NotAfter = validity.NotBefore.UTC(), validity.NotAfter.UTC()
	var nameErr error
	c.Issuer, nameErr = parseName(parts[2].Bytes)
	err = errors.Join(err, nameErr)
	c.Subject, nameErr = parseName(parts[4].Bytes)
	err = errors.Join(err, nameErr)
	if err != nil {
		return nil, err
	}
	if c.Public, err = x509.ParsePKIXPublicKey(parts[5].FullBytes); err != nil {
		return nil, err
	}
	for _, p := range parts[6:] {
		if p.Class == asn1.ClassContextSpecific && p.Tag == 3 {
			if err := whole(p.Bytes, (*[]Extension)(&c.Extensions)); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// PEM is the certificate as PEM.
func (c *Certificate) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER})
}

// SignedBy tells whether the signature is that of a public key.
func (c *Certificate) SignedBy(key crypto.PublicKey) bool {
	return verify(key, c.object.Algorithm, c.object.Body.FullBytes, c.object.Signature)
}

// SignatureName is the name of the algorithm of the signature.
func (c *Certificate) SignatureName() string { return OIDName(c.object.Algorithm.OID, false) }
