package pki

import (
	"encoding/hex"
	"fmt"

	"slices"
	"strings"

	"pylint-deploy/executor/module/regexp"
)

// ParseDN reads a distinguished name as people write it: "CN=a, O = b", or "/O=b/CN=a". The result is in the order of the text.
func ParseDN(s string) ([]Attribute, error) {
	rest, separator := strings.TrimLeft(s, " "), byte(',')
	if strings.HasPrefix(rest, "/") {
		rest, separator = rest[1:], '/'
	}
	var out []Attribute
	for rest != "" {
		a, after, err := parseComponent(rest, separator)
		if err == nil && after != "" && (after[0] != separator || len(after) < 2) {
			err = textError("unexpected end of string")
		}
		if err != nil {
			return nil, fmt.Errorf(`Error while parsing distinguished name "%s": %w`, s, err)
		}
		out = append(out, a)
		rest = strings.TrimPrefix(after, string(separator))
	}
	return out, nil
}

// ParseRDN reads the parts of a relative name, each an attribute whose value is all that follows the equals sign.
func ParseRDN(parts []string) ([]Attribute, error) {
	var out []Attribute
	for _, part := range parts {
		a, _, err := parseComponent(part, 0)
		if err != nil {
			return nil, fmt.Errorf(`Error while parsing relative distinguished name "%s": %w`, part, err)
		}
		if slices.ContainsFunc(out, a.equal) {
			return nil, textError("duplicate attributes are not allowed")
		}
		out = append(out, a)
	}
	return out, nil
}

var componentStart = regexp.MustCompile(`^ *([a-zA-z0-9.]+) *= *`)

// parseComponent reads one attribute up to the separator, or, with separator 0, to the end without any decoding.
func parseComponent(s string, separator byte) (Attribute, string, error) {
	m := componentStart.FindStringSubmatch(s)
	if m == nil {
		return Attribute{}, "", textError(`cannot start part in "` + s + `"`)
	}
	value, rest := s[len(m[0]):], ""
	var err error
	switch {
	case separator == 0:
	case strings.HasPrefix(value, "#"):
		end := 1
		for end+1 < len(value) && value[end] != separator {
			end += 2
		}
		var decoded []byte
		if decoded, err = hex.DecodeString(value[1:end]); err != nil {
			return Attribute{}, "", textError(`Invalid hex sequence entry "` + value[1:end] + `"`)
		}
		value, rest = string(decoded), value[end:]
	default:
		if value, rest, err = unescape(value, separator); err != nil {
			return Attribute{}, "", err
		}
	}
	a, err := NewAttribute(m[1], value)
	return a, rest, err
}

// unescape reads a value with backslashes up to the separator.
func unescape(s string, separator byte) (value, rest string, err error) {
	var out []byte
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == separator:
			return string(out), s[i:], nil
		case s[i] != '\\' || i+1 == len(s):
			out = append(out, s[i])
		case strings.IndexByte("0123456789abcdefABCDEF", s[i+1]) < 0:
			i++
			out = append(out, s[i])
		case i+2 >= len(s):
			return "", "", textError(`Hex escape sequence "\` + s[i+1:] + `" incomplete at end of string`)
		default:
			b, err := hex.DecodeString(s[i+1 : i+3])
			if err != nil {
				return "", "", textError(`Hex escape sequence "\` + s[i+1:i+3] + `" has invalid second letter`)
			}
			out = append(out, b...)
			i += 2
		}
	}
	return string(out), "", nil
}
