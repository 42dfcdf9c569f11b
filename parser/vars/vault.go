package vars

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Errors of vaults that callers decide on.
var (
	// ErrNoPassword: nothing to open a vault with was given.
	ErrNoPassword = errors.New("no vault password was given (use --vault-password-file, --vault-id or --ask-vault-pass)")
	// ErrWrongPassword: none of the passwords opens the vault; another may.
	ErrWrongPassword = errors.New("none of the vault passwords opens it")
	// ErrNotVault: the text is not vaulted, or damaged. No password will help.
	ErrNotVault = errors.New("this is not a vault")
)

const (
	vaultHeader   = "$ANSIBLE_VAULT"
	vaultCipher   = "AES256"
	vaultWidth    = 80    // of the lines of ciphertext
	keyIterations = 10000 // of PBKDF2, by the format
	keyLength     = 32    // each of the keys of AES-256 and HMAC-SHA256
)

// IsVault tells whether a text is a vault.
func IsVault(text []byte) bool { return bytes.HasPrefix(text, []byte(vaultHeader+";")) }

// envelope is a vault taken apart. The format is Ansible's "vault format 1.1 and 1.2" (Ansible's docs, Vault).
type envelope struct {
	id         string // "" in format 1.1
	salt, mac  []byte
	ciphertext []byte
}

func openEnvelope(text []byte) (*envelope, error) {
	header, body, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	fields := strings.Split(strings.TrimSpace(header), ";")
	if len(fields) < 3 || fields[0] != vaultHeader {
		return nil, fmt.Errorf("%w: the first line is not %s;VERSION;CIPHER", ErrNotVault, vaultHeader)
	}
	if fields[1] != "1.1" && fields[1] != "1.2" {
		return nil, fmt.Errorf("%w: version %s of the format is not supported (1.1 and 1.2 are)", ErrNotVault, fields[1])
	}
	if fields[2] != vaultCipher {
		return nil, fmt.Errorf("%w: the cipher %s is not supported (%s is)", ErrNotVault, fields[2], vaultCipher)
	}
	e := &envelope{}
	if len(fields) > 3 {
		e.id = fields[3]
	}
	inner, err := unhexlify(strings.Join(strings.Fields(body), ""))
	if err != nil {
		return nil, err
	}
	parts := bytes.SplitN(inner, []byte("\n"), 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%w: it is cut short", ErrNotVault)
	}
	for i, to := range []*[]byte{&e.salt, &e.mac, &e.ciphertext} {
		if *to, err = unhexlify(string(parts[i])); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// unhexlify fails as Python's binascii does.
func unhexlify(text string) ([]byte, error) {
	data, err := hex.DecodeString(text)
	if err == nil {
		return data, nil
	}
	why := "Non-hexadecimal digit found"
	if errors.Is(err, hex.ErrLength) {
		why = "Odd-length string"
	}
	return nil, fmt.Errorf("%w: Vault format unhexlify error: %s", ErrNotVault, why)
}

// keys derives the keys of cipher and MAC, and the counter's start, from a password.
func keys(password, salt []byte) (cipherKey, macKey, iv []byte, err error) {
	all, err := pbkdf2.Key(sha256.New, string(password), salt, keyIterations, 2*keyLength+aes.BlockSize)
	if err != nil {
		return nil, nil, nil, err
	}
	return all[:keyLength], all[keyLength : 2*keyLength], all[2*keyLength:], nil
}

// open decrypts with one password.
func (e *envelope) open(password []byte) ([]byte, error) {
	cipherKey, macKey, iv, err := keys(password, e.salt)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, macKey)
	mac.Write(e.ciphertext)
	if !hmac.Equal(mac.Sum(nil), e.mac) {
		return nil, ErrWrongPassword
	}
	plain := make([]byte, len(e.ciphertext))
	if err := counter(plain, e.ciphertext, cipherKey, iv); err != nil {
		return nil, err
	}
	padding := 0
	if n := len(plain); n > 0 {
		padding = int(plain[n-1])
	}
	if padding == 0 || padding > aes.BlockSize || padding > len(plain) {
		return nil, fmt.Errorf("%w: its padding is damaged", ErrNotVault)
	}
	return plain[:len(plain)-padding], nil
}

// counter runs AES in counter mode, which is its own inverse.
func counter(dst, src, key, iv []byte) error {
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	cipher.NewCTR(block, iv).XORKeyStream(dst, src)
	return nil
}

// Seal encrypts a text. With an id other than "" and "default" the vault says which password opens it (format 1.2).
func Seal(plain, password []byte, id string) ([]byte, error) {
	return SealWith(plain, password, nil, id)
}

// SealWith is Seal with a salt of one's own; an empty one is drawn at random.
func SealWith(plain, password, salt []byte, id string) ([]byte, error) {
	if len(salt) == 0 {
		salt = make([]byte, 32)
		rand.Read(salt)
	}
	return seal(plain, password, salt, id)
}

func seal(plain, password, salt []byte, id string) ([]byte, error) {
	cipherKey, macKey, iv, err := keys(password, salt)
	if err != nil {
		return nil, err
	}
	padding := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(padding)}, padding)...)
	if err := counter(padded, padded, cipherKey, iv); err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, macKey)
	mac.Write(padded)
	inner := hex.EncodeToString(salt) + "\n" + hex.EncodeToString(mac.Sum(nil)) + "\n" + hex.EncodeToString(padded)
	header := vaultHeader + ";1.1;" + vaultCipher
	if id != "" && id != DefaultID {
		header = vaultHeader + ";1.2;" + vaultCipher + ";" + id
	}
	var out strings.Builder
	out.WriteString(header + "\n")
	for text := hex.EncodeToString([]byte(inner)); text != ""; {
		n := min(vaultWidth, len(text))
		out.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return []byte(out.String()), nil
}
