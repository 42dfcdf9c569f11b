package pki

import (
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Attribute is an attribute of a distinguished name.
type Attribute struct {
	OID   asn1.ObjectIdentifier
	Value string
}

func (a Attribute) equal(b Attribute) bool { return a.OID.Equal(b.OID) && a.Value == b.Value }

// Name is a distinguished name: relative names, each of one attribute or more.
type Name [][]Attribute

// Flat are the attributes in order.
func (n Name) Flat() (out []Attribute) {
	for _, relative := range n {
		out = append(out, relative...)
	}
	return out
}

// Equal compares names; the attributes of a relative name are a set.
func (n Name) Equal(o Name) bool {
	return slices.EqualFunc(n, o, func(a, b []Attribute) bool { return SameAttributes(a, b) })
}

// SameAttributes compares sets of attributes.
func SameAttributes(a, b []Attribute) bool {
	within := func(list []Attribute) func(Attribute) bool {
		return func(x Attribute) bool { return !slices.ContainsFunc(list, x.equal) }
	}
	return !slices.ContainsFunc(a, within(b)) && !slices.ContainsFunc(b, within(a))
}

// EqualAttributes compares lists of attributes, order included.
func EqualAttributes(a, b []Attribute) bool { return slices.EqualFunc(a, b, Attribute.equal) }

// NewAttribute makes an attribute of a name and a value.
func NewAttribute(name, value string) (Attribute, error) {
	id, err := LookupOID(name)
	if err == nil && isCountry(id) && len(value) != 2 {
		err = textError("Country name must be a 2 character country code")
	}
	return Attribute{id, value}, err
}

func isCountry(id asn1.ObjectIdentifier) bool {
	s := id.String()
	return s == "2.5.4.6" || s == "1.3.6.1.4.1.311.60.2.1.3"
}

// stringTags are the types of values that are no UTF-8 strings.
var stringTags = map[string]int{
	"2.5.4.6": asn1.TagPrintableString, "1.3.6.1.4.1.311.60.2.1.3": asn1.TagPrintableString, "2.5.4.5": asn1.TagPrintableString,
	"2.5.4.46": asn1.TagPrintableString, "1.2.840.113549.1.9.1": asn1.TagIA5String, "0.9.2342.19200300.100.1.25": asn1.TagIA5String,
}

func (a Attribute) marshal() []byte {
	tag, ok := stringTags[a.OID.String()]
	if !ok {
		tag = asn1.TagUTF8String
	}
	return sequence(must(a.OID), tagged(asn1.ClassUniversal, tag, false, []byte(a.Value)))
}

// marshalRelative is a RelativeDistinguishedName: a set, in the order of its encodings.
func marshalRelative(list []Attribute) []byte {
	var parts [][]byte
	for _, a := range list {
		parts = append(parts, a.marshal())
	}
	slices.SortFunc(parts, slices.Compare)
	return join(parts)
}

func (n Name) marshal() []byte {
	var parts [][]byte
	for _, relative := range n {
		parts = append(parts, tagged(asn1.ClassUniversal, asn1.TagSet, true, marshalRelative(relative)))
	}
	return sequence(parts...)
}

// NewName is a name of relative names with one attribute each.
func NewName(list []Attribute) Name {
	var n Name
	for _, a := range list {
		n = append(n, []Attribute{a})
	}
	return n
}

// parseName reads the content of a Name.
func parseName(content []byte) (Name, error) {
	sets, err := elements(content)
	if err != nil {
		return nil, err
	}
	var n Name
	for _, set := range sets {
		relative, err := parseRelative(set.Bytes)
		if err != nil {
			return nil, err
		}
		n = append(n, relative)
	}
	return n, nil
}

func parseRelative(content []byte) ([]Attribute, error) {
	pairs, err := elements(content)
	if err != nil {
		return nil, err
	}
	var out []Attribute
	for _, pair := range pairs {
		var a struct {
			OID   asn1.ObjectIdentifier
			Value asn1.RawValue
		}
		if err := whole(pair.FullBytes, &a); err != nil {
			return nil, err
		}
		value, err := text(a.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, Attribute{a.OID, value})
	}
	return out, nil
}

// text is the value of a string of any type.
func text(v asn1.RawValue) (string, error) {
	switch v.Tag {
	case asn1.TagBMPString:
		var units []uint16
		for i := 0; i+1 < len(v.Bytes); i += 2 {
			units = append(units, uint16(v.Bytes[i])<<8|uint16(v.Bytes[i+1]))
		}
		return string(utf16.Decode(units)), nil
	case asn1.TagT61String:
		runes := make([]rune, len(v.Bytes))
		for i, b := range v.Bytes {
			runes[i] = rune(b)
		}
		return string(runes), nil
	}
	if !utf8.Valid(v.Bytes) {
		return "", fmt.Errorf("a string of type %d is no text", v.Tag)
	}
	return string(v.Bytes), nil
}

// String is the name as RFC 4514 has it: last attribute first.
func (n Name) String() string {
	var out []string
	for _, a := range n.Flat() {
		out = append(out, OIDName(a.OID, true)+"="+escapeDN(a.Value))
	}
	slices.Reverse(out)
	return strings.Join(out, ",")
}

func escapeDN(s string) string {
	s = strings.NewReplacer(`\`, `\\`, ",", `\,`, "+", `\+`, "<", `\<`, ">", `\>`, ";", `\;`, `"`, `\"`, "\x00", `\00`).Replace(s)
	if strings.HasPrefix(s, " ") || strings.HasPrefix(s, "#") {
		s = `\` + s
	}
	if strings.HasSuffix(s, " ") {
		s = s[:len(s)-1] + `\ `
	}
	return s
}
