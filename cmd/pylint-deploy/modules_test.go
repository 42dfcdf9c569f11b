package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/parser/catalog"
)

func TestModulesPageIsCurrent(t *testing.T) {
	var want bytes.Buffer
	if err := writeModulesPage(&want); err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/modules.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(have)); diff != "" {
		t.Errorf("docs/modules.md is not what `make generate` writes (-want +have):\n%.2000s", diff)
	}
}

func TestModuleIsShownWithExampleAndDifferences(t *testing.T) {
	var out bytes.Buffer
	if err := showModule(&out, "htpasswd"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"community.general.htpasswd (target)", "- community.general.htpasswd:\n    name: ...\n", "unlike Ansible's:\n  No Python library"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	for _, m := range catalog.All() {
		if len(m.Differences()) > 0 && m.Where == catalog.NotNative {
			t.Errorf("%s is not native and has differences", m.FQCN)
		}
	}
}
