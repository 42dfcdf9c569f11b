package passhash

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/blowfish"
)

const (
	bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	bcryptMaxKey   = 72
)

var bcryptEncoding = base64.NewEncoding(bcryptAlphabet).WithPadding(base64.NoPadding)

// bcryptHash is Provos and Mazières's bcrypt with a given salt, which x/crypto/bcrypt does not take.
func bcryptHash(secret, salt string, o Options) (string, error) {
	ident := o.Ident
	switch ident {
	case "":
		ident = "2b"
	case "2a", "2b", "2y":
	default:
		return "", fmt.Errorf("ident of bcrypt must be 2a, 2b or 2y, not %q", ident)
	}
	// The 22nd character carries 2 bits; passlib clears the other 4 and so do we, so that the text is canonical.
	last := strings.IndexByte(bcryptAlphabet, salt[21])
	salt = salt[:21] + string(bcryptAlphabet[last&^15])
	rawSalt, err := bcryptEncoding.DecodeString(salt)
	if err != nil {
		return "", fmt.Errorf("salt of bcrypt: %w", err)
	}
	key := append([]byte(secret), 0)
	key = key[:min(len(key), bcryptMaxKey)]
	c, err := blowfish.NewSaltedCipher(key, rawSalt)
	if err != nil {
		return "", fmt.Errorf("bcrypt: %w", err)
	}
	for range uint64(1) << o.Rounds {
		blowfish.ExpandKey(key, c)
		blowfish.ExpandKey(rawSalt, c)
	}
	text := []byte("OrpheanBeholderScryDoubt")
	for i := 0; i < len(text); i += blowfish.BlockSize {
		for range 64 {
			c.Encrypt(text[i:i+blowfish.BlockSize], text[i:i+blowfish.BlockSize])
		}
	}
	return fmt.Sprintf("$%s$%02d$%s%s", ident, o.Rounds, salt, bcryptEncoding.EncodeToString(text[:23])), nil
}
