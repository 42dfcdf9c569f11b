package pki

import (
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"
)

// Extension is an extension of a request or certificate.
type Extension struct {
	OID      asn1.ObjectIdentifier
	Critical bool `asn1:"optional"`
	Value    []byte
}

// The extensions that are known here.
var (
	SubjectKeyID         = oid("2.5.29.14")
	KeyUsage             = oid("2.5.29.15")
	SubjectAltName       = oid("2.5.29.17")
	BasicConstraints     = oid("2.5.29.19")
	NameConstraints      = oid("2.5.29.30")
	CRLDistribution      = oid("2.5.29.31")
	AuthorityKeyID       = oid("2.5.29.35")
	ExtendedKeyUsage     = oid("2.5.29.37")
	AuthorityInformation = oid("1.3.6.1.5.5.7.1.1")
	TLSFeature           = oid("1.3.6.1.5.5.7.1.24")
)

// Extensions are those of a request or certificate, in order.
type Extensions []Extension

// Find is the extension of a kind, nil where there is none.
func (e Extensions) Find(id asn1.ObjectIdentifier) *Extension {
	i := slices.IndexFunc(e, func(x Extension) bool { return x.OID.Equal(id) })
	if i < 0 {
		return nil
	}
	return &e[i]
}

func (e Extensions) marshal() []byte {
	var parts [][]byte
	for _, x := range e {
		parts = append(parts, must(x))
	}
	return sequence(parts...)
}

// GeneralNames is the value of subjectAltName.
func GeneralNames(names []GeneralName) []byte { return sequence(generalBytes(names)...) }

func generalBytes(names []GeneralName) [][]byte {
	var parts [][]byte
	for _, n := range names {
		parts = append(parts, n)
	}
	return parts
}

// parseGeneralNames splits a list of names.
func parseGeneralNames(content []byte) ([]GeneralName, error) {
	list, err := elements(content)
	var out []GeneralName
	for _, v := range list {
		out = append(out, GeneralName(v.FullBytes))
	}
	return out, err
}

// content is what is in a sequence.
func content(der []byte) ([]byte, error) {
	var v asn1.RawValue
	err := whole(der, &v)
	return v.Bytes, err
}

// ParseGeneralNames reads the value of subjectAltName.
func ParseGeneralNames(value []byte) ([]GeneralName, error) {
	inner, err := content(value)
	if err != nil {
		return nil, err
	}
	return parseGeneralNames(inner)
}

// Usages are the names of key usages in the order of their bits: the ones shown, and the ones of RFC 5280.
var Usages = [][2]string{{"Digital Signature", "digitalSignature"}, {"Non Repudiation", "nonRepudiation"}, {"Key Encipherment", "keyEncipherment"},
	{"Data Encipherment", "dataEncipherment"}, {"Key Agreement", "keyAgreement"}, {"Certificate Sign", "keyCertSign"}, {"CRL Sign", "cRLSign"},
	{"Encipher Only", "encipherOnly"}, {"Decipher Only", "decipherOnly"}}

// UsageBits makes the bits of key usages; bit 0 is the first usage.
func UsageBits(names []string) (bits uint16, err error) {
	for _, name := range names {
		i := slices.IndexFunc(Usages, func(u [2]string) bool { return u[0] == name || u[1] == name })
		if i < 0 {
			return 0, textError(`Unknown key usage "` + name + `"`)
		}
		bits |= 1 << i
	}
	return bits, nil
}

// usageEncipherOnly and its neighbour need key agreement.
const (
	usageAgreement = 1 << 4
	usageOnly      = 1<<7 | 1<<8
)

// CheckUsage refuses bits that mean nothing by themselves.
func CheckUsage(bits uint16) error {
	if bits&usageOnly != 0 && bits&usageAgreement == 0 {
		return textError("encipher_only and decipher_only can only be true when key_agreement is true")
	}
	return nil
}

// MarshalUsage is the value of keyUsage.
func MarshalUsage(bits uint16) []byte { return must(bitString(bits)) }

func bitString(bits uint16) asn1.BitString {
	var b asn1.BitString
	b.Bytes = make([]byte, 2)
	for i := range 16 {
		if bits&(1<<i) != 0 {
			b.Bytes[i/8] |= 0x80 >> (i % 8)
			b.BitLength = i + 1
		}
	}
	b.Bytes = b.Bytes[:(b.BitLength+7)/8]
	return b
}

// ParseUsage reads the value of keyUsage.
func ParseUsage(value []byte) (bits uint16, err error) {
	var b asn1.BitString
	err = whole(value, &b)
	for i := range min(b.BitLength, 16) {
		bits |= uint16(b.At(i)) << i
	}
	return bits, err
}

// OIDs is the value of extendedKeyUsage.
func OIDs(list []asn1.ObjectIdentifier) []byte { return must(list) }

// ParseOIDs reads the value of extendedKeyUsage.
func ParseOIDs(value []byte) (list []asn1.ObjectIdentifier, err error) {
	err = whole(value, &list)
	return list, err
}

type basicConstraints struct {
	CA     bool `asn1:"optional"`
	Length int  `asn1:"optional,default:-1"`
}

// MarshalBasic is the value of basicConstraints; a length of -1 is none.
func MarshalBasic(ca bool, length int) []byte { return must(basicConstraints{ca, length}) }

// ParseBasic reads the value of basicConstraints.
func ParseBasic(value []byte) (ca bool, length int, err error) {
	var b basicConstraints
	err = whole(value, &b)
	return b.CA, b.Length, err
}

// statusRequest is the feature of TLS that demands a stapled OCSP response.
const statusRequest = 5

// MustStaple is the value of the TLS feature extension.
func MustStaple() []byte { return must([]int{statusRequest}) }

// IsMustStaple tells whether a TLS feature extension demands a stapled response.
func IsMustStaple(value []byte) bool {
	var list []int
	return whole(value, &list) == nil && slices.Contains(list, statusRequest)
}

// MarshalConstraints is the value of nameConstraints.
func MarshalConstraints(permitted, excluded []GeneralName) []byte {
	trees := func(tag int, names []GeneralName) []byte {
		if len(names) == 0 {
			return nil
		}
		var parts [][]byte
		for _, n := range names {
			parts = append(parts, sequence(n))
		}
		return explicit(tag, join(parts))
	}
	return sequence(trees(0, permitted), trees(1, excluded))
}

// ParseConstraints reads the value of nameConstraints.
func ParseConstraints(value []byte) (trees [2][]GeneralName, err error) {
	inner, err := content(value)
	if err != nil {
		return trees, err
	}
	lists, err := elements(inner)
	for _, list := range lists {
		subtrees, err := elements(list.Bytes)
		if err != nil || list.Tag > 1 {
			return trees, err
		}
		for _, tree := range subtrees {
			var base asn1.RawValue
			if _, err := asn1.Unmarshal(tree.Bytes, &base); err != nil {
				return trees, err
			}
			trees[list.Tag] = append(trees[list.Tag], GeneralName(base.FullBytes))
		}
	}
	return trees, err
}

// KeyID is the identifier of a public key: the SHA-1 of its bits (RFC 5280, 4.2.1.2).
func KeyID(key crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm algorithm
		Bits      asn1.BitString
	}
	if err := whole(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Bits.RightAlign())
	return sum[:], nil
}

// MarshalKeyID is the value of subjectKeyIdentifier.
func MarshalKeyID(id []byte) []byte { return must(id) }

// ParseKeyID reads the value of subjectKeyIdentifier.
func ParseKeyID(value []byte) (id []byte, err error) {
	err = whole(value, &id)
	return id, err
}

// Authority is the value of authorityKeyIdentifier.
type Authority struct {
	ID     []byte        // nil is none
	Issuer []GeneralName // nil is none
	Serial *big.Int      // nil is none
}

func (a Authority) Marshal() []byte {
	var parts [][]byte
	if a.ID != nil {
		parts = append(parts, primitive(0, a.ID))
	}
	if a.Issuer != nil {
		parts = append(parts, explicit(1, join(generalBytes(a.Issuer))))
	}
	if a.Serial != nil {
		var v asn1.RawValue
		if whole(must(a.Serial), &v) == nil {
			parts = append(parts, primitive(2, v.Bytes))
		}
	}
	return sequence(parts...)
}

// ParseAuthority reads the value of authorityKeyIdentifier.
func ParseAuthority(value []byte) (a Authority, err error) {
	inner, err := content(value)
	if err != nil {
		return a, err
	}
	parts, err := elements(inner)
	for _, p := range parts {
		switch p.Tag {
		case 0:
			a.ID = p.Bytes
		case 1:
			if a.Issuer, err = parseGeneralNames(p.Bytes); err != nil {
				return a, err
			}
		case 2:
			if err = whole(tagged(asn1.ClassUniversal, asn1.TagInteger, false, p.Bytes), &a.Serial); err != nil {
				return a, err
			}
		}
	}
	return a, err
}

// Reasons are the reasons of a revocation, by their bits from 1 on.
var Reasons = []string{"key_compromise", "ca_compromise", "affiliation_changed", "superseded", "cessation_of_operation", "certificate_hold",
	"privilege_withdrawn", "aa_compromise"}

// DistributionPoint is where a list of revoked certificates is.
type DistributionPoint struct {
	Full     []GeneralName
	Relative []Attribute
	Issuer   []GeneralName
	Reasons  []string
}

// MarshalDistribution is the value of cRLDistributionPoints.
func MarshalDistribution(points []DistributionPoint) []byte {
	var out [][]byte
	for _, p := range points {
		var parts [][]byte
		switch {
		case p.Full != nil:
			parts = append(parts, explicit(0, explicit(0, join(generalBytes(p.Full)))))
		case p.Relative != nil:
			parts = append(parts, explicit(0, explicit(1, marshalRelative(p.Relative))))
		}
		if len(p.Reasons) > 0 {
			var bits uint16
			for _, r := range p.Reasons {
				bits |= 1 << (slices.Index(Reasons, r) + 1)
			}
			var v asn1.RawValue
			if whole(must(bitString(bits)), &v) == nil {
				parts = append(parts, primitive(1, v.Bytes))
			}
		}
		if p.Issuer != nil {
			parts = append(parts, explicit(2, join(generalBytes(p.Issuer))))
		}
		out = append(out, sequence(parts...))
	}
	return sequence(out...)
}

// accessOCSP and accessIssuers are what authorityInfoAccess leads to.
var (
	accessOCSP    = oid("1.3.6.1.5.5.7.48.1")
	accessIssuers = oid("1.3.6.1.5.5.7.48.2")
)

// ParseAccess reads the first URI for OCSP and for issuers of authorityInfoAccess.
func ParseAccess(value []byte) (ocsp, issuers string, err error) {
	var list []struct {
		Method   asn1.ObjectIdentifier
		Location asn1.RawValue
	}
	if err := whole(value, &list); err != nil {
		return "", "", err
	}
	for _, d := range list {
		if d.Location.Tag != tagURI {
			continue
		}
		if d.Method.Equal(accessOCSP) && ocsp == "" {
			ocsp = string(d.Location.Bytes)
		}
		if d.Method.Equal(accessIssuers) && issuers == "" {
			issuers = string(d.Location.Bytes)
		}
	}
	return ocsp, issuers, nil
}
