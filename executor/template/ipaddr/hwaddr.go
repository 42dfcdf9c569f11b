package ipaddr

import (
	"fmt"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// macForms are the notations of a hardware address that netaddr reads.
var macForms = pattern.New(`(?i)^(?:[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}|[0-9a-f]{1,4}(?:[.:-][0-9a-f]{1,4}){2}|[0-9a-f]{5,6}[:-][0-9a-f]{5,6}|[0-9a-f]{11,12})$`)

// ParseMAC reads a 48-bit hardware address.
func ParseMAC(text string) (uint64, bool) {
	if !macForms.MatchString(text) {
		return 0, false
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(":-.", r) })
	var mac uint64
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 16, 64)
		if err != nil {
			return 0, false
		}
		mac = mac<<(48/len(parts)) | n
	}
	return mac, true
}

// groups writes a hardware address in groups of so many digits.
func groups(size int, separator, format string) func(uint64) string {
	return func(mac uint64) string {
		var parts []string
		for shift := 48 - 4*size; shift >= 0; shift -= 4 * size {
			parts = append(parts, fmt.Sprintf(format, mac>>shift&(1<<(4*size)-1)))
		}
		return strings.Join(parts, separator)
	}
}

var macQueries = map[string]func(uint64) string{
	"bare": groups(12, "", "%012X"), "cisco": groups(4, ".", "%04x"),
	"eui48": groups(2, "-", "%02X"), "win": groups(2, "-", "%02X"),
	"linux": groups(2, ":", "%02x"), "unix": groups(2, ":", "%x"),
	"pgsql": groups(6, ":", "%06x"), "postgresql": groups(6, ":", "%06x"), "psql": groups(6, ":", "%06x"),
}

// Hardware is the filter hwaddr, and macaddr under another alias.
func Hardware(v value.Value, query, alias string) (value.Value, error) {
	shown, err := value.ToStr(v)
	if err != nil {
		return nil, err
	}
	mac, ok := ParseMAC(shown)
	switch {
	case !ok && query != "" && query != "bool":
		return nil, value.Errorf(value.ValueError, "%s: not a hardware address: %s", alias, shown)
	case !ok:
		return value.None, nil
	case query == "":
		return v, nil
	case query == "bool":
		return value.Bool(true), nil
	case query == "int":
		return value.Int(mac), nil
	}
	if form, ok := macQueries[query]; ok {
		return value.Str(form(mac)), nil
	}
	return nil, value.Errorf(value.ValueError, "%s: unknown filter type: %s", alias, query)
}
