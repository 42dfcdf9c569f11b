package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/connection/sshdtest"
)

// TestMain lets scripts call the program, and a target's agent be this very binary where none is embedded.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == agent.Command {
		os.Exit(Main(os.Args[1:]))
	}
	programs := map[string]func(){"pylint-deploy": main}
	for name := range links {
		programs[name] = main
	}
	testscript.Main(m, programs)
}

// theirs is a program of Ansible's that is installed. Scripts have this very program under its name in the PATH, before it.
func theirs(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path, err := exec.LookPath(filepath.Join(dir, name))
		if err == nil && !strings.Contains(path, "testscript-main") {
			return path
		}
	}
	sshdtest.Skip(t, name+" is not installed")
	return ""
}

// TestScripts runs whole commands as users type them: testdata/script/*.txtar.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits,
	}})
}

// exits CODE COMMAND...: the command ends with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	code := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		code = exitCode(err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// exitCode is the number in "exit status N".
func exitCode(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}
