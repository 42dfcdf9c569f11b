// Package keys is the modules of keys and certificates. Keys are made here, by Go's own libraries: a passphrase that went to
// ssh-keygen or openssl would stand in their arguments.
package keys

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.crypto.openssh_keypair", Run: runSSHKeypair},
		{Name: "community.crypto.openssl_csr", Run: runRequest},
		{Name: "community.crypto.openssl_csr_info", Run: runRequestInfo},
		{Name: "community.crypto.openssl_csr_pipe", Run: runRequestPipe},
		{Name: "community.crypto.openssl_dhparam", Run: runDHParam},
		{Name: "community.crypto.openssl_pkcs12", Run: runPKCS12},
		{Name: "community.crypto.openssl_privatekey", Run: runPrivateKey},
		{Name: "community.crypto.openssl_privatekey_info", Run: runPrivateKeyInfo},
		{Name: "community.crypto.openssl_publickey", Run: runPublicKey},
		{Name: "community.crypto.openssl_publickey_info", Run: runPublicKeyInfo},
		{Name: "community.crypto.x509_certificate", Run: runCertificate},
		{Name: "community.crypto.x509_certificate_info", Run: runCertificateInfo},
		{Name: "community.crypto.x509_certificate_pipe", Run: runCertificatePipe},
	}
}
