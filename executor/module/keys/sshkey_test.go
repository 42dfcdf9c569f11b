package keys

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

func do(t *testing.T, args module.Args, check bool) module.Result {
	t.Helper()
	full := module.Args{"state": "present", "regenerate": "partial_idempotence", "private_key_format": "auto", "type": "rsa"}
	for k, v := range args {
		full[k] = v
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(t.Context(), "community.crypto.openssh_keypair", &module.Call{Args: full, Check: check, Sys: sys})
}

// TestSSHKeypairs makes keys of every kind; ssh-keygen has to read them, and the second run to leave them.
func TestSSHKeypairs(t *testing.T) {
	dir := t.TempDir()
	for name, args := range map[string]module.Args{
		"rsa":     {"size": int64(2048), "comment": "me@example"},
		"ecdsa":   {"type": "ecdsa", "size": int64(384)},
		"ed25519": {"type": "ed25519"},
		"pkcs1":   {"size": int64(2048), "private_key_format": "pkcs1"},
		"locked":  {"type": "ed25519", "passphrase": "s3cret"},
	} {
		file := filepath.Join(dir, name)
		args["path"] = file
		if res := do(t, args, true); res["changed"] != true || res["failed"] == true {
			t.Errorf("%s: check mode: %v", name, res)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: check mode made a key", name)
		}
		made := do(t, args, false)
		if made["changed"] != true || made["failed"] == true {
			t.Errorf("%s: %v", name, made)
			continue
		}
		if info, _ := os.Stat(file); info.Mode() != 0o600 {
			t.Errorf("%s: mode %v", name, info.Mode())
		}
		phrase, _ := args["passphrase"].(string)
		out, err := exec.Command("ssh-keygen", "-y", "-P", phrase, "-f", file).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), made["public_key"].(string)) {
			t.Errorf("%s: ssh-keygen: %v: %s", name, err, out)
		}
		public, _ := os.ReadFile(file + ".pub")
		if want := strings.TrimSpace(made["public_key"].(string) + " " + args.Str("comment")); strings.TrimSpace(string(public)) != want {
			t.Errorf("%s: public key %q, want %q", name, public, want)
		}
		if again := do(t, args, false); again["changed"] != false || again["fingerprint"] != made["fingerprint"] {
			t.Errorf("%s: second run: %v", name, again)
		}
	}
}

func TestSSHKeypairThatDiffers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	small := module.Args{"path": file, "type": "ecdsa", "size": int64(256)}
	first := do(t, small, false)
	large := module.Args{"path": file, "type": "ecdsa", "size": int64(521)}
	for policy, want := range map[string]string{"fail": "failed", "never": "kept"} {
		large["regenerate"] = policy
		res := do(t, large, false)
		if (res["failed"] == true) != (want == "failed") || want == "kept" && res["fingerprint"] != first["fingerprint"] {
			t.Errorf("regenerate=%s: %v", policy, res)
		}
	}
	large["regenerate"] = "partial_idempotence"
	if res := do(t, large, false); res["changed"] != true || res["fingerprint"] == first["fingerprint"] {
		t.Errorf("another size: %v", res)
	}
	large["passphrase"] = "x"
	if res := do(t, large, false); res["failed"] != true {
		t.Errorf("a key without a passphrase where one is asked for: %v", res)
	}
	delete(large, "passphrase")
	large["comment"] = "new"
	if res := do(t, large, false); res["changed"] != true || res["comment"] != "new" {
		t.Errorf("another comment: %v", res)
	}
	large["state"] = "absent"
	if res := do(t, large, false); res["changed"] != true {
		t.Errorf("absent: %v", res)
	}
	if res := do(t, large, false); res["changed"] != false {
		t.Errorf("absent again: %v", res)
	}
	if res := do(t, module.Args{"path": file, "type": "dsa"}, false); res["failed"] != true {
		t.Errorf("dsa: %v", res)
	}
}
