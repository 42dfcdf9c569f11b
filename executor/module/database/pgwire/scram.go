package pgwire

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pylint-deploy/executor/module/regexp"
)

// scram authenticates by SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677).
func (c *Conn) scram(password string) error {
	nonce := make([]byte, 18)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	bare := "n=,r=" + base64.StdEncoding.EncodeToString(nonce)
	first := append([]byte("SCRAM-SHA-256\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(bare)+3))...)
	if err := c.send('p', append(first, "n,,"+bare...)); err != nil {
		return err
	}
	server, err := c.saslMessage(11)
	if err != nil {
		return err
	}
	f := fields(server)
	salt, err := base64.StdEncoding.DecodeString(f["s"])
	iterations, err2 := strconv.Atoi(f["i"])
	if err != nil || err2 != nil || iterations < 1 || !strings.HasPrefix(f["r"], bare[len("n=,r="):]) {
		return errors.New("the server sent a malformed SCRAM message")
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return err
	}
	final := "c=biws,r=" + f["r"]
	auth := bare + "," + server + "," + final
	clientKey := mac(salted, "Client Key")
	stored := sha256.Sum256(clientKey)
	proof := mac(stored[:], auth)
	subtle.XORBytes(proof, proof, clientKey)
	if err := c.send('p', []byte(final+",p="+base64.StdEncoding.EncodeToString(proof))); err != nil {
		return err
	}
	last, err := c.saslMessage(12)
	if err != nil {
		return err
	}
	want := base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), auth))
	if fields(last)["v"] != want {
		return errors.New("the server does not know the password either: its SCRAM signature is wrong")
	}
	return nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// saslMessage waits for an authentication message of a kind.
func (c *Conn) saslMessage(want uint32) (string, error) {
	kind, body, err := c.receive()
	if err != nil {
		return "", err
	}
	if kind == 'E' {
		return "", parseError(body)
	}
	if kind != 'R' || len(body) < 4 || binary.BigEndian.Uint32(body) != want {
		return "", fmt.Errorf("the server sent message %q where SCRAM expects another", kind)
	}
	return string(body[4:]), nil
}

func fields(msg string) map[string]string {
	out := map[string]string{}
	for _, f := range strings.Split(msg, ",") {
		if k, v, ok := strings.Cut(f, "="); ok {
			out[k] = v
		}
	}
	return out
}

var verifier = regexp.MustCompile(`^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$`)

// IsVerifier tells whether a text is a stored SCRAM-SHA-256 password.
func IsVerifier(s string) bool { return verifier.MatchString(s) }

// Verifies tells whether a stored SCRAM-SHA-256 password was made from this password.
func Verifies(stored, password string) bool {
	m := verifier.FindStringSubmatch(stored)
	if m == nil {
		return false
	}
	iterations, err := strconv.Atoi(m[1])
	salt, err2 := base64.StdEncoding.DecodeString(m[2])
	if err != nil || err2 != nil {
		return false
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	return err == nil && base64.StdEncoding.EncodeToString(mac(salted, "Server Key")) == m[4]
}
