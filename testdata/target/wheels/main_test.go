package main

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestConvert makes two small Debian packages, wheels of them, and looks into these.
func TestConvert(t *testing.T) {
	dir := t.TempDir()
	const site = "usr/lib/python3/dist-packages/"
	debs := []string{
		deb(t, dir, "python3-zope.one", "python3 (<< 3.12), python3-two (>= 1), python3-absent", map[string]string{
			site + "one/__init__.py": "x = 1\n", site + "one/fast.cpython-311-x86_64-linux-gnu.so": "ELF",
			site + "zope.one-1.5.egg-info/PKG-INFO": "Metadata-Version: 1.0\nName: zope.one\nVersion: 1.5\n", site + "zope.one-1.5.egg-info/entry_points.txt": "[console_scripts]\none = one:main\n"}),
		deb(t, dir, "python3-two", "python3", map[string]string{site + "two.py": "", site + "Two-2.0.dist-info/METADATA": "Name: Two\nVersion: 2.0\nRequires-Dist: absent\n"}),
	}
	if err := convert(dir, debs); err != nil {
		t.Fatal(err)
	}
	one := unzip(t, filepath.Join(dir, "zope_one-1.5-cp311-cp311-linux_x86_64.whl"))
	if got, want := one["zope_one-1.5.dist-info/METADATA"], "Metadata-Version: 2.1\nName: zope.one\nVersion: 1.5\nRequires-Dist: Two\n"; got != want {
		t.Errorf("metadata %q, want %q", got, want)
	}
	for file, want := range map[string]string{"one/__init__.py": "x = 1", "zope_one-1.5.dist-info/entry_points.txt": "one:main", "zope_one-1.5.dist-info/RECORD": "one/__init__.py,sha256="} {
		if !strings.Contains(one[file], want) {
			t.Errorf("%s: %q, want %q in it", file, one[file], want)
		}
	}
	if two := unzip(t, filepath.Join(dir, "Two-2.0-py3-none-any.whl")); strings.Contains(two["Two-2.0.dist-info/METADATA"], "Requires-Dist") {
		t.Errorf("a requirement that is not at hand: %q", two["Two-2.0.dist-info/METADATA"])
	}
}

func deb(t *testing.T, dir, name, depends string, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	files["DEBIAN/control"] = "Package: " + name + "\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\nDepends: " + depends + "\n"
	for file, text := range files {
		file = filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, name+".deb")
	if text, err := exec.Command("dpkg-deb", "-b", root, out).CombinedOutput(); err != nil {
		t.Fatalf("dpkg-deb: %v\n%s", err, text)
	}
	return out
}

func unzip(t *testing.T, file string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(data)
	}
	return out
}
