package pki

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"net/netip"

	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module/regexp"
)

// The tags of GeneralName.
const (
	tagOther     = 0
	tagEmail     = 1
	tagDNS       = 2
	tagDirectory = 4
	tagURI       = 6
	tagIP        = 7
	tagRID       = 8
)

// GeneralName is a name of any kind, as DER.
type GeneralName []byte

// ParseGeneral reads a name as people write it: "DNS:www.example.org", "IP:192.0.2.1". what tells in errors what it is.
func ParseGeneral(s, what string) (GeneralName, error) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok {
		return nil, textError(fmt.Sprintf(`Cannot parse %s "%s" (forgot "DNS:" prefix?)`, what, s))
	}
	parse := generalParsers[kind]
	if parse == nil {
		return nil, textError(fmt.Sprintf(`Cannot parse %s "%s" (potentially unsupported by cryptography backend)`, what, s))
	}
	der, err := parse(rest)
	if err != nil {
		return nil, textError(fmt.Sprintf(`Cannot parse %s "%s": %v`, what, s, err))
	}
	return der, nil
}

var generalParsers = map[string]func(string) (GeneralName, error){
	"DNS":       func(s string) (GeneralName, error) { return ascii(tagDNS, s) },
	"email":     func(s string) (GeneralName, error) { return ascii(tagEmail, s) },
	"URI":       func(s string) (GeneralName, error) { return ascii(tagURI, normalURI(s)) },
	"IP":        parseIP,
	"RID":       parseRID,
	"otherName": parseOther,
	"dirName": func(s string) (GeneralName, error) {
		list, err := ParseDN(s)
		slices.Reverse(list)
		return explicit(tagDirectory, NewName(list).marshal()), err
	},
}

func primitive(tag int, content []byte) GeneralName {
	return tagged(asn1.ClassContextSpecific, tag, false, content)
}

// ascii is a name that is ASCII.
func ascii(tag int, s string) (GeneralName, error) {
	for _, r := range s {
		if r > 127 {
			return nil, fmt.Errorf("%q is not ASCII: write an international name in its form xn--", r)
		}
	}
	return primitive(tag, []byte(s)), nil
}

var uri = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?(.*)$`)

// normalURI writes scheme and host in small letters.
func normalURI(s string) string {
	m := uri.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	out := strings.ToLower(m[1]) + ":"
	if strings.HasPrefix(s[len(m[1])+1:], "//") {
		user, host := "", m[2]
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			user, host = host[:i+1], host[i+1:]
		}
		out += "//" + user + strings.ToLower(host)
	}
	return out + m[3]
}

func parseIP(s string) (GeneralName, error) {
	if !strings.Contains(s, "/") {
		addr, err := netip.ParseAddr(s)
		if err != nil || addr.Zone() != "" {
			return nil, fmt.Errorf("'%s' does not appear to be an IPv4 or IPv6 address", s)
		}
		return primitive(tagIP, addr.AsSlice()), nil
	}
	addr, mask, err := parseNetwork(s)
	if err != nil {
		return nil, fmt.Errorf("'%s' does not appear to be an IPv4 or IPv6 network", s)
	}
	content := addr.AsSlice()
	for i := range content {
		if content[i]&^mask[i] != 0 {
			return nil, fmt.Errorf("%s has host bits set", s)
		}
	}
	return primitive(tagIP, append(content, mask...)), nil
}

// parseNetwork reads an address with the length of its prefix, or with a mask.
func parseNetwork(s string) (netip.Addr, []byte, error) {
	text, length, _ := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return addr, nil, err
	}
	size := addr.BitLen()
	if m, err := netip.ParseAddr(length); err == nil && m.BitLen() == size {
		return addr, m.AsSlice(), nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > size {
		return addr, nil, fmt.Errorf("no prefix: %s", length)
	}
	mask := make([]byte, size/8)
	for i := range n {
		mask[i/8] |= 0x80 >> (i % 8)
	}
	return addr, mask, nil
}

func parseRID(s string) (GeneralName, error) {
	id, err := parseOID(s)
	if err != nil {
		return nil, err
	}
	var raw asn1.RawValue
	if err := whole(must(id), &raw); err != nil {
		return nil, err
	}
	return primitive(tagRID, raw.Bytes), nil
}

var (
	otherHex    = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)*);([0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2})*)$`)
	otherString = regexp.MustCompile(`^(?:(IMPLICIT|EXPLICIT):(\d+)(U|A|P|C)?,)?(\w+):(.*)$`)
	classes     = map[string]int{"U": asn1.ClassUniversal, "A": asn1.ClassApplication, "P": asn1.ClassPrivate, "C": asn1.ClassContextSpecific, "": asn1.ClassContextSpecific}
)

// parseOther reads "OID;30:03:..." and "OID;UTF8:text", the latter as in OpenSSL's configuration.
func parseOther(s string) (GeneralName, error) {
	dots, value, ok := strings.Cut(s, ";")
	if !ok {
		return nil, textError(fmt.Sprintf(`Cannot parse Subject Alternative Name otherName "%s", must be in the format "otherName:<OID>;<ASN.1 OpenSSL Encoded String>" or "otherName:<OID>;<hex string>"`, s))
	}
	id, err := parseOID(dots)
	if err != nil {
		return nil, err
	}
	var der []byte
	if m := otherHex.FindStringSubmatch(s); m != nil {
		der, err = ParseHex(m[2])
	} else {
		der, err = taggedString(value)
	}
	return explicit(tagOther, append(must(id), explicit(0, der)...)), err
}

func taggedString(s string) ([]byte, error) {
	m := otherString.FindStringSubmatch(s)
	if m == nil {
		return nil, textError("The ASN.1 serialized string must be in the format [modifier,]type[:value]")
	}
	if m[4] != "UTF8" {
		return nil, textError(`The ASN.1 serialized string is not a known type "` + m[4] + `", only UTF8 types are supported`)
	}
	content, explicit := []byte(m[5]), m[1] == "EXPLICIT"
	if m[1] == "" || explicit && m[3] != "U" {
		content = tagged(asn1.ClassUniversal, asn1.TagUTF8String, false, content)
	}
	if m[1] == "" {
		return content, nil
	}
	tag, err := strconv.Atoi(m[2])
	if err != nil {
		return nil, err
	}
	return tagged(classes[m[3]], tag, explicit && m[3] != "U", content), nil
}

// ParseHex reads bytes that colons separate; a digit by itself is a byte.
func ParseHex(s string) ([]byte, error) {
	parts := strings.Split(s, ":")
	for i, p := range parts {
		if len(p) < 2 {
			parts[i] = strings.Repeat("0", 2-len(p)) + p
		}
	}
	return hex.DecodeString(strings.Join(parts, ""))
}

// Hex writes bytes with colons between them.
func Hex(b []byte) string {
	parts := make([]string, len(b))
	for i := range b {
		parts[i] = hex.EncodeToString(b[i : i+1])
	}
	return strings.Join(parts, ":")
}

// String writes a name as ParseGeneral reads it.
func (g GeneralName) String() string {
	var v asn1.RawValue
	if whole(g, &v) != nil {
		return ""
	}
	switch v.Tag {
	case tagDNS:
		return "DNS:" + string(v.Bytes)
	case tagEmail:
		return "email:" + string(v.Bytes)
	case tagURI:
		return "URI:" + normalURI(string(v.Bytes))
	case tagIP:
		return "IP:" + ipText(v.Bytes)
	case tagRID:
		var id asn1.ObjectIdentifier
		if whole(tagged(asn1.ClassUniversal, asn1.TagOID, false, v.Bytes), &id) == nil {
			return "RID:" + id.String()
		}
	case tagDirectory:
		var name asn1.RawValue
		if whole(v.Bytes, &name) == nil {
			if n, err := parseName(name.Bytes); err == nil {
				return "dirName:" + n.String()
			}
		}
	case tagOther:
		if parts, err := elements(v.Bytes); err == nil && len(parts) == 2 {
			var id asn1.ObjectIdentifier
			if whole(parts[0].FullBytes, &id) == nil {
				return "otherName:" + id.String() + ";" + Hex(parts[1].Bytes)
			}
		}
	}
	return "unknown:" + Hex(g)
}

// ipText writes an address, or a network.
func ipText(b []byte) string {
	if addr, ok := netip.AddrFromSlice(b); ok && len(b) != 8 {
		return addr.String()
	}
	half := len(b) / 2
	addr, ok := netip.AddrFromSlice(b[:half])
	if !ok {
		return Hex(b)
	}
	ones := 0
	for _, m := range b[half:] {
		for ; m != 0; m <<= 1 {
			ones += int(m >> 7)
		}
	}
	return addr.String() + "/" + strconv.Itoa(ones)
}
