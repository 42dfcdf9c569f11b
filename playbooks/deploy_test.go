package playbooks

import (
	"context"
	"testing"

	"pylint-deploy/rules/check"
)

// What students copy has no finding, not even under the profile that forgives nothing.
func TestDeployIsCleanUnderTheStrictProfile(t *testing.T) {
	r, err := check.Run(context.Background(), []string{"deploy"}, check.Options{Profile: "strict", NoBaseline: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("%s: %s %s: %s", f.Pos, f.Level, f.Rule, f.Message)
	}
	if len(r.Problems) > 0 {
		t.Errorf("not analysed: %v", r.Problems)
	}
}
