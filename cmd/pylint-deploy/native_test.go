package main

import (
	"slices"
	"strings"
	"testing"

	"pylint-deploy/executor/action"
	native "pylint-deploy/executor/module"
	"pylint-deploy/executor/module/all"
	"pylint-deploy/parser/catalog"
)

// TestCatalogTellsTheTruthAboutNativeModules: what the catalog calls native is what the executor has, on either side.
func TestCatalogTellsTheTruthAboutNativeModules(t *testing.T) {
	registry, err := all.Registry()
	if err != nil {
		t.Fatal(err)
	}
	target := registry.Names()
	controller := action.Names()
	for _, m := range catalog.All() {
		onTarget, onController := slices.Contains(target, m.FQCN), slices.Contains(controller, m.FQCN)
		switch {
		case m.Where == catalog.Target && !onTarget:
			t.Errorf("the catalog says that %s runs on the target, but it is not registered", m.FQCN)
		case m.Where == catalog.Controller && !onController && !onTarget:
			t.Errorf("the catalog says that %s runs on the controller, but there is no such action", m.FQCN)
		case m.Where == catalog.NotNative && (onTarget || onController):
			t.Errorf("%s is native, but the catalog does not say so", m.FQCN)
		}
	}
	for _, m := range catalog.All() {
		on, _ := registry.Lookup(m.FQCN)
		skips := on.NoCheck || m.FQCN == "ansible.builtin.assemble" // which is left out on the controller
		if m.Where == catalog.Target && m.CheckMode == skips {
			t.Errorf("%s is skipped in check mode: %v; the catalog says %v", m.FQCN, skips, !m.CheckMode)
		}
	}
	for _, name := range append(slices.Clone(target), controller...) {
		if strings.HasPrefix(name, native.Internal) {
			continue
		}
		if m, ok := catalog.Lookup(name); !ok || m.FQCN != name {
			t.Errorf("%s is native under a name that the catalog does not have", name)
		}
	}
}
