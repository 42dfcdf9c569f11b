package packaging

import (
	"slices"
	"testing"
)

const statusText = `Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22
Description: tool
 with a second line: Version: 9

Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.36-8

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
Provides: old, older (= 1)
`

func TestDpkgDatabase(t *testing.T) {
	db := parseDpkg([]byte(statusText))
	for name, want := range map[string]string{"dpkg": "1.21.22", "libc6": "2.36-9", "libc6:i386": "2.36-8", "libc6:amd64": "2.36-9", "gone": "1"} {
		if p, ok := db.find(name); !ok || p.Version != want {
			t.Errorf("find(%q) = %q, %v, want %q", name, p.Version, ok, want)
		}
	}
	if _, ok := db.find("nothing"); ok {
		t.Error("find found a package that is not there")
	}
	if p, _ := db.find("gone"); p.installed() || !slices.Equal(p.Provides, []string{"old", "older"}) {
		t.Errorf("gone = %+v", p)
	}
}

func FuzzParseDpkg(f *testing.F) {
	f.Add([]byte(statusText))
	f.Fuzz(func(_ *testing.T, data []byte) { parseDpkg(data) })
}

func TestParsePolicy(t *testing.T) {
	got := parsePolicy(`nginx:
  Installed: (none)
  Candidate: 1.22.1-9+u2
  Version table:
     1.22.1-9+u2 500
        500 http://mirror.example.org/debian-security bookworm-security/main amd64 Packages
 *** 1.22.1-9 500
        500 http://mirror.example.org/debian bookworm/main amd64 Packages
        100 /var/lib/dpkg/status
git-core:
  Installed: (none)
  Candidate: (none)
  Version table:
`)
	if c := got["nginx"]; c == nil || c.best != "1.22.1-9+u2" || !slices.Equal(c.versions, []string{"1.22.1-9+u2", "1.22.1-9"}) {
		t.Errorf("nginx = %+v", c)
	}
	if c := got["git-core"]; c == nil || c.best != "" || c.versions != nil {
		t.Errorf("git-core = %+v", c)
	}
	if v := got["nginx"].choose("=", "1.22.1-9"); v != "1.22.1-9" {
		t.Errorf("an exact version chooses %q", v)
	}
	if v := got["nginx"].choose("=", "1.2?.*"); v != "1.22.1-9+u2" {
		t.Errorf("a pattern chooses %q, not the highest", v)
	}
}

func TestSplitSpec(t *testing.T) {
	for in, want := range map[string]pkgSpec{
		"nginx":      {"nginx", "nginx", "", ""},
		"nginx=1.*":  {"nginx=1.*", "nginx", "=", "1.*"},
		"nginx>=2":   {"nginx>=2", "nginx", ">=", "2"},
		"libc6:i386": {"libc6:i386", "libc6:i386", "", ""},
	} {
		if got := splitSpec(in); got != want {
			t.Errorf("splitSpec(%q) = %+v", in, got)
		}
	}
}

func TestSourceFile(t *testing.T) {
	for source, want := range map[string]string{
		"deb http://example.org/debian stable main":                "/etc/apt/sources.list.d/example_org_debian.list",
		"deb [arch=amd64] https://u:p@example.org/x/y stable main": "/etc/apt/sources.list.d/example_org_x_y.list",
		"deb-src http://archive.ubuntu.com/ubuntu/ jammy universe": "/etc/apt/sources.list.d/archive_ubuntu_com_ubuntu.list",
	} {
		if got := suggestFile(source, ""); got != want {
			t.Errorf("suggestFile(%q) = %q, want %q", source, got, want)
		}
	}
}
