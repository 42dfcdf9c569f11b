package source

import (
	"encoding/base64"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// resolvePlain gives a plain scalar its type as PyYAML's implicit resolvers do (YAML 1.1 types, not 1.2's).
func (n *Node) resolvePlain() (why string) {
	text := n.Text
	if text == "" {
		n.Kind = Null
		return ""
	}
	n.Kind = String
	switch c := text[0]; {
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return n.resolveNumber(text)
	case len(text) <= 5 && strings.IndexByte("yYnNtTfFoO~", c) >= 0:
		if isNull(text) {
			n.Kind = Null
		} else if b, ok := boolWord(text); ok {
			n.Kind = Bool
			n.setValue(b)
		}
	}
	return ""
}

func isNull(text string) bool {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// boolWord reads the words that YAML 1.1 takes for booleans: one case throughout, or a capital first.
func boolWord(text string) (val, ok bool) {
	lower := strings.ToLower(text)
	switch lower {
	case "yes", "true", "on":
		val = true
	case "no", "false", "off":
	default:
		return false, false
	}
	return val, text == lower || text == strings.ToUpper(text) || text[1:] == lower[1:]
}

func (n *Node) resolveNumber(text string) (why string) {
	switch {
	case looksFloat(text):
		return n.setFloat(text)
	case looksInt(text):
		return n.setInt(text)
	case looksTimestamp(text):
		return n.setTimestamp(text)
	}
	return ""
}

// digits counts the characters of set at the start of text.
func digits(text, set string) int {
	return len(text) - len(strings.TrimLeft(text, set))
}

const (
	decimal  = "0123456789"
	decimal_ = "0123456789_"
)

func unsigned(text string) string {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[1:]
	}
	return text
}

// sexagesimals moves over one or more ":59" groups; ok is false without any.
func sexagesimals(text string) (rest string, ok bool) {
	for text != "" && text[0] == ':' {
		n := digits(text[1:], decimal)
		if n == 0 || n > 2 || n == 2 && text[1] > '5' {
			return text, false
		}
		text, ok = text[1+n:], true
	}
	return text, ok
}

func looksInt(text string) bool {
	t := unsigned(text)
	switch {
	case t == "":
		return false
	case t == "0":
		return true
	case strings.HasPrefix(t, "0b"):
		return len(t) > 2 && digits(t[2:], "01_") == len(t)-2
	case strings.HasPrefix(t, "0x"):
		return len(t) > 2 && digits(t[2:], "0123456789abcdefABCDEF_") == len(t)-2
	case t[0] == '0':
		return digits(t[1:], "01234567_") == len(t)-1
	case t[0] == '_' || t[0] < '0' || t[0] > '9':
		return false
	}
	rest := t[digits(t, decimal_):]
	if rest == "" {
		return true
	}
	rest, ok := sexagesimals(rest)
	return ok && rest == ""
}

func looksFloat(text string) bool {
	t := unsigned(text)
	switch t {
	case ".inf", ".Inf", ".INF":
		return true
	case ".nan", ".NaN", ".NAN":
		return t == text
	case "":
		return false
	}
	if t[0] == '.' {
		return t == text && len(t) > 1 && t[1] >= '0' && t[1] <= '9' && isExponent(t[1+digits(t[1:], decimal_):])
	}
	if t[0] < '0' || t[0] > '9' {
		return false
	}
	rest := t[digits(t, decimal_):]
	if strings.HasPrefix(rest, ".") {
		return isExponent(rest[1+digits(rest[1:], decimal_):])
	}
	rest, ok := sexagesimals(rest)
	return ok && strings.HasPrefix(rest, ".") && digits(rest[1:], decimal_) == len(rest)-1
}

// isExponent tells whether text is "" or an exponent, whose sign YAML 1.1 demands.
func isExponent(text string) bool {
	if text == "" {
		return true
	}
	return len(text) > 2 && (text[0] == 'e' || text[0] == 'E') && (text[1] == '+' || text[1] == '-') &&
		digits(text[2:], decimal) == len(text)-2
}

// setInt reads an int as PyYAML's construct_yaml_int does: 0b, 0x, leading 0 for octal, 1:30 sexagesimal, underscores.
func (n *Node) setInt(text string) (why string) {
	t := unsigned(strings.ReplaceAll(text, "_", ""))
	base := 10
	switch {
	case t == "0":
	case strings.HasPrefix(t, "0b"):
		t, base = t[2:], 2
	case strings.HasPrefix(t, "0x"):
		t, base = t[2:], 16
	case strings.HasPrefix(t, "0"):
		base = 8
	}
	v, ok := new(big.Int), true
	for part := range strings.SplitSeq(t, ":") {
		var p *big.Int
		if p, ok = new(big.Int).SetString(part, base); !ok {
			return "not an integer: " + text
		}
		v.Add(v.Mul(v, big.NewInt(60)), p)
	}
	if text[0] == '-' {
		v.Neg(v)
	}
	n.Kind = Int
	if v.IsInt64() {
		n.setValue(v.Int64())
	} else {
		n.setValue(v)
	}
	return ""
}

// setFloat reads a float as PyYAML's construct_yaml_float does.
func (n *Node) setFloat(text string) (why string) {
	t := unsigned(strings.ToLower(strings.ReplaceAll(text, "_", "")))
	v := 0.0
	switch t {
	case ".inf":
		v = math.Inf(1)
	case ".nan":
		v = math.NaN()
	default:
		for part := range strings.SplitSeq(t, ":") {
			p, err := strconv.ParseFloat(part, 64)
			if err != nil && !math.IsInf(p, 0) || strings.HasPrefix(part, "0x") {
				return "not a number: " + text
			}
			v = v*60 + p
		}
	}
	if text[0] == '-' {
		v = -v
	}
	n.Kind = Float
	n.setValue(v)
	return ""
}

// looksTimestamp matches PyYAML's timestamp resolver: 2024-01-31, or a date and a time apart by T or blanks.
func looksTimestamp(text string) bool {
	if len(text) < 8 || digits(text[:4], decimal) != 4 || text[4] != '-' {
		return false
	}
	if len(text) == 10 && text[7] == '-' && digits(text[5:7], decimal) == 2 && digits(text[8:], decimal) == 2 {
		return true
	}
	_, hasTime, ok := cutTimestamp(text)
	return ok && hasTime
}

// cutTimestamp splits a timestamp into year, month, day, hour, minute, second, fraction and zone.
func cutTimestamp(text string) (fields [8]string, hasTime, ok bool) {
	take := func(field, least, most int) bool {
		n := min(digits(text, decimal), most)
		fields[field], text = text[:n], text[n:]
		return n >= least
	}
	literal := func(set string) bool {
		if text == "" || strings.IndexByte(set, text[0]) < 0 {
			return false
		}
		text = text[1:]
		return true
	}
	if !take(0, 4, 4) || !literal("-") || !take(1, 1, 2) || !literal("-") || !take(2, 1, 2) {
		return fields, false, false
	}
	if text == "" {
		return fields, false, true
	}
	if blanks := digits(text, " \t"); blanks > 0 {
		text = text[blanks:]
	} else if !literal("Tt") {
		return fields, false, false
	}
	if !take(3, 1, 2) || !literal(":") || !take(4, 2, 2) || !literal(":") || !take(5, 2, 2) {
		return fields, false, false
	}
	if literal(".") {
		take(6, 0, len(text))
	}
	zone := strings.TrimLeft(text, " \t")
	fields[7] = zone
	if zone == "" {
		return fields, true, text == ""
	}
	return fields, true, isZone(zone)
}

func isZone(zone string) bool {
	if zone == "Z" {
		return true
	}
	if zone[0] != '+' && zone[0] != '-' {
		return false
	}
	hours, minutes, colon := strings.Cut(zone[1:], ":")
	two := func(s string, least int) bool { return len(s) >= least && len(s) <= 2 && digits(s, decimal) == len(s) }
	return two(hours, 1) && (!colon || two(minutes, 2))
}

// setTimestamp keeps the text and sets TimeValue.
func (n *Node) setTimestamp(text string) (why string) {
	fields, hasTime, ok := cutTimestamp(text)
	if !ok {
		return "not a date: " + text
	}
	var v [6]int
	for i := range v {
		v[i], _ = strconv.Atoi(fields[i])
	}
	nanos, _ := strconv.Atoi((fields[6] + "000000")[:6])
	zone := time.UTC
	if z := fields[7]; z != "" && z != "Z" {
		hours, minutes, _ := strings.Cut(z[1:], ":")
		h, _ := strconv.Atoi(hours)
		m, _ := strconv.Atoi(minutes)
		seconds := h*3600 + m*60
		if z[0] == '-' {
			seconds = -seconds
		}
		zone = time.FixedZone(z, seconds)
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], nanos*1000, zone)
	if t.Month() != time.Month(v[1]) || t.Day() != v[2] || v[3] > 23 || v[4] > 59 || v[5] > 59 || v[0] == 0 {
		return "not a date: " + text
	}
	n.Kind = Timestamp
	n.setValue(&Time{Time: t, DateOnly: !hasTime, Naive: hasTime && fields[7] == ""})
	return ""
}

// setBinary decodes base64 into Bytes.
func (n *Node) setBinary() (why string) {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, n.Text)
	data, err := base64.StdEncoding.DecodeString(clean)
	if err != nil {
		return "not base64 text: " + err.Error()
	}
	n.Kind = Binary
	n.setValue(data)
	return ""
}

// scalarTags are the standard tags of scalars. Each sets the kind from the text or says why it cannot.
var scalarTags = map[string]func(n *Node) (why string){
	"!!str":    func(n *Node) string { n.Kind = String; return "" },
	"!!null":   func(n *Node) string { n.Kind = Null; return "" },
	"!!int":    func(n *Node) string { return n.setInt(n.Text + "") },
	"!!float":  func(n *Node) string { return n.setFloat(n.Text) },
	"!!binary": (*Node).setBinary,
	"!!bool": func(n *Node) string {
		b, ok := boolWord(strings.ToLower(n.Text))
		if !ok {
			return "not a boolean: " + n.Text
		}
		n.Kind = Bool
		n.setValue(b)
		return ""
	},
	"!!timestamp": func(n *Node) string { return n.setTimestamp(n.Text) },
	// PyYAML's names of Python's own types, which Ansible's loader reads.
	"!!python/unicode": func(n *Node) string { n.Kind = String; return "" },
}
