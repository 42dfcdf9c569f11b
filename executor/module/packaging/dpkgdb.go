package packaging

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"pylint-deploy/executor/module"
)

// dpkgStatusPath is dpkg's database.
const dpkgStatusPath = "/var/lib/dpkg/status"

// debPackage is one stanza of dpkg's database.
type debPackage struct {
	Name, Arch, Version string
	// Want and State are the first and third word of Status: "install ok installed".
	Want, State string
	Provides    []string
	// Section, Source and others that only package_facts reads.
	Section, Source, Origin, Priority string
}

func (p debPackage) installed() bool { return p.State == "installed" }

// dpkgDB is what dpkg knows, as it was when read.
type dpkgDB struct {
	byName map[string][]debPackage
	order  []string
	native string
}

// readDpkg reads dpkg's database; a target without one has nothing installed.
func readDpkg(sys module.System) (*dpkgDB, error) {
	data, err := sys.ReadFile(dpkgStatusPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading dpkg's database: %w", err)
	}
	return parseDpkg(data), nil
}

// parseDpkg reads the stanzas of a status file.
func parseDpkg(data []byte) *dpkgDB {
	db := &dpkgDB{byName: map[string][]debPackage{}}
	for len(data) > 0 {
		stanza := data
		if i := bytes.Index(data, []byte("\n\n")); i >= 0 {
			stanza, data = data[:i], data[i+2:]
		} else {
			data = nil
		}
		if p, ok := parseStanza(stanza); ok {
			if p.Name == "dpkg" {
				db.native = p.Arch
			}
			if _, seen := db.byName[p.Name]; !seen {
				db.order = append(db.order, p.Name)
			}
			db.byName[p.Name] = append(db.byName[p.Name], p)
		}
	}
	return db
}

func parseStanza(stanza []byte) (debPackage, bool) {
	var p debPackage
	for len(stanza) > 0 {
		line := stanza
		if i := bytes.IndexByte(stanza, '\n'); i >= 0 {
			line, stanza = stanza[:i], stanza[i+1:]
		} else {
			stanza = nil
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		p.set(string(line[:colon]), string(bytes.TrimSpace(line[colon+1:])))
	}
	return p, p.Name != ""
}

// set takes one field; the many that nobody asks for are dropped.
func (p *debPackage) set(field, value string) {
	switch field {
	case "Package":
		p.Name = value
	case "Architecture":
		p.Arch = value
	case "Version":
		p.Version = value
	case "Section":
		p.Section = value
	case "Source":
		p.Source = value
	case "Priority":
		p.Priority = value
	case "Status":
		if w := strings.Fields(value); len(w) == 3 {
			p.Want, p.State = w[0], w[2]
		}
	case "Provides":
		for _, v := range strings.Split(value, ",") {
			if w := strings.Fields(v); len(w) > 0 {
				p.Provides = append(p.Provides, w[0])
			}
		}
	}
}

// find looks a package up by name or name:arch; the native architecture (or all) is preferred as apt does.
func (db *dpkgDB) find(name string) (debPackage, bool) {
	name, arch, _ := strings.Cut(name, ":")
	var best debPackage
	found := false
	for _, p := range db.byName[name] {
		switch {
		case arch != "" && arch != "any" && arch != "native":
			if p.Arch == arch || p.Arch == "all" && arch == db.native {
				return p, true
			}
		case p.Arch == db.native || p.Arch == "all" || db.native == "":
			return p, true
		}
	}
	return best, found
}

// hasFiles tells whether dpkg still lists files of a package (a removed package with configuration left).
func (db *dpkgDB) hasFiles(sys module.System, p debPackage) bool {
	for _, n := range []string{p.Name, p.Name + ":" + p.Arch} {
		if data, err := sys.ReadFile("/var/lib/dpkg/info/" + n + ".list"); err == nil {
			return len(data) > 0
		}
	}
	return false
}
