package module

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// hashes are the algorithms that modules offer. MD5 and SHA-1 are checksums here, as Ansible's results have them.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

// NewHash makes a hash by Ansible's name for it.
func NewHash(algorithm string) (hash.Hash, error) {
	mk, ok := hashes[algorithm]
	if !ok {
		return nil, fmt.Errorf("unknown checksum algorithm %q", algorithm)
	}
	return mk(), nil
}

// Checksum hashes a file of the target, in hexadecimal.
func (c *Call) Checksum(path, algorithm string) (string, error) {
	h, err := NewHash(algorithm)
	if err != nil {
		return "", err
	}
	f, err := c.Sys.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
