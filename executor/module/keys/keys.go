// Package keys is the modules of keys and certificates. Keys are made here, by Go's own libraries: a passphrase that went to
// ssh-keygen or openssl would stand in their arguments.
package keys

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.crypto.openssh_keypair", Run: runSSHKeypair},
	}
}
