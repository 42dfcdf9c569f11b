package all

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Scenarios of keys, requests and certificates. What is random is compared by its kind (vague) and lies in files whose names begin with
// "p."; a request that an RSA key signs is not random, and so is compared byte by byte.

// keysMade is the directory of keys that setups take theirs from: made once, so that both sides have the same.
var keysMade = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-ec", `
openssl genrsa -traditional -out rsa.pem 2048
openssl genrsa -traditional -out other.pem 2048
openssl genrsa -traditional -out small.pem 1024
openssl pkcs8 -topk8 -nocrypt -in rsa.pem -out rsa8.pem
openssl rsa -traditional -aes256 -passout pass:secret -in rsa.pem -out locked.pem
openssl pkcs8 -topk8 -passout pass:secret -in rsa.pem -out locked8.pem
openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:secret -in rsa.pem -out lockedold.pem
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl ecparam -name secp384r1 -genkey -out ecparam.pem
openssl ecparam -name secp256k1 -genkey -noout -out k1.pem
openssl genpkey -algorithm ed25519 -out ed.pem
openssl genpkey -algorithm x25519 -out x.pem
openssl genpkey -algorithm ed448 -out ed448.pem
head -c 32 /dev/zero | tr '\0' k > raw
for n in rsa ec ed; do openssl pkey -in $n.pem -pubout -out $n.pub; done
openssl req -x509 -new -key rsa.pem -subj "/C=FR/O=An Authority/CN=ca.example.org" -days 3650 -out ca.crt -addext basicConstraints=critical,CA:TRUE
openssl req -x509 -new -key rsa.pem -subj "/CN=Old" -days 3650 -out ca-noid.crt -addext subjectKeyIdentifier=none
openssl req -x509 -new -key other.pem -subj "/CN=Other" -days 3650 -out other.crt
openssl req -x509 -new -key ec.pem -subj "/CN=EC" -days 3650 -out ec.crt
openssl req -new -key other.pem -subj "/CN=www.example.org/O=Me" -addext "subjectAltName=DNS:www.example.org,IP:192.0.2.1,IP:2001:db8::1" -addext keyUsage=critical,digitalSignature,keyEncipherment -out other.csr
openssl req -new -key other.pem -subj "/CN=plain" -out plain.csr
openssl req -new -key other.pem -subj "/CN=id" -addext subjectKeyIdentifier=hash -out id.csr
openssl req -new -key ec.pem -subj "/CN=ec" -out ec.csr
sed 's/^MII/MIJ/' other.csr > broken.csr
openssl x509 -req -in plain.csr -signkey other.pem -days 3650 -set_serial 1 -out v1.crt 2>/dev/null
printf '%s\n' '[e]' basicConstraints=critical,CA:TRUE,pathlen:1 extendedKeyUsage=serverAuth,codeSigning 'authorityInfoAccess=OCSP;URI:http://ocsp.example.org/,caIssuers;URI:http://ca.example.org/' \
  tlsfeature=status_request subjectAltName=DNS:a,IP:192.0.2.1 authorityKeyIdentifier=keyid:always,issuer:always > extensions
openssl x509 -req -in plain.csr -CA ca.crt -CAkey rsa.pem -set_serial 7 -days 3650 -extfile extensions -extensions e -out full.crt 2>/dev/null
openssl dhparam -out dh512.pem 512 2>/dev/null
openssl pkcs12 -export -inkey rsa.pem -in ca.crt -certfile other.crt -name mine -passout pass:secret -out store.p12
openssl pkcs12 -export -inkey rsa.pem -in ca.crt -name mine -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -passout pass:secret -out old.p12
openssl pkcs12 -export -nokeys -in other.crt -passout pass:secret -out certs.p12
`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return dir, nil
})

func keyring(t *testing.T) string {
	t.Helper()
	dir, err := keysMade()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := keysMade(); err == nil && filepath.Base(dir) != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// randomKey are the keys of results that depend on a new private key.
var randomKey = []string{"fingerprint", "fingerprints", "public_key", "public_key_fingerprints", "public_data", "privatekey"}

func vague(keys []string, list []scenario) []scenario {
	for i := range list {
		list[i].vague = keys
	}
	return list
}

var privateKeyScenarios = moduleScenarios("community.crypto.openssl_privatekey", append(vague(randomKey, []scenario{
	{name: "new", args: `{path: DIR/p.key, size: 1024}`},
	{name: "with its content", args: `{path: DIR/p.key, size: 1024, return_content: yes, mode: "0640"}`},
	{name: "elliptic", args: `{path: DIR/p.key, type: ECC, curve: secp384r1}`},
	{name: "elliptic 224", args: `{path: DIR/p.key, type: ECC, curve: secp224r1}`},
	{name: "Ed25519", args: `{path: DIR/p.key, type: Ed25519}`},
	{name: "X25519 raw", args: `{path: DIR/p.key, type: X25519, format: raw, return_content: yes}`, differs: []string{"diff"}}, // can 32 bytes be read as text? it depends on them
	{name: "with a passphrase", args: `{path: DIR/p.key, size: 1024, cipher: auto, passphrase: secret}`},
	{name: "PKCS8 with a passphrase", args: `{path: DIR/p.key, size: 1024, cipher: auto, passphrase: secret, format: pkcs8}`},
	{name: "in the place of another size", setup: "cp $KEYS/rsa.pem p.key", args: `{path: DIR/p.key, size: 1024, backup: yes}`},
	{name: "in the place of another type", setup: "cp $KEYS/rsa.pem p.key", args: `{path: DIR/p.key, type: ECC, curve: secp256r1}`},
	{name: "of another curve", setup: "cp $KEYS/ec.pem p.key", args: `{path: DIR/p.key, type: ECC, curve: secp521r1, regenerate: partial_idempotence}`},
	{name: "in the place of a locked one", setup: "cp $KEYS/locked.pem p.key", args: `{path: DIR/p.key, size: 1024}`},
	{name: "forced", setup: "cp $KEYS/small.pem p.key", args: `{path: DIR/p.key, size: 1024, force: yes}`, action: true},
	{name: "regenerate always", setup: "cp $KEYS/small.pem p.key", args: `{path: DIR/p.key, size: 1024, regenerate: always}`, action: true},
	{name: "converted", setup: "cp $KEYS/rsa.pem p.key", args: `{path: DIR/p.key, size: 2048, format: pkcs8, format_mismatch: convert}`},
	{name: "wrong format made anew", setup: "cp $KEYS/rsa8.pem p.key", args: `{path: DIR/p.key, size: 2048, format: pkcs1}`},
	{name: "a curve that is unknown here", setup: "cp $KEYS/k1.pem p.key", args: `{path: DIR/p.key, size: 1024}`, differs: []string{"diff", "fingerprint"}},
	{name: "broken", setup: "echo broken > p.key", args: `{path: DIR/p.key, size: 1024}`},
}), []scenario{
	{name: "there", setup: "cp $KEYS/rsa.pem k; chmod 600 k", args: `{path: DIR/k, size: 2048, return_content: yes}`},
	{name: "there with another mode", setup: "cp $KEYS/rsa.pem k; chmod 644 k", args: `{path: DIR/k, size: 2048}`},
	{name: "there with a passphrase", setup: "cp $KEYS/locked.pem k", args: `{path: DIR/k, size: 2048, cipher: auto, passphrase: secret}`},
	{name: "there in PKCS8 with a passphrase", setup: "cp $KEYS/locked8.pem k", args: `{path: DIR/k, size: 2048, cipher: auto, passphrase: secret, format: pkcs8}`},
	{name: "there from an old program", setup: "cp $KEYS/lockedold.pem k", args: `{path: DIR/k, size: 2048, cipher: auto, passphrase: secret}`},
	{name: "elliptic there", setup: "cp $KEYS/ec.pem k", args: `{path: DIR/k, type: ECC, curve: secp256r1}`},
	{name: "elliptic there with parameters", setup: "cp $KEYS/ecparam.pem k", args: `{path: DIR/k, type: ECC, curve: secp384r1}`},
	{name: "Ed25519 there", setup: "cp $KEYS/ed.pem k", args: `{path: DIR/k, type: Ed25519}`},
	{name: "raw there", setup: "cp $KEYS/raw k", args: `{path: DIR/k, type: X25519, format: raw, return_content: yes}`},
	{name: "converted to a format of its own", setup: "cp $KEYS/rsa8.pem k", args: `{path: DIR/k, size: 2048, format: auto, format_mismatch: convert}`},
	{name: "never", setup: "cp $KEYS/rsa.pem k", args: `{path: DIR/k, type: ECC, curve: secp256r1, regenerate: never}`},
	{name: "fail with another size", setup: "cp $KEYS/rsa.pem k", args: `{path: DIR/k, size: 1024, regenerate: fail}`},
	{name: "fail with another passphrase", setup: "cp $KEYS/locked.pem k", args: `{path: DIR/k, size: 2048, cipher: auto, passphrase: wrong, regenerate: fail}`},
	{name: "fail with another format", setup: "cp $KEYS/rsa.pem k", args: `{path: DIR/k, size: 2048, format: pkcs8, regenerate: fail}`},
	{name: "partial with another passphrase", setup: "cp $KEYS/locked8.pem k", args: `{path: DIR/k, size: 2048, regenerate: partial_idempotence}`},
	{name: "cipher", args: `{path: DIR/k, size: 1024, cipher: aes256, passphrase: secret}`, noCheck: true},
	{name: "raw RSA", args: `{path: DIR/k, size: 1024, format: raw}`, noCheck: true},
	{name: "absent", setup: "cp $KEYS/rsa.pem k", args: `{path: DIR/k, state: absent, backup: yes, return_content: yes}`},
	{name: "absent already", args: `{path: DIR/k, state: absent, type: ECC, curve: secp256r1}`},
	{name: "no directory", args: `{path: DIR/d/k}`},
}...))

var publicKeyScenarios = moduleScenarios("community.crypto.openssl_publickey", withSetup("cp $KEYS/*.pem .; ", []scenario{
	{name: "new", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem}`},
	{name: "with its content", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem, return_content: yes, mode: "0640"}`},
	{name: "elliptic", args: `{path: DIR/k.pub, privatekey_path: DIR/ec.pem}`},
	{name: "Ed25519", args: `{path: DIR/k.pub, privatekey_path: DIR/ed.pem}`},
	{name: "X25519", args: `{path: DIR/k.pub, privatekey_path: DIR/x.pem}`},
	{name: "for OpenSSH", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem, format: OpenSSH, return_content: yes}`},
	{name: "elliptic for OpenSSH", args: `{path: DIR/k.pub, privatekey_path: DIR/ecparam.pem, format: OpenSSH}`},
	{name: "of a locked key", args: `{path: DIR/k.pub, privatekey_path: DIR/locked.pem, privatekey_passphrase: secret}`},
	{name: "wrong passphrase", args: `{path: DIR/k.pub, privatekey_path: DIR/locked.pem, privatekey_passphrase: wrong}`, noCheck: true},
	{name: "no passphrase", args: `{path: DIR/k.pub, privatekey_path: DIR/locked8.pem}`, noCheck: true},
	{name: "there", setup: "cp $KEYS/rsa.pub k.pub", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem}`},
	{name: "that of another key", setup: "cp $KEYS/rsa.pub k.pub", args: `{path: DIR/k.pub, privatekey_path: DIR/ec.pem, backup: yes}`},
	{name: "forced", setup: "cp $KEYS/rsa.pub k.pub", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem, force: yes}`, action: true},
	{name: "with a comment", setup: "ssh-keygen -y -f rsa.pem > k.pub 2>/dev/null || :; echo comment >> k.pub", args: `{path: DIR/k.pub, privatekey_path: DIR/ed.pem, format: OpenSSH}`},
	{name: "broken", setup: "echo broken > k.pub", args: `{path: DIR/k.pub, privatekey_path: DIR/rsa.pem}`},
	{name: "absent", setup: "cp $KEYS/rsa.pub k.pub", args: `{path: DIR/k.pub, state: absent}`},
	{name: "absent already", args: `{path: DIR/k.pub, state: absent, return_content: yes}`},
	{name: "no key", args: `{path: DIR/k.pub, privatekey_path: DIR/none.pem}`, noCheck: true},
	{name: "no directory", args: `{path: DIR/d/k.pub, privatekey_path: DIR/rsa.pem}`},
}))

// signedRandomly are the keys of results that depend on a signature with a random part.
var signedRandomly = []string{"csr"}

var requestScenarios = moduleScenarios("community.crypto.openssl_csr", withSetup("cp $KEYS/*.pem .; ", append(vague(signedRandomly, []scenario{
	{name: "elliptic", args: `{path: DIR/p.csr, privatekey_path: DIR/ec.pem, common_name: www.example.org, return_content: yes}`},
	{name: "elliptic and SHA-384", args: `{path: DIR/p.csr, privatekey_path: DIR/ecparam.pem, common_name: www.example.org, digest: sha384}`},
}), []scenario{
	{name: "new", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, common_name: www.example.org}`},
	{name: "with its content", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, common_name: www.example.org, return_content: yes, mode: "0600"}`},
	{name: "Ed25519", args: `{path: DIR/r.csr, privatekey_path: DIR/ed.pem, common_name: www.example.org}`},
	{name: "all of the subject", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, C: FR, ST: Île-de-France, L: Paris, O: "Me, Inc", OU: IT, CN: www.example.org, E: me@example.org, subject: {DC: [org, example]}}`},
	{name: "ordered subject", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject_ordered: [{CN: www.example.org}, {O: Me}, {OU: [b, a]}, {C: DE}]}`},
	{name: "ordered subject in another order", setup: "openssl req -new -key rsa.pem -subj /O=Me/CN=a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject_ordered: [{CN: a}, {O: Me}], use_common_name_for_san: no}`},
	{name: "subject in another order", setup: "openssl req -new -key rsa.pem -subj /O=Me/CN=a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, O: Me, use_common_name_for_san: no}`},
	{name: "other subject", setup: "openssl req -new -key rsa.pem -subj /O=Me/CN=a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: b, O: Me, use_common_name_for_san: no, backup: yes}`},
	{name: "by numbers", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject: {2.5.4.3: www.example.org}}`},
	{name: "alternative names", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, subject_alt_name: ["DNS:www.example.org", "DNS:*.example.org", "IP:192.0.2.1", "IP:2001:DB8::1", "email:me@example.org", "URI:https://Example.org/Path?q#f", "RID:1.2.3.4", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:me@example.org", "otherName:1.2.3;0c:03:61:62:63", "dirName:CN=a,O=Me"], subject_alt_name_critical: yes}`},
	{name: "alternative names as one text", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject_alt_name: "DNS:a.example.org,DNS:b.example.org"}`},
	{name: "alternative names in another order", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:b,DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, subject_alt_name: ["DNS:a", "DNS:b"]}`},
	{name: "one alternative name more", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, subject_alt_name: ["DNS:a", "DNS:b"]}`},
	{name: "not critical any more", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=critical,DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a}`},
	{name: "usages", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, key_usage: [digitalSignature, Key Encipherment, keyAgreement, decipherOnly], key_usage_critical: yes, extended_key_usage: [serverAuth, "TLS Web Client Authentication", 1.2.3.4]}`},
	{name: "other usage", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:a -addext keyUsage=digitalSignature -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, key_usage: keyEncipherment}`},
	{name: "that usage", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:a -addext keyUsage=digitalSignature,cRLSign -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, key_usage: [cRLSign, digitalSignature]}`},
	{name: "authority", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: ca, basic_constraints: ["CA:TRUE", "pathlen:0"], basic_constraints_critical: yes, key_usage: [keyCertSign], use_common_name_for_san: no}`},
	{name: "no authority", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, basic_constraints: ["CA:FALSE"]}`},
	{name: "staple", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, ocsp_must_staple: yes, ocsp_must_staple_critical: yes}`},
	{name: "constraints", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, name_constraints_permitted: ["DNS:example.org", "IP:192.0.2.0/24", "IP:2001:db8::/32"], name_constraints_excluded: ["email:.com"], name_constraints_critical: yes}`},
	{name: "identifier", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, create_subject_key_identifier: yes}`},
	{name: "given identifier", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, subject_key_identifier: "00:11:22", authority_key_identifier: "33:44", authority_cert_issuer: ["dirName:CN=ca,O=Me"], authority_cert_serial_number: 12345678901}`},
	{name: "lists of revoked ones", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, crl_distribution_points: [{full_name: ["URI:https://ca.example.org/a.crl"], crl_issuer: ["URI:https://ca.example.org/"], reasons: [key_compromise, aa_compromise]}, {relative_name: ["CN=a, b", "O=c"]}]}`},
	{name: "there", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, return_content: yes}`},
	{name: "of another key", setup: "openssl req -new -key other.pem -subj /CN=a -addext subjectAltName=DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a}`},
	{name: "forced", setup: "openssl req -new -key rsa.pem -subj /CN=a -addext subjectAltName=DNS:a -out r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, force: yes}`, action: true},
	{name: "broken", setup: "echo broken > r.csr", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a}`},
	{name: "locked key", args: `{path: DIR/r.csr, privatekey_path: DIR/locked8.pem, privatekey_passphrase: secret, CN: a}`},
	{name: "wrong passphrase", args: `{path: DIR/r.csr, privatekey_path: DIR/locked8.pem, privatekey_passphrase: wrong, CN: a}`, noCheck: true},
	{name: "SHA-1", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, digest: sha1}`},
	{name: "unknown digest", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, digest: whirlpool}`, noCheck: true},
	{name: "unknown usage", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, key_usage: fly}`, noCheck: true},
	{name: "unknown constraint", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, CN: a, basic_constraints: "CA:MAYBE"}`, noCheck: true},
	{name: "unknown field", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject: {shoeSize: "44"}}`, noCheck: true},
	{name: "unknown kind of name", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject_alt_name: "FAX:1"}`, noCheck: true},
	{name: "no kind of name", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, subject_alt_name: "www.example.org"}`, noCheck: true},
	{name: "long country", args: `{path: DIR/r.csr, privatekey_path: DIR/rsa.pem, C: France}`, noCheck: true},
	{name: "no key", args: `{path: DIR/r.csr, privatekey_path: DIR/none.pem, CN: a}`, noCheck: true},
	{name: "absent", setup: "cp $KEYS/other.csr r.csr", args: `{path: DIR/r.csr, state: absent, privatekey_path: DIR/rsa.pem, CN: a}`},
	{name: "absent already", args: `{path: DIR/r.csr, state: absent, return_content: yes}`},
	{name: "no directory", args: `{path: DIR/d/r.csr, privatekey_path: DIR/rsa.pem, CN: a}`},
}...)))

var requestPipeScenarios = moduleScenarios("community.crypto.openssl_csr_pipe", withSetup("cp $KEYS/*.pem .; ", []scenario{
	{name: "new", args: `{privatekey_path: DIR/rsa.pem, common_name: a}`, action: true},
	{name: "Ed25519", args: `{privatekey_path: DIR/ed.pem, common_name: a, subject_alt_name: "DNS:b"}`, action: true},
	{name: "usage", args: `{privatekey_path: DIR/rsa.pem, common_name: a, key_usage: [keyCertSign], basic_constraints: "CA:TRUE"}`, action: true},
	{name: "broken before", args: `{privatekey_path: DIR/rsa.pem, common_name: a, content: broken}`, action: true},
	{name: "no key", args: `{privatekey_path: DIR/none.pem, common_name: a}`, noCheck: true},
}))

var requestInfoScenarios = moduleScenarios("community.crypto.openssl_csr_info", withSetup("cp $KEYS/*.pem $KEYS/*.csr .; ", []scenario{
	{name: "request", args: `{path: DIR/other.csr}`},
	{name: "plain", args: `{path: DIR/plain.csr}`},
	{name: "elliptic", args: `{path: DIR/ec.csr}`},
	{name: "identifier", args: `{path: DIR/id.csr}`},
	{name: "of OpenSSL", setup: "printf '[req]\\ndistinguished_name=d\\nreq_extensions=e\\n[d]\\n[e]\\nbasicConstraints=critical,CA:TRUE,pathlen:1\\nextendedKeyUsage=serverAuth,codeSigning\\nnameConstraints=permitted;DNS:.example.org,excluded;IP:192.0.2.0/255.255.255.0\\ntlsfeature=status_request\\nkeyUsage=keyAgreement,encipherOnly\\n' > c; openssl req -new -config c -key rsa.pem -subj '/C=FR/O=A, B/emailAddress=me@example.org' -out of.csr", args: `{path: DIR/of.csr}`},
	{name: "broken", args: `{path: DIR/broken.csr}`, differs: []string{"msg"}},
	{name: "none", args: `{path: DIR/none.csr}`},
}))

var privateKeyInfoScenarios = moduleScenarios("community.crypto.openssl_privatekey_info", withSetup("cp $KEYS/*.pem .; ", []scenario{
	{name: "RSA", args: `{path: DIR/rsa.pem}`},
	{name: "RSA with its numbers", args: `{path: DIR/small.pem, return_private_key_data: yes, check_consistency: yes}`},
	{name: "elliptic", args: `{path: DIR/ec.pem, return_private_key_data: yes, check_consistency: yes}`},
	{name: "Ed25519", args: `{path: DIR/ed.pem, return_private_key_data: yes, check_consistency: yes}`},
	{name: "X25519", args: `{path: DIR/x.pem, check_consistency: yes}`},
	{name: "locked", args: `{path: DIR/locked.pem, passphrase: secret}`},
	{name: "wrong passphrase", args: `{path: DIR/locked.pem, passphrase: wrong}`},
	{name: "no passphrase", args: `{path: DIR/locked8.pem}`},
	{name: "passphrase of none", args: `{path: DIR/rsa.pem, passphrase: secret}`},
	{name: "broken", setup: "echo broken > k", args: `{path: DIR/k}`},
	{name: "none", args: `{path: DIR/none.pem}`},
}))

var publicKeyInfoScenarios = moduleScenarios("community.crypto.openssl_publickey_info", withSetup("cp $KEYS/*.pub .; ", []scenario{
	{name: "RSA", args: `{path: DIR/rsa.pub}`},
	{name: "elliptic", args: `{path: DIR/ec.pub}`},
	{name: "Ed25519", args: `{path: DIR/ed.pub}`},
	{name: "broken", setup: "echo broken > k", args: `{path: DIR/k}`, differs: []string{"msg"}},
	{name: "none", args: `{path: DIR/none.pub}`},
}))
