package pki

import (
	_ "embed"
	"encoding/asn1"

	"strings"
	"sync"

	"pylint-deploy/executor/module/regexp"
)

// objects are the names of object identifiers, a line each: identifier, long name, short name where there is another. They are
// those of OpenSSL's objects.txt.
//
//go:embed objects.txt
var objects string

type objectTable struct {
	names map[string][]string // by identifier
	ids   map[string]string   // by name
}

var table = sync.OnceValue(func() objectTable {
	t := objectTable{map[string][]string{}, map[string]string{}}
	for line := range strings.Lines(objects) {
		f := strings.Split(strings.TrimSpace(line), "|")
		t.names[f[0]] = f[1:]
		for _, name := range f[1:] {
			t.ids[name] = f[0]
		}
	}
	t.ids["userID"] = t.ids["userId"]
	return t
})

// OIDName is the long name of an object identifier, or its short one; without a name it is written with dots.
func OIDName(id asn1.ObjectIdentifier, short bool) string {
	names := table().names[id.String()]
	switch {
	case len(names) == 0:
		return id.String()
	case short:
		return names[len(names)-1]
	}
	return names[0]
}

var dotted = regexp.MustCompile(`^\d+(?:\.\d+)+$`)

// LookupOID finds an object identifier by a name, or reads one with dots.
func LookupOID(name string) (asn1.ObjectIdentifier, error) {
	if id, ok := table().ids[name]; ok {
		return oid(id), nil
	}
	if dotted.MatchString(name) {
		return parseOID(name)
	}
	return nil, textError(`Cannot find OID for "` + name + `"`)
}

// textError is an error in Ansible's words.
type textError string

func (e textError) Error() string { return string(e) }
