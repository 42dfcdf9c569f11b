package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// PrivateKey is one of *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey and, for X25519, *ecdh.PrivateKey.
type PrivateKey interface{ Public() crypto.PublicKey }

// The types of keys, by Ansible's names.
const (
	RSA     = "RSA"
	ECC     = "ECC"
	Ed25519 = "Ed25519"
	X25519  = "X25519"
)

// curves are the elliptic curves, by OpenSSL's names.
var curves = map[string]elliptic.Curve{"secp224r1": elliptic.P224(), "secp256r1": elliptic.P256(), "secp384r1": elliptic.P384(), "secp521r1": elliptic.P521()}

// CurveName is the name of a curve.
func CurveName(c elliptic.Curve) string {
	for name, curve := range curves {
		if curve == c {
			return name
		}
	}
	return c.Params().Name
}

// Generate makes a key. size is that of RSA, curve that of ECC.
func Generate(kind string, size int, curve string) (PrivateKey, error) {
	switch kind {
	case RSA:
		return rsa.GenerateKey(rand.Reader, size)
	case ECC:
		if c := curves[curve]; c != nil {
			return ecdsa.GenerateKey(c, rand.Reader)
		}
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case X25519:
		return ecdh.X25519().GenerateKey(rand.Reader)
	}
	return nil, fmt.Errorf("%w: %s %s", ErrAlgorithm, kind, curve)
}

// KindOf is the type of a private or public key, "" of an unknown one.
func KindOf(key any) string {
	switch key.(type) {
	case *rsa.PrivateKey, *rsa.PublicKey:
		return RSA
	case *ecdsa.PrivateKey, *ecdsa.PublicKey:
		return ECC
	case ed25519.PrivateKey, ed25519.PublicKey:
		return Ed25519
	case *ecdh.PrivateKey, *ecdh.PublicKey:
		return X25519
	}
	return ""
}

// The formats of private keys.
const (
	PKCS1      = "pkcs1" // the older form, one for each algorithm
	PKCS8      = "pkcs8"
	Raw        = "raw"
	unknownPEM = "unknown-pem"
)

// FormatOf tells the format of a private key by its first line.
func FormatOf(data []byte) string {
	if !utf8.Valid(data) {
		return Raw
	}
	line, _, _ := strings.Cut(string(data), "\n")
	name, begins := strings.CutPrefix(strings.TrimRight(line, "\r"), "-----BEGIN ")
	name, ends := strings.CutSuffix(name, "-----")
	switch {
	case !begins || !ends || name == "":
		return Raw
	case name == "PRIVATE KEY" || name == "ENCRYPTED PRIVATE KEY":
		return PKCS8
	case strings.HasSuffix(name, " PRIVATE KEY"):
		return PKCS1
	}
	return unknownPEM
}

// Passphrase protects a key; nil is none.
type Passphrase []byte

var (
	// ErrPassphrase: a key needs a passphrase that was not given, or has none and was given one.
	ErrPassphrase = errors.New("Wrong or empty passphrase provided for private key")
	// ErrWrong: the passphrase is another, or the key is broken.
	ErrWrong = errors.New("Wrong passphrase provided for private key")
)

// ParsePrivate reads a private key: PEM, or the bytes of a key of the given type. Errors are ErrPassphrase, ErrWrong and
// ErrAlgorithm, the last for a key that is in order and of an algorithm that is unknown here.
func ParsePrivate(data []byte, phrase Passphrase, rawKind string) (PrivateKey, error) {
	if FormatOf(data) == Raw && !bytes.Contains(data, []byte("-----BEGIN ")) {
		return parseRaw(data, rawKind)
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return nil, ErrWrong
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue // the parameters of a curve
		}
		return parseBlock(block, phrase)
	}
}

func parseRaw(data []byte, kind string) (PrivateKey, error) {
	switch {
	case len(data) == ed25519.SeedSize && kind == Ed25519:
		return ed25519.NewKeyFromSeed(data), nil
	case len(data) == ed25519.SeedSize:
		return ecdh.X25519().NewPrivateKey(data)
	case len(data) == 56 || len(data) == 57: // X448, Ed448
		return nil, ErrAlgorithm
	}
	return nil, ErrWrong
}

func parseBlock(block *pem.Block, phrase Passphrase) (PrivateKey, error) {
	der := block.Bytes
	locked := block.Type == "ENCRYPTED PRIVATE KEY" || x509.IsEncryptedPEMBlock(block) //nolint:staticcheck // the form is what is asked for
	if locked != (phrase != nil) {
		return nil, ErrPassphrase
	}
	var err error
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY":
		if der, err = decryptPKCS8(der, phrase); err == nil {
			block.Type = "PRIVATE KEY"
		}
	case locked:
		der, err = x509.DecryptPEMBlock(block, phrase) //nolint:staticcheck
	}
	if err != nil {
		return nil, ErrWrong
	}
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(der)
		return orWrong(key, err)
	case "EC PRIVATE KEY":
		key, err := x509.ParseECPrivateKey(der)
		if err != nil && strings.Contains(err.Error(), "unknown elliptic curve") {
			return nil, ErrAlgorithm
		}
		return orWrong(key, err)
	case "DSA PRIVATE KEY":
		return nil, ErrAlgorithm
	}
	return parsePKCS8(der)
}

func orWrong[K PrivateKey](key K, err error) (PrivateKey, error) {
	if err != nil {
		return nil, ErrWrong
	}
	return key, nil
}

func parsePKCS8(der []byte) (PrivateKey, error) {
	any, err := x509.ParsePKCS8PrivateKey(der)
	if err == nil {
		if key, ok := any.(PrivateKey); ok && KindOf(key) != "" {
			return key, nil
		}
	}
	var info struct {
		Version   int
		Algorithm algorithm
		Key       []byte
	}
	if _, broken := asn1.Unmarshal(der, &info); broken != nil || knownKeys[info.Algorithm.OID.String()] && !foreignCurve(info.Algorithm) {
		return nil, ErrWrong
	}
	return nil, ErrAlgorithm
}

// knownKeys are the algorithms of keys that can be read here.
var knownKeys = map[string]bool{"1.2.840.113549.1.1.1": true, "1.2.840.10045.2.1": true, "1.3.101.112": true, "1.3.101.110": true}

// foreignCurve tells of a key on an elliptic curve that is unknown here.
func foreignCurve(a algorithm) bool {
	var id asn1.ObjectIdentifier
	if a.OID.String() != "1.2.840.10045.2.1" || whole(a.Parameters.FullBytes, &id) != nil {
		return false
	}
	switch id.String() {
	case "1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35":
		return false
	}
	return true
}

// ErrFormat: a key cannot be written in a format.
var ErrFormat = errors.New("the key cannot be written in that format")

// MarshalPrivate writes a private key in a format, protected by a passphrase where there is one.
func MarshalPrivate(key PrivateKey, format string, phrase Passphrase) ([]byte, error) {
	switch format {
	case PKCS1:
		return marshalTraditional(key, phrase)
	case PKCS8:
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, err
		}
		block := &pem.Block{Type: "PRIVATE KEY", Bytes: der}
		if phrase != nil {
			block.Type, block.Bytes = "ENCRYPTED PRIVATE KEY", encryptPKCS8(der, phrase)
		}
		return pem.EncodeToMemory(block), nil
	}
	if phrase != nil {
		return nil, ErrFormat
	}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return k.Seed(), nil
	case *ecdh.PrivateKey:
		return k.Bytes(), nil
	}
	return nil, ErrFormat
}

func marshalTraditional(key PrivateKey, phrase Passphrase) ([]byte, error) {
	block := &pem.Block{}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		block.Type, block.Bytes = "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k)
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(k)
		if err != nil {
			return nil, err
		}
		block.Type, block.Bytes = "EC PRIVATE KEY", der
	default:
		return nil, ErrFormat
	}
	if phrase != nil {
		var err error
		block, err = x509.EncryptPEMBlock(rand.Reader, block.Type, block.Bytes, phrase, x509.PEMCipherAES256) //nolint:staticcheck
		if err != nil {
			return nil, err
		}
	}
	return pem.EncodeToMemory(block), nil
}

// MarshalPublic writes a public key as PEM.
func MarshalPublic(key crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

// ParsePublic reads a public key from PEM.
func ParsePublic(data []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("there is no PEM in it")
	}
	if block.Type == "RSA PUBLIC KEY" {
		return x509.ParsePKCS1PublicKey(block.Bytes)
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

// Same tells whether two public keys are one.
func Same(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.Equal(b)
}
