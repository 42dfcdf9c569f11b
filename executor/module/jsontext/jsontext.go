// Package jsontext is JSON (RFC 8259) of maps, lists and scalars: what calls and results are made of.
//
// encoding/json can do more, by reflection, and that more is a seventh of a program that is sent to targets. Here whole
// numbers are int64 (or Large) and others float64, since that is what modules and templates work with.
package jsontext

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Large is a whole number that no int64 holds, by its digits.
type Large string

// Digits are the number's digits, with its sign.
func (l Large) Digits() string { return string(l) }

// Append writes v to the end of dst. Maps come in the order of their keys, bytes that are no UTF-8 as U+FFFD. Every kind
// of map with text for keys, of list and of scalar is written; a struct is not.
func Append(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return AppendText(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case Large:
		return append(dst, v...), nil
	case float64:
		return appendFloat(dst, v)
	case map[string]any:
		return appendMap(dst, v)
	case []any:
		return appendList(dst, v)
	}
	return appendOther(dst, reflect.ValueOf(v))
}

func appendMap(dst []byte, m map[string]any) ([]byte, error) {
	if m == nil {
		return append(dst, "null"...), nil
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	dst = append(dst, '{')
	var err error
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendText(dst, k), ':')
		if dst, err = Append(dst, m[k]); err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
	}
	return append(dst, '}'), nil
}

func appendList(dst []byte, list []any) ([]byte, error) {
	if list == nil {
		return append(dst, "null"...), nil
	}
	dst = append(dst, '[')
	var err error
	for i, item := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = Append(dst, item); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// appendOther writes the rarer types as the common ones that they are kinds of.
func appendOther(dst []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.Bool:
		return Append(dst, v.Bool())
	case reflect.String:
		return Append(dst, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		return Append(dst, v.Elem().Interface())
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return append(dst, "null"...), nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = v.Index(i).Interface()
		}
		return appendList(dst, list)
	case reflect.Map:
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		m := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			if it.Key().Kind() != reflect.String {
				return nil, fmt.Errorf("a map with keys of type %s has no JSON", it.Key().Kind())
			}
			m[it.Key().String()] = it.Value().Interface()
		}
		return appendMap(dst, m)
	}
	return nil, fmt.Errorf("a value of kind %s has no JSON", v.Kind())
}

func appendFloat(dst []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("the number %v has no JSON", f)
	}
	start := len(dst)
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, 64)
	if !slices.ContainsFunc(dst[start:], func(c byte) bool { return c == '.' || c == 'e' }) {
		dst = append(dst, ".0"...) // it stays a float on the other side
	}
	return dst, nil
}

const hex = "0123456789abcdef"

// AppendText writes a text with its quotes.
func AppendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		}
		i++
	}
	return append(dst, '"')
}

// ErrSyntax is wrapped by every error of Parse.
var ErrSyntax = errors.New("invalid JSON")
