package service

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

// TestSupervisorPasswordStaysOutOfArguments: the program's arguments name a file that holds the password, is its owner's alone, and is gone
// when the task is over.
func TestSupervisorPasswordStaysOutOfArguments(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	log := filepath.Join(dir, "log")
	tool := filepath.Join(dir, "supervisorctl")
	script := "#!/bin/sh\necho \"$*\" >> " + log + "\nfor f; do [ -f \"$f\" ] && { stat -c %a \"$f\"; cat \"$f\"; } >> " + log + "; done\necho 'web RUNNING pid 1'\n"
	if err := os.WriteFile(tool, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "supervisord.conf")
	if err := os.WriteFile(config, []byte("[unix_http_server]\nfile=/run/s\n[supervisorctl]\nserverurl=unix:///run/s ; its socket\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	args := module.Args{"name": "web", "state": "started", "supervisorctl_path": tool, "config": config, "username": "me", "password": "s3%cret"}
	res := reg.Do(t.Context(), "community.general.supervisorctl", &module.Call{Args: args, Sys: sys})
	if res["failed"] == true || res["changed"] != false {
		t.Fatalf("%v", res)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	argv, rest, _ := strings.Cut(string(text), "\n")
	if strings.Contains(argv, "cret") || !strings.HasPrefix(argv, "-c ") {
		t.Errorf("arguments %q", argv)
	}
	if want := "600\n[supervisorctl]\nserverurl = unix:///run/s\nusername = me\npassword = s3%%cret\n"; rest != want {
		t.Errorf("the scratch configuration is %q, want %q", rest, want)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "pylint-deploy-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	args["password"] = "a ;b"
	if res := reg.Do(t.Context(), "community.general.supervisorctl", &module.Call{Args: args, Sys: sys}); res["failed"] != true {
		t.Errorf("a password that supervisorctl would cut is taken: %v", res)
	}
}
