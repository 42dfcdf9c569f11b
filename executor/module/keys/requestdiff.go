package keys

import (
	"bytes"
	"encoding/asn1"
	"fmt"
	"slices"

	"pylint-deploy/executor/module/keys/pki"
)

// differs tells whether the request that is there has to be made anew.
func (r *request) differs() (bool, error) {
	if r.have == nil {
		return true, nil
	}
	have, err := pki.ParseRequest(r.have)
	if err != nil {
		return true, nil
	}
	if err := r.prepare(); err != nil {
		return false, err
	}
	list, err := r.attributes()
	if err != nil {
		return false, err
	}
	same := pki.SameAttributes(list, have.Subject.Flat())
	if r.ordered {
		same = pki.EqualAttributes(list, have.Subject.Flat())
	}
	if !same || !have.Valid || !pki.Same(have.Public, r.key.Public()) {
		return true, nil
	}
	for _, kind := range compared {
		if !kind.same(have.Extensions.Find(kind.id), r.wanted.Find(kind.id)) {
			return true, nil
		}
	}
	return false, nil
}

// compared are the extensions that a request is compared by, each with what makes their values the same.
var compared = []extensionKind{
	{pki.SubjectAltName, sameNames},
	{pki.KeyUsage, bytes.Equal},
	{pki.ExtendedKeyUsage, sameOIDs},
	{pki.BasicConstraints, sameBasic},
	{pki.TLSFeature, func(a, b []byte) bool { return pki.IsMustStaple(a) == pki.IsMustStaple(b) }},
	{pki.NameConstraints, sameConstraints},
	{pki.SubjectKeyID, bytes.Equal},
	{pki.AuthorityKeyID, bytes.Equal},
	{pki.CRLDistribution, bytes.Equal},
}

type extensionKind struct {
	id    asn1.ObjectIdentifier
	equal func(a, b []byte) bool
}

func (k extensionKind) same(have, want *pki.Extension) bool {
	if have == nil || want == nil {
		return have == want
	}
	return have.Critical == want.Critical && k.equal(have.Value, want.Value)
}

// sameNames compares alternative names as sets.
func sameNames(a, b []byte) bool {
	x, err := pki.ParseGeneralNames(a)
	y, err2 := pki.ParseGeneralNames(b)
	return err == nil && err2 == nil && sameGeneral(x, y)
}

func sameGeneral(a, b []pki.GeneralName) bool { return slices.Equal(asSet(a), asSet(b)) }

func sameOIDs(a, b []byte) bool {
	x, _ := pki.ParseOIDs(a)
	y, _ := pki.ParseOIDs(b)
	return slices.Equal(asSet(x), asSet(y))
}

// asSet is a list as text, in order and each once.
func asSet[T fmt.Stringer](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sameBasic(a, b []byte) bool {
	ca, length, err := pki.ParseBasic(a)
	ca2, length2, err2 := pki.ParseBasic(b)
	return err == nil && err2 == nil && ca == ca2 && length == length2
}

func sameConstraints(a, b []byte) bool {
	x, err := pki.ParseConstraints(a)
	y, err2 := pki.ParseConstraints(b)
	return err == nil && err2 == nil && sameGeneral(x[0], y[0]) && sameGeneral(x[1], y[1])
}
