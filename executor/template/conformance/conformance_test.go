package conformance

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"pylint-deploy/executor/template"
)

// corpus is the copy of the development part of the Jinja corpus.
const corpus = "../../../testdata/jinja/corpus_dev.jsonl"

// known are the cases that differ on purpose, with the reason.
var known = map[template.Compat]map[string]string{
	template.Modern:  {},
	template.Classic: {},
}

func TestCorpus(t *testing.T) {
	cases, err := ReadFile(filepath.FromSlash(corpus))
	if os.IsNotExist(err) {
		t.Skipf("no corpus: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for compat, name := range map[template.Compat]string{template.Modern: "modern", template.Classic: "classic"} {
		t.Run(name, func(t *testing.T) {
			report, err := Run(context.Background(), cases, compat)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d of %d cases", report.Passed, report.Total)
			failed := map[string]bool{}
			for _, o := range report.Failures {
				failed[o.Case] = true
				if why, ok := known[compat][o.Case]; ok {
					t.Logf("%s differs: %s", o.Case, why)
					continue
				}
				t.Errorf("%s\n got %s\nwant %s", o.Case, o.Got, o.Want)
			}
			for name := range known[compat] {
				if !failed[name] {
					t.Errorf("%s is listed as different and is not", name)
				}
			}
		})
	}
}
