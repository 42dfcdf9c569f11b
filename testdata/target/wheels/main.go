// Command wheels makes wheels of Debian's Python packages, so that a target can install with pip where there is no PyPI.
//
//	wheels DIRECTORY PACKAGE.deb...
//
// Requirements are Debian's: what a package depends on among those given.
package main

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: wheels DIRECTORY PACKAGE.deb...")
	}
	if err := convert(os.Args[1], os.Args[2:]); err != nil {
		log.Fatal("wheels: ", err)
	}
}

// distribution is a Python distribution as a Debian package holds it.
type distribution struct {
	name, version string
	depends       []string          // Debian packages
	files         map[string][]byte // below dist-packages
	entryPoints   []byte
}

func convert(dir string, debs []string) error {
	byPackage := map[string]*distribution{}
	for _, deb := range debs {
		name, d, err := read(deb)
		if err != nil {
			return fmt.Errorf("%s: %w", deb, err)
		}
		byPackage[name] = d
	}
	for _, d := range byPackage {
		if err := d.write(dir, byPackage); err != nil {
			return fmt.Errorf("wheel of %s: %w", d.name, err)
		}
	}
	return nil
}

var dependency = regexp.MustCompile(`[a-z0-9][a-z0-9.+-]*`)

func read(deb string) (string, *distribution, error) {
	fields, err := exec.Command("dpkg-deb", "-f", deb, "Package", "Depends").Output()
	if err != nil {
		return "", nil, err
	}
	d := &distribution{files: map[string][]byte{}}
	var name string
	for line := range strings.Lines(string(fields)) {
		key, v, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if key == "Package" {
			name = v
			continue
		}
		for _, dep := range strings.Split(v, ",") {
			d.depends = append(d.depends, dependency.FindString(dep))
		}
	}
	content, err := exec.Command("dpkg-deb", "--fsys-tarfile", deb).Output()
	if err != nil {
		return "", nil, err
	}
	if err := d.unpack(tar.NewReader(bytes.NewReader(content))); err != nil {
		return "", nil, err
	}
	if d.name == "" {
		return "", nil, errors.New("no Python metadata")
	}
	return name, d, nil
}

func (d *distribution) unpack(in *tar.Reader) error {
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		file, ours := strings.CutPrefix(path.Clean("/"+h.Name), "/usr/lib/python3/dist-packages/")
		if !ours || h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		d.add(file, data)
	}
}

// add sorts one file of a package: metadata are read, the rest is kept.
func (d *distribution) add(file string, data []byte) {
	top, below, _ := strings.Cut(file, "/")
	switch {
	case strings.HasSuffix(top, ".egg-info") || strings.HasSuffix(top, ".dist-info"):
		switch below {
		case "", "PKG-INFO", "METADATA":
			d.name, d.version = header(data, "Name"), header(data, "Version")
		case "entry_points.txt":
			d.entryPoints = data
		}
	case strings.HasSuffix(top, ".pth"): // of namespace packages; Python 3 needs none
	default:
		d.files[file] = data
	}
}

func header(metadata []byte, key string) string {
	for s := bufio.NewScanner(bytes.NewReader(metadata)); s.Scan(); {
		if v, ok := strings.CutPrefix(s.Text(), key+": "); ok {
			return v
		}
	}
	return ""
}

var (
	extension  = regexp.MustCompile(`\.cpython-(\d+)-(\w+)-(linux)-gnu\.so$`)
	separators = regexp.MustCompile(`[-_.]+`)
)

// tag says for which Pythons a wheel is: all, or the one that its extension modules are compiled for.
func (d *distribution) tag() string {
	for file := range d.files {
		if m := extension.FindStringSubmatch(file); m != nil {
			return fmt.Sprintf("cp%s-cp%s-%s_%s", m[1], m[1], m[3], m[2])
		}
	}
	return "py3-none-any"
}

func (d *distribution) write(dir string, others map[string]*distribution) error {
	base := separators.ReplaceAllString(d.name, "_") + "-" + d.version
	info := base + ".dist-info/"
	metadata := fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", d.name, d.version)
	for _, dep := range d.depends {
		if o := others[dep]; o != nil && o != d {
			metadata += "Requires-Dist: " + o.name + "\n"
		}
	}
	files := maps.Clone(d.files)
	files[info+"METADATA"] = []byte(metadata)
	files[info+"WHEEL"] = fmt.Appendf(nil, "Wheel-Version: 1.0\nGenerator: wheels\nRoot-Is-Purelib: %t\nTag: %s\n", strings.HasSuffix(d.tag(), "-any"), d.tag())
	if d.entryPoints != nil {
		files[info+"entry_points.txt"] = d.entryPoints
	}
	var record strings.Builder
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256(files[file])
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", file, base64.RawURLEncoding.EncodeToString(sum[:]), len(files[file]))
		if err := zipped(z, file, files[file]); err != nil {
			return err
		}
	}
	fmt.Fprintf(&record, "%sRECORD,,\n", info)
	if err := zipped(z, info+"RECORD", []byte(record.String())); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, base+"-"+d.tag()+".whl"), out.Bytes(), 0o644)
}

func zipped(z *zip.Writer, file string, data []byte) error {
	w, err := z.Create(file)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
