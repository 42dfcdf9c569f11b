package regotest

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
)

const rule = `package rules.a.b

violations contains {"id": t.id} if {
	some t in input.tasks
	t.never
}

never if input.context.nothing
`

const tests = `package rules.a.b_test

import data.rules.a.b

test_bad if b.violations == {{"id": 1}} with input as {"tasks": [{"id": 1, "never": true}]}
test_wrong if b.violations == {{"id": 2}} with input as {"tasks": [{"id": 1, "never": true}]}
`

func TestRunTellsFailuresAndCoverage(t *testing.T) {
	r, err := Run(context.Background(), fstest.MapFS{"a/b/b.rego": {Data: []byte(rule)}, "a/b/b_test.rego": {Data: []byte(tests)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Results) != 2 || r.Failures() != 1 || r.Results[0].Failed || !r.Results[1].Failed {
		t.Errorf("results %+v", r.Results)
	}
	if got := r.Results[1].Place; got != "a/b/b_test.rego:6" {
		t.Errorf("the failure is at %s", got)
	}
	if c := r.Covered["a/b/b.rego"]; c <= 0 || c >= 100 {
		t.Errorf("coverage is %v", c)
	}
}

func TestErrorsHaveAPlace(t *testing.T) {
	for name, text := range map[string]string{"syntax": "package a\n\nx if {\n", "unknown": "package a\n\ntest_x if nothere(1)\n"} {
		_, err := Run(context.Background(), fstest.MapFS{"x_test.rego": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), "x_test.rego:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
