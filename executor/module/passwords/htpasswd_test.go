package passwords

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

// run runs a module of the family below a scratch root.
func run(t *testing.T, root, name string, check bool, args module.Args) module.Result {
	t.Helper()
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(t.Context(), name, &module.Call{Args: args, Check: check, Diff: true, Sys: sys})
}

func TestHtpasswdSchemes(t *testing.T) {
	for _, scheme := range []string{"apr_md5_crypt", "md5_crypt", "sha256_crypt", "sha512_crypt", "bcrypt", "ldap_sha1", "plaintext"} {
		root := t.TempDir()
		args := module.Args{"path": "/etc/h", "name": "joe", "password": "s3cret", "crypt_scheme": scheme, "create": true, "mode": "0600"}
		if res := run(t, root, "community.general.htpasswd", true, args); res["changed"] != true || res["msg"] != "Create /etc/h" {
			t.Errorf("%s: check: %v", scheme, res)
		}
		if res := run(t, root, "community.general.htpasswd", false, args); res["changed"] != true || res["failed"] == true {
			t.Errorf("%s: first: %v", scheme, res)
		}
		first, _ := os.ReadFile(root + "/etc/h")
		if res := run(t, root, "community.general.htpasswd", false, args); res["changed"] != false || res["msg"] != "joe already present" {
			t.Errorf("%s: second: %v", scheme, res)
		}
		args["password"] = "other"
		if res := run(t, root, "community.general.htpasswd", false, args); res["changed"] != true || res["msg"] != "Add/update joe" {
			t.Errorf("%s: another password: %v", scheme, res)
		}
		if second, _ := os.ReadFile(root + "/etc/h"); string(first) == string(second) || strings.Count(string(second), "\n") != 1 {
			t.Errorf("%s: %q then %q", scheme, first, second)
		}
		if fi, err := os.Stat(root + "/etc/h"); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v %v", scheme, fi, err)
		}
		args["state"] = "absent"
		if res := run(t, root, "community.general.htpasswd", false, args); res["changed"] != true || res["msg"] != "Remove joe" {
			t.Errorf("%s: absent: %v", scheme, res)
		}
		if res := run(t, root, "community.general.htpasswd", false, args); res["changed"] != false {
			t.Errorf("%s: absent again: %v", scheme, res)
		}
	}
}

// TestHtpasswdKnowsOthersHashes takes hashes that another program made.
func TestHtpasswdKnowsOthersHashes(t *testing.T) {
	for _, flag := range []string{"-apr1", "-1", "-5", "-6"} {
		out, err := exec.Command("openssl", "passwd", flag, "s3cret").Output()
		if err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("openssl is needed")
			}
			t.Skip("no openssl to make hashes")
		}
		hash := strings.TrimSpace(string(out))
		if !checkPassword(hash, "s3cret") || checkPassword(hash, "S3cret") {
			t.Errorf("openssl passwd %s: %s is not told apart", flag, hash)
		}
	}
}

func TestHtpasswdRefuses(t *testing.T) {
	root := t.TempDir()
	args := module.Args{"path": "/h", "name": "joe", "password": "x", "crypt_scheme": "des_crypt", "create": true}
	if res := run(t, root, "community.general.htpasswd", false, args); res["failed"] != true || !strings.Contains(res["msg"].(string), "des_crypt") {
		t.Errorf("an unknown scheme: %v", res)
	}
	args["create"] = false
	if res := run(t, root, "community.general.htpasswd", false, args); res["failed"] != true || res["msg"] != "Destination /h does not exist" {
		t.Errorf("create=false: %v", res)
	}
}
