package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestTheActionChecks runs the last step of action.yml as a runner does, with a program that shows its arguments.
func TestTheActionChecks(t *testing.T) {
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	type step struct {
		Name, Uses, Shell, Run string
		With, Env              map[string]string
	}
	var action struct {
		Name, Description string
		Branding          map[string]string
		Inputs            map[string]struct{ Description, Default string }
		Runs              struct {
			Using string
			Steps []step
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	if action.Name == "" || action.Description == "" || action.Runs.Using != "composite" || len(action.Runs.Steps) == 0 {
		t.Fatalf("not a composite action: %+v", action)
	}
	for _, s := range action.Runs.Steps {
		if (s.Uses == "") == (s.Run == "") || s.Run != "" && s.Shell == "" {
			t.Errorf("the step %q needs either uses, or run with shell", s.Name)
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("the step %q puts an expression into its script: use env", s.Name)
		}
	}
	check := action.Runs.Steps[len(action.Runs.Steps)-1]
	for name, tc := range map[string]struct {
		inputs map[string]string
		want   string
	}{
		"defaults": {nil, "check --format text ."},
		"all":      {map[string]string{"paths": "site.yml roles", "args": "--profile strict", "sarif": "my out.sarif"}, "check --format text --format sarif=my out.sarif --profile strict site.yml roles"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "pylint-deploy"), []byte("#!/bin/sh\necho \"$@\"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", check.Run)
		cmd.Env = append(os.Environ(), "RUNNER_TEMP="+dir)
		for variable, expression := range check.Env {
			input := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ inputs."), " }}")
			in, known := action.Inputs[input]
			if !known {
				t.Fatalf("%s reads the input %q, which is not there", variable, input)
			}
			value, given := tc.inputs[input]
			if !given {
				value = in.Default
			}
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != tc.want {
			t.Errorf("%s: %v: %q, want %q", name, err, got, tc.want)
		}
	}
}
