package pki

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"

	"pylint-deploy/executor/module/jsontext"
)

// Fingerprints are all fingerprints of bytes, by the names of Python's hashes. Those of variable length have 32 bytes.
func Fingerprints(der []byte) map[string]any {
	out := map[string]any{}
	add := func(name string, sum []byte) { out[name] = Hex(sum) }
	s1, s5 := sha1.Sum(der), md5.Sum(der)
	s224, s256, s384, s512 := sha256.Sum224(der), sha256.Sum256(der), sha512.Sum384(der), sha512.Sum512(der)
	t224, t256, t384, t512 := sha3.Sum224(der), sha3.Sum256(der), sha3.Sum384(der), sha3.Sum512(der)
	b2b, b2s := blake2b.Sum512(der), blake2s.Sum256(der)
	for name, sum := range map[string][]byte{"md5": s5[:], "sha1": s1[:], "sha224": s224[:], "sha256": s256[:], "sha384": s384[:], "sha512": s512[:],
		"sha3_224": t224[:], "sha3_256": t256[:], "sha3_384": t384[:], "sha3_512": t512[:], "blake2b": b2b[:], "blake2s": b2s[:],
		"shake_128": sha3.SumSHAKE128(der, 32), "shake_256": sha3.SumSHAKE256(der, 32)} {
		add(name, sum)
	}
	return out
}

// Detail tells how much to say of a thing.
type Detail int

const (
	// Brief has one fingerprint; so are the two sides of a diff.
	Brief Detail = iota
	// Full has all fingerprints.
	Full
)

func (d Detail) fingerprints(der []byte) map[string]any {
	if d == Brief {
		sum := sha256.Sum256(der)
		return map[string]any{"sha256": Hex(sum[:])}
	}
	return Fingerprints(der)
}

// PublicFingerprints are the fingerprints of a public key.
func PublicFingerprints(key crypto.PublicKey, d Detail) map[string]any {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return map[string]any{}
	}
	return d.fingerprints(der)
}

// Whole is a whole number of any size, as results have it.
func Whole(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return jsontext.Large(n.String())
}

// PublicInfo is the type of a key and its public numbers.
func PublicInfo(key crypto.PublicKey) (kind string, data map[string]any) {
	data = map[string]any{}
	switch k := key.(type) {
	case *rsa.PublicKey:
		data["size"], data["modulus"], data["exponent"] = k.N.BitLen(), Whole(k.N), k.E
	case *ecdsa.PublicKey:
		if point, err := k.Bytes(); err == nil {
			half := (len(point) - 1) / 2
			data["x"], data["y"] = Whole(new(big.Int).SetBytes(point[1:1+half])), Whole(new(big.Int).SetBytes(point[1+half:]))
		}
		data["curve"], data["exponent_size"] = CurveName(k.Curve), k.Curve.Params().BitSize
	}
	return KindOf(key), data
}

// PrivateInfo are the private numbers of a key.
func PrivateInfo(key PrivateKey) map[string]any {
	data := map[string]any{}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		data["exponent"] = Whole(k.D)
		if len(k.Primes) > 1 {
			data["p"], data["q"] = Whole(k.Primes[0]), Whole(k.Primes[1])
		}
	case *ecdsa.PrivateKey:
		if b, err := k.Bytes(); err == nil {
			data["multiplier"] = Whole(new(big.Int).SetBytes(b))
		}
	}
	return data
}

// Consistent tells whether the numbers of a key belong together; nil where that cannot be told.
func Consistent(key PrivateKey) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.Validate() == nil
	case *ecdsa.PrivateKey, ed25519.PrivateKey: // their public halves were derived or checked when they were read
		return true
	case *ecdh.PrivateKey:
		return nil
	}
	return nil
}

// names are the attributes of a name as results have them.
func names(n Name) (dict map[string]any, list []any) {
	dict, list = map[string]any{}, []any{}
	for _, a := range n.Flat() {
		name := OIDName(a.OID, false)
		dict[name] = a.Value
		list = append(list, []any{name, a.Value})
	}
	return dict, list
}

func generalTexts(names []GeneralName) any {
	out := []any{}
	for _, n := range names {
		out = append(out, n.String())
	}
	return out
}

// extensionInfo is what extensions say, as results have it.
func (e Extensions) info(res map[string]any) error {
	for _, part := range []struct {
		key   string
		id    []int
		value func([]byte) (any, error)
	}{
		{"key_usage", KeyUsage, usageInfo},
		{"extended_key_usage", ExtendedKeyUsage, oidInfo},
		{"basic_constraints", BasicConstraints, basicInfo},
		{"ocsp_must_staple", TLSFeature, func(v []byte) (any, error) { return IsMustStaple(v), nil }},
		{"subject_alt_name", SubjectAltName, func(v []byte) (any, error) { n, err := ParseGeneralNames(v); return generalTexts(n), err }},
	} {
		res[part.key], res[part.key+"_critical"] = nil, false
		if x := e.Find(part.id); x != nil {
			value, err := part.value(x.Value)
			if err != nil {
				return err
			}
			res[part.key], res[part.key+"_critical"] = value, x.Critical
		}
	}
	res["subject_key_identifier"], res["authority_key_identifier"] = nil, nil
	res["authority_cert_issuer"], res["authority_cert_serial_number"] = nil, nil
	if x := e.Find(SubjectKeyID); x != nil {
		id, err := ParseKeyID(x.Value)
		if err != nil {
			return err
		}
		res["subject_key_identifier"] = Hex(id)
	}
	if x := e.Find(AuthorityKeyID); x != nil {
		a, err := ParseAuthority(x.Value)
		if err != nil {
			return err
		}
		if a.ID != nil {
			res["authority_key_identifier"] = Hex(a.ID)
		}
		if a.Issuer != nil {
			res["authority_cert_issuer"] = generalTexts(a.Issuer)
		}
		if a.Serial != nil {
			res["authority_cert_serial_number"] = Whole(a.Serial)
		}
	}
	byOID := map[string]any{}
	for _, x := range e {
		byOID[x.OID.String()] = map[string]any{"critical": x.Critical, "value": base64.StdEncoding.EncodeToString(x.Value)}
	}
	res["extensions_by_oid"] = byOID
	return nil
}

func usageInfo(value []byte) (any, error) {
	bits, err := ParseUsage(value)
	if bits&usageAgreement == 0 {
		bits &^= usageOnly
	}
	out := []string{}
	for i, name := range Usages {
		if bits&(1<<i) != 0 {
			out = append(out, name[0])
		}
	}
	slices.Sort(out)
	return out, err
}

func oidInfo(value []byte) (any, error) {
	list, err := ParseOIDs(value)
	out := []string{}
	for _, id := range list {
		out = append(out, OIDName(id, false))
	}
	slices.Sort(out)
	return out, err
}

func basicInfo(value []byte) (any, error) {
	ca, length, err := ParseBasic(value)
	out := []string{"CA:FALSE"}
	if ca {
		out[0] = "CA:TRUE"
	}
	if length >= 0 {
		out = append(out, "pathlen:"+big.NewInt(int64(length)).String())
	}
	return out, err
}

// publicInfo adds what there is to say of the public key of a request or certificate.
func publicInfo(res map[string]any, key crypto.PublicKey, d Detail) {
	text, _ := MarshalPublic(key)
	kind, data := PublicInfo(key)
	res["public_key"], res["public_key_type"], res["public_key_data"] = string(text), kind, data
	res["public_key_fingerprints"] = PublicFingerprints(key, d)
}

// Info is what there is to say of a request.
func (r *Request) Info(d Detail) (map[string]any, error) {
	res := map[string]any{"signature_valid": r.Valid, "name_constraints_permitted": nil, "name_constraints_excluded": nil, "name_constraints_critical": false}
	res["subject"], res["subject_ordered"] = both(names(r.Subject))
	if x := r.Extensions.Find(NameConstraints); x != nil {
		trees, err := ParseConstraints(x.Value)
		if err != nil {
			return nil, err
		}
		res["name_constraints_permitted"], res["name_constraints_excluded"], res["name_constraints_critical"] = generalTexts(trees[0]), generalTexts(trees[1]), x.Critical
	}
	publicInfo(res, r.Public, d)
	return res, r.Extensions.info(res)
}

func both(dict map[string]any, list []any) (any, any) { return dict, list }

// TimeFormat is how results write times.
const TimeFormat = "20060102150405Z"

// Info is what there is to say of a certificate.
func (c *Certificate) Info(d Detail) (map[string]any, error) {
	res := map[string]any{"signature_algorithm": c.SignatureName(), "version": c.Version, "serial_number": Whole(c.Serial),
		"not_before": c.NotBefore.Format(TimeFormat), "not_after": c.NotAfter.Format(TimeFormat), "expired": c.NotAfter.Before(time.Now()),
		"fingerprints": d.fingerprints(c.DER), "ocsp_uri": nil, "issuer_uri": nil}
	res["subject"], res["subject_ordered"] = both(names(c.Subject))
	res["issuer"], res["issuer_ordered"] = both(names(c.Issuer))
	if x := c.Extensions.Find(AuthorityInformation); x != nil {
		ocsp, issuer, err := ParseAccess(x.Value)
		if err != nil {
			return nil, err
		}
		if ocsp != "" {
			res["ocsp_uri"] = ocsp
		}
		if issuer != "" {
			res["issuer_uri"] = issuer
		}
	}
	publicInfo(res, c.Public, d)
	return res, c.Extensions.info(res)
}
