package all

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"
)

// random is, by module, what it makes up anew each time: both sides are compared without it, and each with itself as it is.
var random = map[string]*regexp.Regexp{
	"ansible.builtin.tempfile": regexp.MustCompile(`((?:ansible\.|build-|é ))[a-z0-9_]{8}|()[a-z0-9_]{8}(?:\.end)`),
	// The fingerprint, the public key and the private one.
	"community.crypto.openssh_keypair": regexp.MustCompile(`(SHA256:)[A-Za-z0-9+/]{43}|(ssh-[a-z0-9]+ |ecdsa-[a-z0-9-]+ )AAAA[A-Za-z0-9+/=]+|("public_key":")AAAA[A-Za-z0-9+/=]+|(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+`),
}

// blur takes what is random out of an outcome.
func (s scenario) blur(t *testing.T, o outcome) outcome {
	t.Helper()
	re := random[s.module]
	if re == nil {
		return o
	}
	out := outcome{failed: o.failed}
	for _, res := range o.results {
		data, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		out.results = append(out.results, decode(t, re.ReplaceAll(data, []byte("$1$2$3${4}RANDOM"))))
	}
	for _, tree := range o.trees {
		blurred := map[string]string{}
		for _, path := range slices.Sorted(maps.Keys(tree)) {
			name := re.ReplaceAllString(path, "$1$2$3${4}RANDOM")
			for n := 2; blurred[name] != ""; n++ {
				name = fmt.Sprintf("%s #%d", re.ReplaceAllString(path, "$1$2$3${4}RANDOM"), n)
			}
			blurred[name] = re.ReplaceAllString(tree[path], "$1$2$3${4}RANDOM")
		}
		out.trees = append(out.trees, blurred)
	}
	return out
}

var tempfileScenarios = moduleScenarios("ansible.builtin.tempfile", []scenario{
	{name: "file", args: `{path: DIR}`, action: true, noCheck: true},
	{name: "directory", args: `{path: DIR, state: directory}`, action: true, noCheck: true},
	{name: "prefix", args: `{path: DIR, prefix: build-}`, action: true, noCheck: true},
	{name: "suffix", args: `{path: DIR, suffix: .txt}`, action: true, noCheck: true},
	{name: "prefix and suffix of a directory", args: `{path: DIR, state: directory, prefix: build-, suffix: .d}`, action: true, noCheck: true},
	{name: "no prefix", args: `{path: DIR, prefix: "", suffix: .end}`, action: true, noCheck: true},
	{name: "prefix with letters of all kinds", args: `{path: DIR, prefix: "é "}`, action: true, noCheck: true},
	{name: "prefix with a directory", setup: "mkdir sub", args: `{path: DIR, prefix: sub/build-}`, action: true, noCheck: true},
	{name: "directory with blanks and a slash", setup: "mkdir 'a b'", args: `{path: "DIR/a b/"}`, action: true, noCheck: true},
	{name: "below a link", setup: "mkdir real; ln -s real link", args: `{path: DIR/link}`, action: true, noCheck: true},
	{name: "no such directory", args: `{path: DIR/none}`, noCheck: true},
	{name: "no such directory for a directory", args: `{path: DIR/none, state: directory}`, noCheck: true},
	{name: "in a file", setup: "touch f", args: `{path: DIR/f}`, noCheck: true},
})

// aKey makes a key pair; one of the machine's programs does it.
const aKey = "ssh-keygen -q -t ed25519 -N '' -C me@here -f k; "

var keypairScenarios = moduleScenarios("community.crypto.openssh_keypair", []scenario{
	{name: "ed25519", args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "rsa of a size", args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048}`},
	{name: "ecdsa", args: `{backend: opensshbin, path: DIR/k, type: ecdsa, size: 384}`},
	{name: "comment", args: `{backend: opensshbin, path: DIR/k, type: ed25519, comment: "deploy key"}`},
	{name: "mode", args: `{backend: opensshbin, path: DIR/k, type: ed25519, mode: "0600"}`},
	{name: "there", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "another comment", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: ed25519, comment: other}`},
	{name: "that comment", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: ed25519, comment: me@here}`},
	{name: "another type", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048}`},
	{name: "another type never", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048, regenerate: never}`},
	{name: "another type fails", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048, regenerate: fail}`},
	{name: "another type and fully idempotent", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048, regenerate: full_idempotence}`},
	{name: "always", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: ed25519, regenerate: always}`, action: true},
	{name: "force", setup: aKey, args: `{backend: opensshbin, path: DIR/k, type: ed25519, force: yes}`, action: true},
	{name: "no public key", setup: aKey + "rm k.pub", args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "another public key", setup: aKey + "echo ssh-ed25519 AAAA wrong > k.pub", args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "broken key", setup: "echo rubbish > k", args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "broken key and fully idempotent", setup: "echo rubbish > k; chmod 600 k", args: `{backend: opensshbin, path: DIR/k, type: ed25519, regenerate: full_idempotence}`},
	{name: "a directory", setup: "mkdir k", args: `{backend: opensshbin, path: DIR/k, type: ed25519}`},
	{name: "no directory", args: `{backend: opensshbin, path: DIR/none/k, type: ed25519}`},
	{name: "absent", setup: aKey, args: `{backend: opensshbin, path: DIR/k, state: absent}`},
	{name: "absent already", args: `{backend: opensshbin, path: DIR/k, state: absent}`},
	{name: "small rsa", args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 512}`},
	{name: "ecdsa of a wrong size", args: `{backend: opensshbin, path: DIR/k, type: ecdsa, size: 2048}`},
	{name: "pem", args: `{backend: opensshbin, path: DIR/k, type: rsa, size: 2048, private_key_format: pkcs1}`},
})
