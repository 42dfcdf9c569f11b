package files

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"pylint-deploy/executor/module"
)

// TestSELinuxLabels tries labels on a root that looks as if SELinux were on; the kernel keeps them as plain attributes.
func TestSELinuxLabels(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(root+"/sys/fs/selinux", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"/sys/fs/selinux/enforce": "1", "/sys/fs/selinux/mls": "1", "/f": "text\n"} {
		if err := os.WriteFile(root+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	const old = "system_u:object_r:etc_t:s0"
	if err := sys.Setxattr("/f", "security.selinux", []byte(old+"\x00")); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) {
			t.Skip("this user may not label files here")
		}
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	do := func(check bool, name string, args module.Args, content string) module.Result {
		return reg.Do(t.Context(), name, &module.Call{Args: args, Check: check, Sys: sys, Blob: blobOf(content)})
	}
	args := module.Args{"path": "/f", "setype": "httpd_t", "selevel": "s0:c1"}
	for i, want := range []bool{true, true, false} { // check mode, for real, again
		if res := do(i == 0, "ansible.builtin.file", args, ""); res["changed"] != want || res["failed"] == true {
			t.Errorf("run %d: %v", i, res)
		}
	}
	res := do(false, "ansible.builtin.copy", module.Args{"dest": "/f", "force": true}, "new\n")
	if res["changed"] != true || res["secontext"] != "system_u:object_r:httpd_t:s0:c1" {
		t.Errorf("a copy must keep the label: %v", res)
	}
}
