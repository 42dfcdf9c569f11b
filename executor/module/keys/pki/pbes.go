package pki

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
	"unicode/utf16"
)

// algorithm is AlgorithmIdentifier.
type algorithm struct {
	OID        asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

// DefaultRounds is how often a passphrase is hashed for a new key.
const DefaultRounds = 100_000

// maxRounds bounds what a file may ask for.
const maxRounds = 20_000_000

var (
	pbes2     = oid("1.2.840.113549.1.5.13")
	kdf2      = oid("1.2.840.113549.1.5.12")
	pbeTriple = oid("1.2.840.113549.1.12.1.3") // pbeWithSHAAnd3-KeyTripleDES-CBC, of PKCS #12
	aes256    = oid("2.16.840.1.101.3.4.1.42")
	hmac256   = oid("1.2.840.113549.2.9")
)

// hmacs are the hashes of PBKDF2, its default first.
var hmacs = map[string]func() hash.Hash{"1.2.840.113549.2.7": sha1.New, "1.2.840.113549.2.8": sha256.New224, "1.2.840.113549.2.9": sha256.New,
	"1.2.840.113549.2.10": sha512.New384, "1.2.840.113549.2.11": sha512.New}

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	key  int // bytes
	make func(key []byte) (cipher.Block, error)
}

var ciphers = map[string]blockCipher{"2.16.840.1.101.3.4.1.2": {16, aes.NewCipher}, "2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher}, "1.2.840.113549.3.7": {24, des.NewTripleDESCipher}}

type pbes2Parameters struct{ KDF, Cipher algorithm }

type kdf2Parameters struct {
	Salt   []byte
	Rounds int
	Length int       `asn1:"optional"`
	PRF    algorithm `asn1:"optional"`
}

type encryptedInfo struct {
	Algorithm algorithm
	Data      []byte
}

// encryptPKCS8 is EncryptedPrivateKeyInfo of a key.
func encryptPKCS8(der []byte, phrase Passphrase) []byte {
	how, data := encrypt(der, phrase, DefaultRounds)
	return must(encryptedInfo{how, data})
}

func decryptPKCS8(der []byte, phrase Passphrase) ([]byte, error) {
	var info encryptedInfo
	if err := whole(der, &info); err != nil {
		return nil, err
	}
	return decrypt(info.Algorithm, info.Data, phrase)
}

// encrypt is PBES2 of RFC 8018 with PBKDF2, SHA-256 and AES-256.
func encrypt(plain []byte, phrase Passphrase, rounds int) (algorithm, []byte) {
	salt, iv := random(16), random(aes.BlockSize)
	key, err := pbkdf2.Key(sha256.New, string(phrase), salt, rounds, 32)
	if err != nil {
		panic(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	params := must(pbes2Parameters{
		KDF:    algorithm{kdf2, asn1.RawValue{FullBytes: must(kdf2Parameters{Salt: salt, Rounds: rounds, PRF: algorithm{hmac256, asn1.NullRawValue}})}},
		Cipher: algorithm{aes256, asn1.RawValue{FullBytes: must(iv)}},
	})
	return algorithm{pbes2, asn1.RawValue{FullBytes: params}}, seal(block, iv, plain)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// seal pads and encrypts in CBC mode.
func seal(block cipher.Block, iv, plain []byte) []byte {
	n := block.BlockSize() - len(plain)%block.BlockSize()
	out := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
	return out
}

var errDecrypt = errors.New("the passphrase does not fit")

// open decrypts in CBC mode and takes the padding off.
func open(block cipher.Block, iv, data []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(data) == 0 || len(data)%size != 0 || len(iv) != size {
		return nil, errDecrypt
	}
	out := bytes.Clone(data)
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, out)
	n := int(out[len(out)-1])
	if n == 0 || n > size || !bytes.Equal(out[len(out)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errDecrypt
	}
	return out[:len(out)-n], nil
}

// decrypt undoes encrypt, and what OpenSSL's programs may have done in its place.
func decrypt(how algorithm, data []byte, phrase Passphrase) ([]byte, error) {
	if how.OID.Equal(pbeTriple) {
		return decryptTriple(how, data, phrase)
	}
	if !how.OID.Equal(pbes2) {
		return nil, fmt.Errorf("encrypted by algorithm %s, which is not supported here", how.OID)
	}
	var p pbes2Parameters
	var k kdf2Parameters
	var iv []byte
	if err := errors.Join(whole(how.Parameters.FullBytes, &p), whole(p.KDF.Parameters.FullBytes, &k), whole(p.Cipher.Parameters.FullBytes, &iv)); err != nil {
		return nil, err
	}
	prf := k.PRF.OID.String()
	if len(k.PRF.OID) == 0 {
		prf = "1.2.840.113549.2.7"
	}
	newHash, c := hmacs[prf], ciphers[p.Cipher.OID.String()]
	if !p.KDF.OID.Equal(kdf2) || newHash == nil || c.make == nil {
		return nil, fmt.Errorf("encrypted by algorithms %s, %s and %s, which are not supported here", p.KDF.OID, prf, p.Cipher.OID)
	}
	if k.Rounds < 1 || k.Rounds > maxRounds {
		return nil, fmt.Errorf("the passphrase is hashed %d times", k.Rounds)
	}
	key, err := pbkdf2.Key(newHash, string(phrase), k.Salt, k.Rounds, c.key)
	if err != nil {
		return nil, err
	}
	block, err := c.make(key)
	if err != nil {
		return nil, err
	}
	return open(block, iv, data)
}

type tripleParameters struct {
	Salt   []byte
	Rounds int
}

// encryptTriple is the encryption of PKCS #12 files that old programs read.
func encryptTriple(plain []byte, phrase Passphrase, rounds int) (algorithm, []byte) {
	p := tripleParameters{random(8), rounds}
	block, iv := tripleCipher(phrase, p)
	return algorithm{pbeTriple, asn1.RawValue{FullBytes: must(p)}}, seal(block, iv, plain)
}

func decryptTriple(how algorithm, data []byte, phrase Passphrase) ([]byte, error) {
	var p tripleParameters
	if err := whole(how.Parameters.FullBytes, &p); err != nil {
		return nil, err
	}
	if p.Rounds < 1 || p.Rounds > maxRounds {
		return nil, fmt.Errorf("the passphrase is hashed %d times", p.Rounds)
	}
	block, iv := tripleCipher(phrase, p)
	return open(block, iv, data)
}

func tripleCipher(phrase Passphrase, p tripleParameters) (cipher.Block, []byte) {
	block, err := des.NewTripleDESCipher(derive12(sha1.New, 64, phrase, p.Salt, p.Rounds, 1, 24))
	if err != nil {
		panic(err)
	}
	return block, derive12(sha1.New, 64, phrase, p.Salt, p.Rounds, 2, 8)
}

// derive12 derives bytes from a passphrase as PKCS #12 does (RFC 7292, appendix B.2). block is the block size of the hash in bytes; id tells
// what the bytes are for: 1 a key, 2 an initial vector, 3 a MAC.
func derive12(newHash func() hash.Hash, block int, phrase Passphrase, salt []byte, rounds int, id byte, size int) []byte {
	fill := func(b []byte) []byte { // to whole blocks
		if len(b) == 0 {
			return nil
		}
		n := (len(b) + block - 1) / block * block
		return bytes.Repeat(b, n/len(b)+1)[:n]
	}
	secret := append(fill(salt), fill(bmp(string(phrase)))...)
	var out []byte
	for len(out) < size {
		h := newHash()
		h.Write(bytes.Repeat([]byte{id}, block))
		h.Write(secret)
		a := h.Sum(nil)
		for i := 1; i < rounds; i++ {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		out = append(out, a...)
		b := fill(a)[:block]
		for j := 0; j < len(secret); j += block {
			carry := 1
			for k := block - 1; k >= 0; k-- { // secret block + b + 1
				carry += int(secret[j+k]) + int(b[k])
				secret[j+k] = byte(carry)
				carry >>= 8
			}
		}
	}
	return out[:size]
}

// bmp is a passphrase as PKCS #12 takes it: UTF-16, ended by a zero.
func bmp(s string) []byte {
	var out []byte
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}
