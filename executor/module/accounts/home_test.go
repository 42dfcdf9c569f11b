package accounts

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

// A home is removed or moved by the words of the task alone. Programs that write down their arguments stand in for those that change
// accounts.
func TestHomesAreLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		args module.Args
		want string // what is run
	}{
		{"absent", module.Args{"state": "absent"}, "userdel app"},
		{"absent by force", module.Args{"state": "absent", "force": true}, "userdel -f app"},
		{"absent with its home", module.Args{"state": "absent", "remove": true}, "userdel -r app"},
		{"absent already", module.Args{"name": "nobody-of-that-name", "state": "absent", "remove": true}, ""},
		{"present", module.Args{}, ""},
		{"present with remove", module.Args{"remove": true}, ""},
		{"another home", module.Args{"home": "/home/other"}, "usermod -d /home/other app"},
		{"another home that its files move to", module.Args{"home": "/home/other", "move_home": true}, "usermod -d /home/other -m app"},
		{"the home that it has", module.Args{"home": "/home/app", "move_home": true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			bin := filepath.Join(root, "bin")
			for name, text := range map[string]string{"etc/passwd": "app:x:1000:1000::/home/app:/bin/sh\n", "etc/group": "app:x:1000:\n", "etc/shadow": "app:!:1::::::\n",
				"home/app/kept": "mine\n"} {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			log := filepath.Join(root, "log")
			if err := os.MkdirAll(bin, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, program := range []string{"userdel", "usermod", "useradd"} {
				script := "#!/bin/sh\necho " + program + " \"$@\" >>" + log + "\n"
				if err := os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			system, err := module.NewReal(root, map[string]string{"PATH": bin + ":" + os.Getenv("PATH")})
			if err != nil {
				t.Fatal(err)
			}
			registry, err := module.NewRegistry(Modules())
			if err != nil {
				t.Fatal(err)
			}
			args := module.Args{"name": "app", "state": "present", "create_home": true, "update_password": "always"}
			for k, v := range c.args {
				args[k] = v
			}
			res := registry.Do(context.Background(), "ansible.builtin.user", &module.Call{Args: args, Sys: system})
			if res["failed"] == true {
				t.Fatalf("%v", res)
			}
			ran, _ := os.ReadFile(log)
			if got := strings.TrimSpace(string(ran)); got != c.want {
				t.Errorf("runs %q, want %q", got, c.want)
			}
			if _, err := os.Stat(filepath.Join(root, "home/app/kept")); err != nil {
				t.Errorf("what was in the home is gone: %v", err)
			}
		})
	}
}
