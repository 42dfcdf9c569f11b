package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// invoke runs the program in this process.
func invoke(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&errs)
	err = root.ExecuteContext(context.Background())
	return out.String(), errs.String(), err
}

func TestDemoChangesNothingTheSecondTime(t *testing.T) {
	out, stderr, err := invoke(t, "demo")
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	for _, want := range []string{"nothing found", "changed=8", "changed=0", "the second changed nothing"} {
		if !strings.Contains(out, want) {
			t.Errorf("the demonstration does not say %q:\n%s", want, out)
		}
	}
}
