package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"

	_ "crypto/md5" // for what was signed long ago
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// digests are the hashes that can be asked for.
var digests = map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512, "sha1": crypto.SHA1, "md5": crypto.MD5}

// KnownDigest tells whether a digest can be asked for.
func KnownDigest(name string) bool { return digests[name] != 0 }

// signature is a kind of signature: by which key, of which hash.
type signature struct {
	oid  string
	kind string
	hash crypto.Hash
}

var signatures = []signature{
	{"1.2.840.113549.1.1.4", RSA, crypto.MD5},
	{"1.2.840.113549.1.1.5", RSA, crypto.SHA1},
	{"1.2.840.113549.1.1.14", RSA, crypto.SHA224},
	{"1.2.840.113549.1.1.11", RSA, crypto.SHA256},
	{"1.2.840.113549.1.1.12", RSA, crypto.SHA384},
	{"1.2.840.113549.1.1.13", RSA, crypto.SHA512},
	{"1.2.840.10045.4.1", ECC, crypto.SHA1},
	{"1.2.840.10045.4.3.1", ECC, crypto.SHA224},
	{"1.2.840.10045.4.3.2", ECC, crypto.SHA256},
	{"1.2.840.10045.4.3.3", ECC, crypto.SHA384},
	{"1.2.840.10045.4.3.4", ECC, crypto.SHA512},
	{"1.3.101.112", Ed25519, 0},
}

// NeedsDigest tells whether a key signs a hash of what is signed.
func NeedsDigest(key PrivateKey) bool { return KindOf(key) != Ed25519 }

// signatureOf finds how a key signs.
func signatureOf(key PrivateKey, digest string) (signature, crypto.Signer, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return signature{}, nil, fmt.Errorf("a key of type %s cannot sign", KindOf(key))
	}
	hash := digests[digest]
	if !NeedsDigest(key) {
		hash = 0
	}
	for _, s := range signatures {
		if s.kind == KindOf(key) && s.hash == hash {
			return s, signer, nil
		}
	}
	return signature{}, nil, fmt.Errorf("a key of type %s does not sign with digest %s", KindOf(key), digest)
}

// identifier is the AlgorithmIdentifier of a signature.
func (s signature) identifier() algorithm {
	a := algorithm{OID: oid(s.oid)}
	if s.kind == RSA {
		a.Parameters = asn1.NullRawValue
	}
	return a
}

// signed is what is signed, how, and the signature.
func (s signature) signed(signer crypto.Signer, body []byte) ([]byte, error) {
	hash, message := s.hash, body
	if hash != 0 {
		h := hash.New()
		h.Write(body)
		message = h.Sum(nil)
	}
	sig, err := signer.Sign(rand.Reader, message, hash)
	if err != nil {
		return nil, err
	}
	return sequence(body, must(s.identifier()), must(asn1.BitString{Bytes: sig, BitLength: len(sig) * 8})), nil
}

// verify tells whether a signature is that of a public key.
func verify(key crypto.PublicKey, how algorithm, body []byte, sig asn1.BitString) bool {
	for _, s := range signatures {
		if s.oid != how.OID.String() || s.kind != KindOf(key) {
			continue
		}
		if s.kind == Ed25519 {
			k, ok := key.(ed25519.PublicKey)
			return ok && ed25519.Verify(k, body, sig.RightAlign())
		}
		h := s.hash.New()
		h.Write(body)
		switch k := key.(type) {
		case *rsa.PublicKey:
			return rsa.VerifyPKCS1v15(k, s.hash, h.Sum(nil), sig.RightAlign()) == nil
		case *ecdsa.PublicKey:
			return ecdsa.VerifyASN1(k, h.Sum(nil), sig.RightAlign())
		}
	}
	return false
}
