package keys

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/module"
)

// sshKeypair is one call of openssh_keypair.
type sshKeypair struct {
	*module.Call
	path, kind, comment string
	size                int
	changed             bool
}

// pair is what is on disk: a private key that can be read, and the fields of a public one; either may be missing.
type pair struct {
	private crypto.Signer
	public  []string // type, key, comment
}

// sshSizes are the sizes that a type may have; the first is the default.
var sshSizes = map[string][]int{"rsa": {4096}, "ecdsa": {256, 384, 521}, "ed25519": {256}}

var curves = map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}

// runSSHKeypair is community.crypto.openssh_keypair.
func runSSHKeypair(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &sshKeypair{Call: c, path: c.Path("path"), kind: c.Args.Str("type"), comment: c.Args.Str("comment"), size: int(c.Args.Int("size"))}
	if err := t.settle(); err != nil {
		return nil, err
	}
	before, readErr := t.load()
	after := pair{}
	if c.Args.Str("state") == "absent" {
		if err := t.remove(); err != nil {
			return nil, err
		}
		return t.result(before, after), nil
	}
	make, err := t.mustMake(before.private, readErr)
	if err != nil {
		return nil, err
	}
	switch {
	case make:
		err = t.generate(ctx)
	case !t.publicFits(before):
		err = t.restore(ctx, before)
	}
	if err != nil {
		return nil, err
	}
	after, _ = t.load()
	for _, file := range []string{t.path, t.path + ".pub"} {
		fa := t.FileArgs(file)
		if t.Check && !exists(t.Sys, file) {
			continue
		}
		differs, err := t.SetAttrs(ctx, fa, nil)
		if err != nil {
			return nil, err
		}
		t.changed = t.changed || differs
	}
	return t.result(before, after), nil
}

// load reads the pair. The error tells of a private key that cannot be read.
func (t *sshKeypair) load() (p pair, err error) {
	p.private, err = t.read()
	if text, err := t.Sys.ReadFile(t.path + ".pub"); err == nil {
		p.public = strings.SplitN(strings.Trim(string(text), "\n"), " ", 3)
	}
	if len(p.public) == 2 {
		p.public = append(p.public, "")
	}
	if len(p.public) < 3 {
		p.public = nil
	}
	return p, err
}

// result tells of the pair that is there now, or was before.
func (t *sshKeypair) result(before, after pair) module.Result {
	now := after
	if now.private == nil {
		now.private = before.private
	}
	if now.public == nil {
		now.public = before.public
	}
	res := module.Result{"changed": t.changed, "filename": t.path, "type": t.kind, "size": t.size, "fingerprint": "", "public_key": "", "comment": ""}
	if now.private != nil {
		res["fingerprint"] = fingerprint(now.private)
	}
	if now.public != nil {
		res["public_key"], res["comment"] = now.public[0]+" "+now.public[1], now.public[2]
	}
	if t.Diff {
		res["diff"] = map[string]any{"before": before.describe(), "after": after.describe()}
	}
	return res
}

// describe is the pair as diffs show it.
func (p pair) describe() map[string]any {
	out := map[string]any{}
	if p.private != nil {
		out["type"], out["size"] = describe(p.private)
		out["fingerprint"], out["format"] = fingerprint(p.private), ""
	}
	if p.public != nil {
		out["public_key"], out["comment"] = p.public[1], p.public[2]
	}
	return out
}

func fingerprint(key crypto.Signer) string {
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(public)
}

func exists(sys module.System, file string) bool {
	_, err := sys.Stat(file)
	return err == nil
}

// remove takes both files away.
func (t *sshKeypair) remove() error {
	for _, file := range []string{t.path, t.path + ".pub"} {
		if _, err := t.Sys.Lstat(file); err != nil {
			continue
		}
		t.changed = true
		if err := t.Sys.Remove(file); err != nil {
			return module.Fail("Unable to remove existing keypair: " + module.Errno(err))
		}
	}
	return nil
}

// settle checks type and size, and that the place is one for a file.
func (t *sshKeypair) settle() error {
	sizes := sshSizes[t.kind]
	if sizes == nil {
		return module.Fail("keys of type " + t.kind + " are not made here: they are not safe, and OpenSSH takes them no more")
	}
	if t.size == 0 || t.kind == "ed25519" {
		t.size = sizes[0]
	}
	switch {
	case t.kind == "rsa" && (t.size < 1024 || t.size > 16384):
		return module.Fail("For RSA keys, the minimum size is 1024 bits and the default is 4096 bits. Attempting to use bit lengths under 1024 will cause the module to fail.")
	case t.kind == "ecdsa" && curves[t.size] == nil:
		return module.Fail("For ECDSA keys, size determines the key length by selecting from one of three elliptic curve sizes: 256, 384 or 521 bits. Attempting to use bit lengths other than these three values for ECDSA keys will cause this module to fail.")
	}
	if dir := path.Dir(t.path); !exists(t.Sys, dir) {
		return module.Fail("The directory "+dir+" does not exist or the file is not a directory", "name", dir)
	}
	if info, err := t.Sys.Stat(t.path); err == nil && info.Mode.IsDir() {
		return module.Fail(t.path + " is a directory. Please specify a path to a file.")
	}
	if t.Args.Str("backend") == "opensshbin" && t.Args.Str("private_key_format") != "auto" {
		return module.Fail("'auto' is the only valid option for 'private_key_format' when 'backend' is not 'cryptography'")
	}
	return nil
}

// errProtected tells that a key cannot be read for want of its passphrase.
var errProtected = errors.New("unable to read the private key: it has another passphrase, or none")

// read reads the private key; nil where there is none.
func (t *sshKeypair) read() (crypto.Signer, error) {
	text, err := t.Sys.ReadFile(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	raw, err := ssh.ParseRawPrivateKey(text)
	var locked *ssh.PassphraseMissingError
	phrase := t.Args.Str("passphrase")
	switch {
	case errors.As(err, &locked) && phrase != "":
		raw, err = ssh.ParseRawPrivateKeyWithPassphrase(text, []byte(phrase))
	case err == nil && phrase != "":
		return nil, errProtected
	}
	if err != nil {
		return nil, errProtected
	}
	if key, ok := raw.(*ed25519.PrivateKey); ok {
		raw = *key
	}
	signer, ok := raw.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s has a key of an unknown type", t.path)
	}
	return signer, nil
}

// describe is the type and size of a key.
func describe(key crypto.Signer) (kind string, size int) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return "rsa", k.N.BitLen()
	case *ecdsa.PrivateKey:
		return "ecdsa", k.Curve.Params().BitSize
	case ed25519.PrivateKey:
		return "ed25519", 256
	}
	return "", 0
}

// mustMake decides by the argument regenerate.
func (t *sshKeypair) mustMake(have crypto.Signer, readErr error) (bool, error) {
	policy := t.Args.Str("regenerate")
	if t.Args.Bool("force") {
		policy = "always"
	}
	if readErr == nil && have == nil {
		return true, nil
	}
	if policy == "always" || readErr != nil && policy == "full_idempotence" {
		return true, nil
	}
	if readErr != nil {
		return false, module.Fail("Unable to read the key. The key is protected with a passphrase or broken. Will not proceed. To force regeneration, call the module with `generate` set to `full_idempotence` or `always`, or with `force=true`.")
	}
	kind, size := describe(have)
	if kind == t.kind && size == t.size || policy == "never" {
		return false, nil
	}
	if policy == "fail" {
		return false, module.Fail("Key has wrong type and/or size. Will not proceed. To force regeneration, call the module with `generate` set to `partial_idempotence`, `full_idempotence` or `always`, or with `force=true`.")
	}
	return true, nil
}

// generate makes the key and puts it in place, readable by its owner alone. In check mode there is none.
func (t *sshKeypair) generate(ctx context.Context) error {
	t.changed = true
	if t.Check {
		return nil
	}
	var key crypto.Signer
	var err error
	switch t.kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, t.size)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(curves[t.size], rand.Reader)
	default:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		return err
	}
	block, err := t.encode(key)
	if err != nil {
		return err
	}
	fa := t.FileArgs(t.path)
	if fa.Mode == nil {
		fa.Mode = "0600"
	}
	if _, err = t.PutFile(ctx, module.Put{Args: fa, Content: strings.NewReader(string(pem.EncodeToMemory(block)))}); err != nil {
		return err
	}
	line, err := publicLine(key)
	if err != nil {
		return err
	}
	return t.putPublic(ctx, line+" "+t.comment) // with the blank that ssh-keygen writes before no comment
}

// encode writes the key in the format that is asked for.
func (t *sshKeypair) encode(key crypto.Signer) (*pem.Block, error) {
	phrase := t.Args.Str("passphrase")
	format := t.Args.Str("private_key_format")
	if format != "auto" && format != "ssh" && phrase != "" {
		return nil, module.Fail("a passphrase needs private_key_format ssh: the others have no safe way to be protected")
	}
	switch format {
	case "pkcs8":
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, err
	case "pkcs1":
		switch k := key.(type) {
		case *rsa.PrivateKey:
			return &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}, nil
		case *ecdsa.PrivateKey:
			der, err := x509.MarshalECPrivateKey(k)
			return &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}, err
		}
		return nil, module.Fail("keys of type ed25519 have no format pkcs1")
	}
	if phrase != "" {
		return ssh.MarshalPrivateKeyWithPassphrase(key, t.comment, []byte(phrase))
	}
	return ssh.MarshalPrivateKey(key, t.comment)
}

// publicFits tells whether the public key is the private one's. A comment that is not asked for is kept.
func (t *sshKeypair) publicFits(have pair) bool {
	want, err := publicLine(have.private)
	return err == nil && have.public != nil && have.public[0]+" "+have.public[1] == want && (!t.Args.Has("comment") || have.public[2] == t.comment)
}

// restore writes the public key anew.
func (t *sshKeypair) restore(ctx context.Context, have pair) error {
	t.changed = true
	line, err := publicLine(have.private)
	if err != nil {
		return err
	}
	if t.comment != "" {
		line += " " + t.comment
	}
	return t.putPublic(ctx, line)
}

// publicLine is a public key without a comment.
func publicLine(key crypto.Signer) (string, error) {
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))), nil
}

func (t *sshKeypair) putPublic(ctx context.Context, line string) error {
	fa := t.FileArgs(t.path + ".pub")
	if fa.Mode == nil && !exists(t.Sys, t.path+".pub") {
		fa.Mode = "0644"
	}
	_, err := t.PutFile(ctx, module.Put{Args: fa, Content: strings.NewReader(line + "\n")})
	return err
}
