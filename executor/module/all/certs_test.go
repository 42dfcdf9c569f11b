package all

// dated are the keys of results that depend on the moment and on random numbers of a new certificate.
var dated = []string{"serial_number", "notBefore", "notAfter", "not_before", "not_after", "fingerprints", "certificate"}

var certificateScenarios = moduleScenarios("community.crypto.x509_certificate", vague(dated, withSetup("cp $KEYS/*.pem $KEYS/*.csr $KEYS/*.crt .; ", []scenario{
	{name: "self-signed", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/other.pem, csr_path: DIR/other.csr}`},
	{name: "without a request", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, return_content: yes, mode: "0600"}`},
	{name: "elliptic", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/ec.pem, csr_path: DIR/ec.csr, selfsigned_digest: sha384}`},
	{name: "Ed25519", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/ed.pem}`},
	{name: "SHA-1", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_digest: sha1}`},
	{name: "from then to then", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_not_before: 20200101000000Z, selfsigned_notAfter: 20600101000000Z, ignore_timestamps: no}`},
	{name: "other times", setup: "cp ca.crt p.crt", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_not_before: 20200101000000Z, selfsigned_not_after: 203001010000Z, ignore_timestamps: no}`},
	{name: "relative times", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_not_before: "-1w2d3h4m5s", selfsigned_not_after: "+10d"}`},
	{name: "wrong time", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_not_before: yesterday}`},
	{name: "no identifier", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/other.pem, csr_path: DIR/id.csr, selfsigned_create_subject_key_identifier: never_create}`},
	{name: "always an identifier", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/other.pem, csr_path: DIR/id.csr, selfsigned_create_subject_key_identifier: always_create}`},
	{name: "locked key", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/locked.pem, privatekey_passphrase: secret}`},
	{name: "wrong passphrase", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/locked.pem, privatekey_passphrase: wrong}`},
	{name: "in the place of another", setup: "cp other.crt p.crt", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, backup: yes}`},
	{name: "other names", setup: "openssl x509 -req -in plain.csr -signkey other.pem -days 10 -out p.crt 2>/dev/null", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/other.pem, csr_path: DIR/other.csr}`},
	{name: "forced", setup: "cp ca.crt p.crt", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, force: yes}`, action: true},
	{name: "broken", setup: "echo broken > p.crt", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem}`},
	{name: "request of another key", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, csr_path: DIR/other.csr}`, action: true}, // it never fits
	{name: "own authority", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/other.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/rsa.pem}`},
	{name: "own authority without an identifier", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/other.csr, ownca_path: DIR/ca-noid.crt, ownca_privatekey_path: DIR/rsa.pem, return_content: yes}`},
	{name: "own authority that is not named", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/id.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/rsa.pem, ownca_create_authority_key_identifier: no, ownca_create_subject_key_identifier: always_create}`},
	{name: "own elliptic authority", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/ec.crt, ownca_privatekey_path: DIR/ec.pem, ownca_digest: sha512, ownca_not_before: 20240101000000Z, ownca_not_after: "+3650d"}`},
	{name: "own locked authority", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/locked8.pem, ownca_privatekey_passphrase: secret}`},
	{name: "of another authority", setup: "openssl x509 -req -in plain.csr -CA ec.crt -CAkey ec.pem -CAcreateserial -days 10 -out p.crt 2>/dev/null", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/rsa.pem}`, differs: []string{"tree"}}, // OpenSSL writes the number
	{name: "authority of another key", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/other.pem}`},
	{name: "no authority", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/none.crt, ownca_privatekey_path: DIR/rsa.pem}`},
	{name: "no key of the authority", args: `{path: DIR/p.crt, provider: ownca, csr_path: DIR/plain.csr, ownca_path: DIR/ca.crt}`},
	{name: "no request", args: `{path: DIR/p.crt, provider: ownca, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/rsa.pem}`},
	{name: "no key", args: `{path: DIR/p.crt, provider: selfsigned}`},
	{name: "no such key", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/none.pem}`},
	{name: "unknown digest", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_digest: whirlpool}`},
	{name: "second version", args: `{path: DIR/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem, selfsigned_version: 2}`},
	{name: "absent", setup: "cp ca.crt p.crt", args: `{path: DIR/p.crt, state: absent, return_content: yes}`},
	{name: "absent already", args: `{path: DIR/p.crt, state: absent}`},
	{name: "no directory", args: `{path: DIR/d/p.crt, provider: selfsigned, privatekey_path: DIR/rsa.pem}`},
})))

var certificatePipeScenarios = moduleScenarios("community.crypto.x509_certificate_pipe", vague(dated, withSetup("cp $KEYS/*.pem $KEYS/*.csr $KEYS/*.crt .; ", []scenario{
	{name: "self-signed", args: `{provider: selfsigned, privatekey_path: DIR/rsa.pem}`, action: true},
	{name: "own authority", args: `{provider: ownca, csr_path: DIR/other.csr, ownca_path: DIR/ca.crt, ownca_privatekey_path: DIR/rsa.pem}`, action: true},
	{name: "broken before", args: `{provider: selfsigned, privatekey_path: DIR/rsa.pem, content: broken}`, action: true},
})))

var certificateInfoScenarios = moduleScenarios("community.crypto.x509_certificate_info", withSetup("cp $KEYS/*.pem $KEYS/*.csr $KEYS/*.crt .; ", []scenario{
	{name: "authority", args: `{path: DIR/ca.crt}`},
	{name: "elliptic", args: `{path: DIR/ec.crt}`},
	{name: "without an identifier", args: `{path: DIR/ca-noid.crt}`},
	{name: "DER", setup: "openssl x509 -in ca.crt -outform DER -out der", args: `{path: DIR/der}`},
	{name: "valid then", args: `{path: DIR/ca.crt, valid_at: {today: "+1d", later: "+520w", once: 20200101000000Z}}`},
	{name: "of OpenSSL", args: `{path: DIR/full.crt}`},
	{name: "first version", args: `{path: DIR/v1.crt}`},
	{name: "broken", setup: "echo broken > b", args: `{path: DIR/b}`, differs: []string{"msg"}},
	{name: "none", args: `{path: DIR/none.crt}`},
	{name: "wrong time", args: `{path: DIR/ca.crt, valid_at: {x: yesterday}}`},
}))

var dhScenarios = moduleScenarios("community.crypto.openssl_dhparam", []scenario{
	{name: "new", args: `{path: DIR/p.dh, size: 512}`},
	{name: "with its mode", args: `{path: DIR/p.dh, size: 512, mode: "0640"}`},
	{name: "there", setup: "cp $KEYS/dh512.pem dh", args: `{path: DIR/dh, size: 512, return_content: yes}`},
	{name: "there with another mode", setup: "cp $KEYS/dh512.pem dh; chmod 600 dh", args: `{path: DIR/dh, size: 512, mode: "0644"}`},
	{name: "of another size", setup: "cp $KEYS/dh512.pem p.dh", args: `{path: DIR/p.dh, size: 520, backup: yes}`},
	{name: "forced", setup: "cp $KEYS/dh512.pem p.dh", args: `{path: DIR/p.dh, size: 512, force: yes}`, action: true},
	{name: "broken", setup: "echo broken > p.dh", args: `{path: DIR/p.dh, size: 512}`},
	{name: "too small", args: `{path: DIR/p.dh, size: 100}`, noCheck: true},
	{name: "absent", setup: "cp $KEYS/dh512.pem dh", args: `{path: DIR/dh, state: absent}`},
	{name: "absent already", args: `{path: DIR/dh, state: absent, return_content: yes}`},
	{name: "no directory", args: `{path: DIR/d/dh, size: 512}`},
})

var pkcs12Scenarios = moduleScenarios("community.crypto.openssl_pkcs12", vague([]string{"pkcs12"}, withSetup("cp $KEYS/*.pem $KEYS/*.crt .; ", []scenario{
	{name: "new", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret}`},
	{name: "with its content", args: `{path: DIR/p.p12, name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret, return_content: yes, mode: "0600"}`},
	{name: "with others", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, ca_certificates: [DIR/other.crt, DIR/ec.crt], passphrase: secret}`},
	{name: "with all of a file", setup: "cat other.crt ec.crt > chain", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, other_certificates: DIR/chain, other_certificates_parse_all: yes, passphrase: secret}`},
	{name: "without a passphrase", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt}`},
	{name: "compatible", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret, encryption_level: compatibility2022, iter_size: 1000}`},
	{name: "elliptic", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/ec.pem, certificate_path: DIR/ec.crt, passphrase: secret}`},
	{name: "locked key", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/locked.pem, privatekey_passphrase: secret, certificate_path: DIR/ca.crt, passphrase: secret}`},
	{name: "wrong passphrase of the key", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/locked.pem, privatekey_passphrase: wrong, certificate_path: DIR/ca.crt}`, noCheck: true},
	{name: "there", setup: "cp $KEYS/store.p12 p.p12; chmod 400 p.p12", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, other_certificates: DIR/other.crt, passphrase: secret}`},
	{name: "there with a name more", setup: "cp $KEYS/store.p12 p.p12", args: `{path: DIR/p.p12, friendly_name: yours, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, other_certificates: DIR/other.crt, passphrase: secret, backup: yes}`},
	{name: "one certificate less", setup: "cp $KEYS/store.p12 p.p12", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret}`},
	{name: "another passphrase", setup: "cp $KEYS/store.p12 p.p12", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: wrong}`},
	{name: "old there", setup: "cp $KEYS/old.p12 p.p12", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret}`},
	{name: "forced", setup: "cp $KEYS/old.p12 p.p12", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt, passphrase: secret, force: yes}`, action: true},
	{name: "no name", args: `{path: DIR/p.p12, privatekey_path: DIR/rsa.pem, certificate_path: DIR/ca.crt}`, noCheck: true},
	{name: "parsed", setup: "cp $KEYS/store.p12 s", args: `{path: DIR/out, action: parse, src: DIR/s, passphrase: secret}`},
	{name: "old one parsed", setup: "cp $KEYS/old.p12 s", args: `{path: DIR/out, action: parse, src: DIR/s, passphrase: secret, mode: "0600"}`},
	{name: "certificates parsed", setup: "cp $KEYS/certs.p12 s", args: `{path: DIR/out, action: parse, src: DIR/s, passphrase: secret}`},
	{name: "parsed with another passphrase", setup: "cp $KEYS/store.p12 s", args: `{path: DIR/out, action: parse, src: DIR/s, passphrase: wrong}`, noCheck: true},
	{name: "broken parsed", setup: "echo broken > s", args: `{path: DIR/out, action: parse, src: DIR/s}`, noCheck: true, differs: []string{"msg"}},
	{name: "no key", args: `{path: DIR/p.p12, friendly_name: mine, privatekey_path: DIR/none.pem, certificate_path: DIR/ca.crt}`},
	{name: "absent", setup: "cp $KEYS/store.p12 s", args: `{path: DIR/s, state: absent}`},
	{name: "absent already", args: `{path: DIR/s, state: absent, return_content: yes}`},
	{name: "no directory", args: `{path: DIR/d/s, friendly_name: mine}`},
})))
