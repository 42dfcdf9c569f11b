package all

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module"
)

// edits change the content of DIR/f, each by another module. authorized_key is not among them: it sets owner and mode itself.
var edits = []scenario{
	{module: "ansible.builtin.lineinfile", args: `{path: DIR/f, line: more}`},
	{module: "ansible.builtin.blockinfile", args: `{path: DIR/f, block: more}`},
	{module: "ansible.builtin.replace", args: `{path: DIR/f, regexp: text, replace: more}`},
	{module: "ansible.builtin.copy", args: `{dest: DIR/f}`, blob: "more\n"},
	{module: "ansible.builtin.copy", name: "remote", args: `{src: DIR/other, dest: DIR/f, remote_src: yes}`},
	{module: "ansible.builtin.assemble", args: `{src: DIR/parts, dest: DIR/f}`},
	{module: "ansible.builtin.known_hosts", args: `{path: DIR/f, name: h, key: "h ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6k4OLr2gmG8k4Y0a2WVkXyZyQvVIlGhmVlq0GzWzAC"}`},
	{module: "community.general.ini_file", args: `{path: DIR/f, section: s, option: o, value: v}`},
	{module: "community.general.htpasswd", args: `{path: DIR/f, name: a, password: secret, crypt_scheme: plaintext}`},
}

// A file that is replaced keeps what it has beside its content: owner, mode, ACL, extended attributes and SELinux label. So does
// the copy that backup makes.
func TestWhatAFileHasIsKept(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("labels and owners need root")
	}
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	const label = "system_u:object_r:httpd_config_t:s0\x00"
	for _, s := range edits {
		for _, backup := range []bool{false, true} {
			dir := t.TempDir()
			f := filepath.Join(dir, "f")
			setup := exec.Command("/bin/sh", "-ec", "printf 'text\\n' > f; echo other > other; mkdir parts; echo part > parts/a; chown 1:2 f; chmod 640 f; setfacl -m u:3:r,m::rw f")
			setup.Dir = dir
			if out, err := setup.CombinedOutput(); err != nil {
				if _, missing := exec.LookPath("setfacl"); missing != nil && os.Getenv("CI") != "" {
					t.Fatalf("setfacl is not installed, and CI has to try access lists: %s", out)
				}
				t.Skipf("%v: %s", err, out)
			}
			for name, value := range map[string]string{"user.mine": "kept \x00 as it is", "security.selinux": label, "trusted.mine": "x"} {
				if err := unix.Setxattr(f, name, []byte(value), 0); errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.EPERM) {
					t.Skipf("%s cannot be set here: %v", name, err)
				} else if err != nil {
					t.Fatal(err)
				}
			}
			want := attributesOf(t, f)
			var args map[string]any
			if err := yaml.Unmarshal([]byte(strings.ReplaceAll(s.args, "DIR", dir)), &args); err != nil {
				t.Fatal(err)
			}
			takes := s.module != "ansible.builtin.known_hosts" && s.module != "community.general.htpasswd"
			if backup && takes {
				args["backup"] = true
			}
			if backup && !takes {
				continue
			}
			sys, err := module.NewReal("/", nil)
			if err != nil {
				t.Fatal(err)
			}
			res := reg.Do(t.Context(), s.module, &module.Call{Args: withDefaults(t, s.module, args), Sys: sys, Blob: s.blobOf})
			if res["changed"] != true || res["failed"] == true {
				t.Errorf("%s: %v", s.module, res)
			}
			if got := attributesOf(t, f); got != want {
				t.Errorf("%s %s: the file had\n%s\nand has\n%s", s.module, s.name, want, got)
			}
			if !backup {
				continue
			}
			copies, _ := filepath.Glob(filepath.Join(dir, "f.*~"))
			if len(copies) != 1 {
				t.Errorf("%s %s: backups: %v", s.module, s.name, copies)
				continue
			}
			if got := attributesOf(t, copies[0]); got != want {
				t.Errorf("%s %s: the file had\n%s\nand its backup has\n%s", s.module, s.name, want, got)
			}
		}
	}
}

// attributesOf describes a file without its content.
func attributesOf(t *testing.T, file string) string {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-ec", `stat -c '%u:%g %a' "$1"; getfacl -cp "$1"; getfattr -d -m - -e hex --absolute-names "$1" | grep -v '^#'`, "sh", file)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
