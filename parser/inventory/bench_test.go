package inventory

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkTenThousandHosts loads an inventory of 10,000 hosts in two groups and reads the variables of each.
func BenchmarkTenThousandHosts(b *testing.B) {
	path := filepath.Join(b.TempDir(), "hosts")
	if err := os.WriteFile(path, []byte("[web]\nweb[0001:9999] a=1\n[prod:children]\nweb\n[prod:vars]\nx=1\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		inv, err := Load(b.Context(), []string{path}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range inv.HostNames() {
			if _, err := inv.HostVars(name); err != nil {
				b.Fatal(err)
			}
		}
	}
}
