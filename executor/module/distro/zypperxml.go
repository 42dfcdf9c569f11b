package distro

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// solvable is a package in zypper's XML, with the element that it is in: to-install, to-remove, solvable-list.
type solvable struct{ name, version, old, group string }

// document is what there is to know of zypper's XML.
type document struct {
	solvables []solvable
	message   string // the last one
}

func readXML(text string) (document, error) {
	var doc document
	var path []string
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 && d.InputOffset() > 0 {
			return doc, nil
		}
		if err != nil {
			return doc, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "solvable" {
				s := solvable{}
				for _, a := range t.Attr {
					switch a.Name.Local {
					case "name":
						s.name = a.Value
					case "edition":
						s.version = a.Value
					case "edition-old":
						s.old = a.Value
					}
				}
				if len(path) > 0 {
					s.group = path[len(path)-1]
				}
				doc.solvables = append(doc.solvables, s)
			}
			if path = append(path, t.Name.Local); t.Name.Local == "message" {
				doc.message = ""
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 0 && path[len(path)-1] == "message" {
				doc.message += string(t)
			}
		}
	}
}
