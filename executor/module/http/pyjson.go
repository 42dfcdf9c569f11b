package http

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// marshal writes JSON in the form of Python's json.dumps: blanks after separators, ASCII only. Keys are sorted.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	if err := dump(&b, v); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

func dump(b *strings.Builder, v any) error {
	switch v := v.(type) {
	case string:
		dumpString(b, v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
			return nil
		}
		b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
	case []any:
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			if err := dump(b, x); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case map[string]any:
		return dumpMap(b, v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(text)
	}
	return nil
}

func dumpMap(b *strings.Builder, m map[string]any) error {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		dumpString(b, k)
		b.WriteString(": ")
		if err := dump(b, m[k]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// escapes are the short forms.
var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func dumpString(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch e, short := escapes[r]; {
		case short:
			b.WriteString(e)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}
