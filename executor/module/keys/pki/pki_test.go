package pki

import (
	"crypto/sha256"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openssl runs the program, which tells whether it can read what is written here.
func openssl(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("openssl is needed to compare with")
		}
		t.Skip(err)
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func put(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// made is a key for each test that needs one of a type.
func made(t *testing.T, kind, curve string) PrivateKey {
	t.Helper()
	key, err := Generate(kind, 2048, curve)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var kinds = []struct{ kind, curve string }{{RSA, ""}, {ECC, "secp224r1"}, {ECC, "secp256r1"}, {ECC, "secp384r1"}, {ECC, "secp521r1"}, {Ed25519, ""}, {X25519, ""}}

// OpenSSL reads every key in every form, with and without a passphrase, and so does ParsePrivate.
func TestKeysAreReadByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, k := range kinds {
		key := made(t, k.kind, k.curve)
		want, err := MarshalPublic(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{PKCS1, PKCS8} {
			if format == PKCS1 && k.kind != RSA && k.kind != ECC {
				continue
			}
			for _, phrase := range []Passphrase{nil, Passphrase("p ä ss")} {
				text, err := MarshalPrivate(key, format, phrase)
				if err != nil {
					t.Fatalf("%v %s: %v", k, format, err)
				}
				put(t, dir, "key", text)
				if got := openssl(t, dir, "pkey", "-in", "key", "-passin", "pass:"+string(phrase), "-pubout"); got != string(want) {
					t.Errorf("%v %s %q: OpenSSL reads another key", k, format, phrase)
				}
				again, err := ParsePrivate(text, phrase, "")
				if err != nil || !Same(again.Public(), key.Public()) {
					t.Errorf("%v %s %q: read as another key: %v", k, format, phrase, err)
				}
				if got := FormatOf(text); got != format {
					t.Errorf("%v: format %s is taken for %s", k, format, got)
				}
			}
		}
	}
}

// What OpenSSL locks is unlocked by its passphrase, and by no other.
func TestLockedKeysOfOpenSSL(t *testing.T) {
	dir := t.TempDir()
	text, err := MarshalPrivate(made(t, ECC, "secp256r1"), PKCS8, nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "key", text)
	for _, how := range [][]string{{"-v2", "aes-128-cbc"}, {"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"}, {"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"},
		{"-v2", "des3", "-v2prf", "hmacWithSHA384"}, {"-v1", "PBE-SHA1-3DES"}} {
		locked := []byte(openssl(t, dir, append([]string{"pkcs8", "-topk8", "-in", "key", "-passout", "pass:secret"}, how...)...))
		if _, err := ParsePrivate(locked, Passphrase("secret"), ""); err != nil {
			t.Errorf("%v: %v", how, err)
		}
		for phrase, want := range map[string]error{"": ErrWrong, "other": ErrWrong} {
			if _, err := ParsePrivate(locked, Passphrase(phrase), ""); err != want {
				t.Errorf("%v with passphrase %q: %v", how, phrase, err)
			}
		}
		if _, err := ParsePrivate(locked, nil, ""); err != ErrPassphrase {
			t.Errorf("%v without a passphrase: %v", how, err)
		}
	}
	if _, err := ParsePrivate(text, Passphrase("secret"), ""); err != ErrPassphrase {
		t.Errorf("a passphrase for a key that has none: %v", err)
	}
}

// OpenSSL takes the signatures of requests and certificates by every type of key.
func TestSignaturesAreTakenByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, k := range kinds[:len(kinds)-1] { // X25519 cannot sign
		key := made(t, k.kind, k.curve)
		cn, err := NewAttribute("CN", "Größe")
		if err != nil {
			t.Fatal(err)
		}
		id, err := KeyID(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		ext := Extensions{{BasicConstraints, true, MarshalBasic(true, 0)}, {SubjectKeyID, false, MarshalKeyID(id)}}
		for _, digest := range []string{"sha256", "sha512"} {
			req, err := NewRequest(key, digest, NewName([]Attribute{cn}), ext)
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir, "csr", req)
			openssl(t, dir, "req", "-in", "csr", "-verify", "-noout")
			parsed, err := ParseRequest(req)
			if err != nil || !parsed.Valid {
				t.Errorf("%v %s: the request is read as wrong: %v", k, digest, err)
			}
			now := time.Now()
			cert, err := NewCertificate(Template{Subject: NewName([]Attribute{cn}), Issuer: NewName([]Attribute{cn}), Serial: NewSerial(), NotBefore: now.Add(-time.Hour),
				NotAfter: now.AddDate(50, 0, 0), Extensions: ext, Public: key.Public()}, key, digest)
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir, "crt", cert)
			openssl(t, dir, "verify", "-check_ss_sig", "-CAfile", "crt", "crt")
			c, err := ParseCertificate(cert)
			if err != nil || !c.SignedBy(key.Public()) || c.SignedBy(made(t, k.kind, k.curve).Public()) {
				t.Errorf("%v %s: the signature of the certificate: %v", k, digest, err)
			}
		}
	}
}

// A request whose text was changed after it was signed is not valid.
func TestChangedRequest(t *testing.T) {
	key := made(t, Ed25519, "")
	text, err := NewRequest(key, "", NewName([]Attribute{{oid("2.5.4.3"), "abc"}}), nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := decodePEM(text, "CERTIFICATE REQUEST", "a request")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(der), "abc", "abd", 1)
	r, err := ParseRequest(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: []byte(changed)}))
	if err != nil || r.Valid {
		t.Errorf("valid %v, %v", r != nil && r.Valid, err)
	}
}

// OpenSSL opens the bundles that are written here.
func TestBundlesAreReadByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	key := made(t, RSA, "")
	name := NewName([]Attribute{{oid("2.5.4.3"), "a"}})
	now := time.Now()
	text, err := NewCertificate(Template{Subject: name, Issuer: name, Serial: big.NewInt(7), NotBefore: now, NotAfter: now.Add(time.Hour), Public: key.Public()}, key, "sha256")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ParseCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []StoreOptions{{Passphrase: Passphrase("s"), Rounds: 2048, MACRounds: 2048}, {Passphrase: Passphrase("sécret"), Old: true, Rounds: 50, MACRounds: 1}, {MACRounds: 1}} {
		for _, s := range []Store{{Key: key, Cert: cert, Name: "mine", Named: true}, {Key: key, Cert: cert, More: []*Certificate{cert, cert}}, {Key: key, Name: "k", Named: true}, {More: []*Certificate{cert}}} {
			der, err := NewStore(s, o)
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir, "p12", der)
			said := openssl(t, dir, "pkcs12", "-in", "p12", "-passin", "pass:"+string(o.Passphrase), "-nodes")
			if (s.Key != nil) != strings.Contains(said, "PRIVATE KEY") || s.Named && !strings.Contains(said, "friendlyName: "+s.Name) {
				t.Errorf("OpenSSL finds in %+v:\n%s", s, said)
			}
			if n := strings.Count(said, "BEGIN CERTIFICATE"); n != len(s.More)+map[bool]int{true: 1}[s.Cert != nil] {
				t.Errorf("OpenSSL finds %d certificates", n)
			}
			again, err := ParseStore(der, o.Passphrase)
			if err != nil || (again.Key == nil) != (s.Key == nil) || (again.Cert == nil) != (s.Cert == nil) || again.Name != s.Name || len(again.More) != len(s.More) {
				t.Errorf("read as %+v, %v", again, err)
			}
			if _, err := ParseStore(der, Passphrase("other")); err != errMAC {
				t.Errorf("another passphrase: %v", err)
			}
		}
	}
}

// Diffie-Hellman parameters are in order for OpenSSL: a safe prime with generator 2.
func TestParametersAreCheckedByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int{512, 521} {
		text, err := NewDH(t.Context(), size)
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, "dh", text)
		if said := openssl(t, dir, "dhparam", "-in", "dh", "-check", "-noout"); !strings.Contains(said, "appear to be ok") {
			t.Error(said)
		}
		if got, err := DHSize(text); err != nil || got != size {
			t.Errorf("%d bits, want %d: %v", got, size, err)
		}
	}
}

// The sieve strikes out nothing but what a small prime divides.
func TestSieve(t *testing.T) {
	start := big.NewInt(1_000_000_007 - 1_000_000_007%24 + 23)
	divided := sieve(start, smallPrimes())
	for k := range 2000 {
		p := new(big.Int).Add(start, big.NewInt(int64(k*dhStep)))
		if safe := p.ProbablyPrime(20) && new(big.Int).Rsh(p, 1).ProbablyPrime(20); safe && divided[k] {
			t.Errorf("%v is a safe prime, and was struck out", p)
		}
	}
	if divided[0] == divided[1] && divided[1] == divided[2] && divided[2] == divided[3] {
		t.Error("nothing is struck out, or all")
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"DNS:*.example.org", "DNS:*.example.org"},
		{"IP:192.0.2.0/255.255.255.0", "IP:192.0.2.0/24"},
		{"IP:2001:DB8:0::1", "IP:2001:db8::1"},
		{"URI:HTTPS://User@Example.ORG:8080/A", "URI:https://User@example.org:8080/A"},
		{"URI:urn:x:Y", "URI:urn:x:Y"},
		{"RID:2.999.3", "RID:2.999.3"},
		{"dirName:/C=DE/O=a, b/CN=x", `dirName:C=DE,O=a\, b,CN=x`},
		{`dirName:CN=a\,b\C3\A4,O = #6162`, `dirName:CN=a\,bä,O=ab`},
		{"otherName:1.2.3;UTF8:ab", "otherName:1.2.3;0c:02:61:62"},
		{"otherName:1.2.3;EXPLICIT:0,UTF8:a", "otherName:1.2.3;a0:03:0c:01:61"},
		{"otherName:1.2.3;IMPLICIT:5P,UTF8:a", "otherName:1.2.3;c5:01:61"},
		{"otherName:1.2.3;4:5", "otherName:1.2.3;04:05"},
	} {
		name, err := ParseGeneral(c.in, "name")
		if err != nil || c.in[:9] != "otherName" && name.String() != c.out || c.in[:9] == "otherName" && !strings.Contains(Hex(name), c.out[strings.IndexByte(c.out, ';')+1:]) {
			t.Errorf("%s is %s, want %s: %v", c.in, name, c.out, err)
		}
	}
	for _, wrong := range []string{"www.example.org", "FAX:1", "DNS:größe.example.org", "IP:192.0.2", "IP:192.0.2.1/24", "RID:1", "RID:9.9", "dirName:CN", "dirName:CN=a,,", `dirName:CN=\4`,
		"otherName:1.2.3", "otherName:1.2.3;INT:4"} {
		if name, err := ParseGeneral(wrong, "name"); err == nil {
			t.Errorf("%s is %s", wrong, name)
		}
	}
}

func TestObjectNames(t *testing.T) {
	for name, dots := range map[string]string{"CN": "2.5.4.3", "commonName": "2.5.4.3", "serverAuth": "1.3.6.1.5.5.7.3.1", "userID": "0.9.2342.19200300.100.1.1", "1.2.3": "1.2.3"} {
		if id, err := LookupOID(name); err != nil || id.String() != dots {
			t.Errorf("%s is %v, %v", name, id, err)
		}
	}
	if id, err := LookupOID("shoeSize"); err == nil {
		t.Errorf("shoeSize is %v", id)
	}
}

// The key derivation of PKCS #12 takes more bytes than its hash has, and passphrases longer than a block.
func TestLongDerivation(t *testing.T) {
	long := Passphrase(strings.Repeat("x", 100))
	a := derive12(sha256.New, 64, long, []byte("salt"), 3, 1, 100)
	if b := derive12(sha256.New, 64, long, []byte("salt"), 3, 1, 32); len(a) != 100 || string(a[:32]) != string(b) {
		t.Error("the first bytes depend on how many there are")
	}
}
