package sshdtest

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// User is a throw-away account of this machine, with a home directory. It needs root.
type User struct{ Name, Password, Home string }

// NewUser makes an account that goes at the test's end. Each line of sudoers follows the user's name, as in
// "ALL=(ALL) NOPASSWD: ALL".
func NewUser(t testing.TB, sudoers ...string) User {
	t.Helper()
	if os.Getuid() != 0 {
		Skip(t, "only root can make users")
	}
	Need(t, "useradd", "/usr/sbin/useradd")
	u := User{Name: "pld" + strings.ToLower(rand.Text()[:8]), Password: rand.Text(), Home: dir(t)}
	// Some tests remove the account's rights on purpose; its home is made anew, outside the directory that the test has.
	home := filepath.Join(u.Home, "home")
	must(t, "", "useradd", "--create-home", "--home-dir", home, "--shell", "/bin/bash", u.Name)
	t.Cleanup(func() { exec.Command("userdel", "--force", u.Name).Run() })
	u.Home = home
	must(t, u.Name+":"+u.Password, "chpasswd")
	if len(sudoers) > 0 {
		Need(t, "sudo")
		file := "/etc/sudoers.d/" + u.Name
		var text strings.Builder
		for _, line := range sudoers {
			if strings.HasPrefix(line, "Defaults") {
				text.WriteString(strings.Replace(line, "Defaults", "Defaults:"+u.Name, 1) + "\n")
				continue
			}
			text.WriteString(u.Name + " " + line + "\n")
		}
		write(t, file, text.String(), 0o440)
		t.Cleanup(func() { os.Remove(file) })
	}
	return u
}

func must(t testing.TB, stdin, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", program, err, out)
	}
}
