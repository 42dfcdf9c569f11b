// Package pki is private keys, requests and certificates as files: PEM and DER in the forms that OpenSSL writes and reads, private keys
// that a passphrase protects among them, and what can be said of them.
//
// crypto/x509 makes certificates that its own verifier likes. Here they are made and read field by field, so that a name, an extension or
// a signature is what was asked for, and what somebody else wrote can be compared byte by byte.
package pki

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrAlgorithm is a key of an algorithm that is not among those of this package.
var ErrAlgorithm = errors.New("a key of an algorithm that is not supported here")

// oid reads a dotted object identifier; it must be right.
func oid(dotted string) asn1.ObjectIdentifier {
	id, err := parseOID(dotted)
	if err != nil {
		panic(err)
	}
	return id
}

func parseOID(dotted string) (asn1.ObjectIdentifier, error) {
	parts := strings.Split(dotted, ".")
	id := make(asn1.ObjectIdentifier, len(parts))
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%q is no object identifier", dotted)
		}
		id[i] = n
	}
	if len(id) < 2 || id[0] > 2 || id[0] < 2 && id[1] >= 40 {
		return nil, fmt.Errorf("%q is no object identifier", dotted)
	}
	return id, nil
}

// must is DER of what can be marshalled.
func must(v any) []byte {
	der, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return der
}

// tagged is an element with its tag and content.
func tagged(class, tag int, compound bool, content []byte) []byte {
	return must(asn1.RawValue{Class: class, Tag: tag, IsCompound: compound, Bytes: content})
}

// explicit is an element with a tag of its context, made up of others.
func explicit(tag int, content []byte) []byte {
	return tagged(asn1.ClassContextSpecific, tag, true, content)
}

// sequence is a SEQUENCE of elements.
func sequence(parts ...[]byte) []byte {
	return tagged(asn1.ClassUniversal, asn1.TagSequence, true, join(parts))
}

func join(parts [][]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// elements splits DER into the elements that follow each other in it.
func elements(der []byte) (out []asn1.RawValue, err error) {
	for len(der) > 0 {
		var v asn1.RawValue
		if der, err = asn1.Unmarshal(der, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// whole unmarshals DER that has nothing after it.
func whole(der []byte, v any) error {
	rest, err := asn1.Unmarshal(der, v)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes too many", len(rest))
	}
	return err
}
