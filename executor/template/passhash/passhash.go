// Package passhash hashes passwords as the filter password_hash and the lookup password do with passlib, the library
// that Ansible uses where it is installed: same defaults, same limits, same text.
package passhash

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"github.com/GehirnInc/crypt"
	_ "github.com/GehirnInc/crypt/apr1_crypt" // registers itself
	_ "github.com/GehirnInc/crypt/md5_crypt"
	_ "github.com/GehirnInc/crypt/sha256_crypt"
	_ "github.com/GehirnInc/crypt/sha512_crypt"

	"pylint-deploy/parser/pattern"
)

// Options are the arguments of password_hash. Zero values mean "not given".
type Options struct {
	Salt     string
	SaltSize int
	Rounds   int
	Ident    string // of bcrypt: 2, 2a, 2b, 2y
}

// scheme is one hash algorithm as passlib parametrises it.
type scheme struct {
	saltMin, saltMax, saltSize     int
	roundsMin, roundsMax, defaults int // zero roundsMax: no rounds
	hash                           func(secret, salt string, o Options) (string, error)
	rawSalt                        bool // salt is bytes, not text of the crypt alphabet
}

// schemes by passlib's names.
var schemes = map[string]scheme{
	"md5_crypt":     {0, 8, 8, 0, 0, 0, unixCrypt(crypt.MD5, "$1$"), false},
	"apr_md5_crypt": {0, 8, 8, 0, 0, 0, unixCrypt(crypt.APR1, "$apr1$"), false},
	"sha256_crypt":  {0, 16, 16, 1000, 999999999, 535000, unixCrypt(crypt.SHA256, "$5$"), false},
	"sha512_crypt":  {0, 16, 16, 1000, 999999999, 656000, unixCrypt(crypt.SHA512, "$6$"), false},
	"bcrypt":        {22, 22, 22, 4, 31, 12, bcryptHash, false},
	"pbkdf2_sha1":   {0, 1024, 16, 1, 1<<32 - 1, 131000, pbkdf2Hash("pbkdf2", sha1.New), true},
	"pbkdf2_sha256": {0, 1024, 16, 1, 1<<32 - 1, 29000, pbkdf2Hash("pbkdf2-sha256", sha256.New), true},
	"pbkdf2_sha512": {0, 1024, 16, 1, 1<<32 - 1, 25000, pbkdf2Hash("pbkdf2-sha512", sha512.New), true},
}

// aliases are Ansible's short names.
var aliases = map[string]string{"md5": "md5_crypt", "blowfish": "bcrypt", "sha256": "sha256_crypt", "sha512": "sha512_crypt"}

const cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var foreignSalt = pattern.New(`[^./0-9A-Za-z]`)

// Hash returns the hash of secret in the notation of /etc/shadow. Algorithm is a name of Ansible (sha512) or of
// passlib (sha512_crypt). Without a salt a random one is drawn, so that two calls differ.
func Hash(secret, algorithm string, o Options) (string, error) {
	if full, ok := aliases[algorithm]; ok {
		algorithm = full
	}
	s, ok := schemes[algorithm]
	if !ok {
		return "", fmt.Errorf("hash algorithm %q is not supported; use one of md5, blowfish, sha256, sha512, apr_md5_crypt, pbkdf2_sha256", algorithm)
	}
	if strings.ContainsRune(secret, 0) {
		return "", fmt.Errorf("a password must not contain NUL characters")
	}
	salt, err := s.salt(algorithm, o)
	if err != nil {
		return "", err
	}
	if o.Rounds == 0 {
		o.Rounds = s.defaults
	}
	if s.roundsMax > 0 && (o.Rounds < s.roundsMin || o.Rounds > s.roundsMax) {
		return "", fmt.Errorf("rounds of %s must be between %d and %d, not %d", algorithm, s.roundsMin, s.roundsMax, o.Rounds)
	}
	return s.hash(secret, salt, o)
}

func (s scheme) salt(algorithm string, o Options) (string, error) {
	if o.Salt == "" {
		size := s.saltSize
		if o.SaltSize > 0 {
			size = o.SaltSize
		}
		if size < s.saltMin || size > s.saltMax {
			return "", fmt.Errorf("the salt of %s must have %d to %d characters, not %d", algorithm, s.saltMin, s.saltMax, size)
		}
		return randomSalt(size)
	}
	if n := len(o.Salt); n < s.saltMin || n > s.saltMax {
		return "", fmt.Errorf("the salt of %s must have %d to %d characters, %q has %d", algorithm, s.saltMin, s.saltMax, o.Salt, n)
	}
	if !s.rawSalt && foreignSalt.MatchString(o.Salt) {
		return "", fmt.Errorf("the salt %q has characters other than letters, digits, '.' and '/'", o.Salt)
	}
	return o.Salt, nil
}

func randomSalt(n int) (string, error) {
	raw := make([]byte, n)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	for i, b := range raw {
		raw[i] = cryptAlphabet[b&63]
	}
	return string(raw), nil
}

// implicitRounds is what SHA-crypt means where its text names no rounds.
const implicitRounds = 5000

func unixCrypt(kind crypt.Crypt, magic string) func(string, string, Options) (string, error) {
	return func(secret, salt string, o Options) (string, error) {
		setting := magic
		if o.Rounds != 0 && o.Rounds != implicitRounds && kind != crypt.MD5 && kind != crypt.APR1 {
			setting += "rounds=" + strconv.Itoa(o.Rounds) + "$"
		}
		return kind.New().Generate([]byte(secret), []byte(setting+salt))
	}
}

// pbkdf2Hash writes passlib's modular crypt format: $pbkdf2-sha256$29000$salt$key in a base64 with '.' for '+'.
func pbkdf2Hash(name string, digest func() hash.Hash) func(string, string, Options) (string, error) {
	encode := func(b []byte) string {
		return strings.ReplaceAll(base64.RawStdEncoding.EncodeToString(b), "+", ".")
	}
	return func(secret, salt string, o Options) (string, error) {
		key, err := pbkdf2.Key(digest, secret, []byte(salt), o.Rounds, digest().Size())
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("$%s$%d$%s$%s", name, o.Rounds, encode([]byte(salt)), encode(key)), nil
	}
}
