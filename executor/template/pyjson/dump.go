// Package pyjson writes and reads JSON with exactly the text and the errors of Python's module json, which is what
// to_json, to_nice_json and from_json mean to the files they have been writing for years.
package pyjson

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/value"
)

// Options are the keyword arguments of json.dumps. Default gives those of a plain call.
type Options struct {
	ASCII bool // ensure_ascii
	// Indent is the text of one level; nil means all on one line.
	Indent        *string
	ItemSeparator string
	KeySeparator  string
	SortKeys      bool
	SkipKeys      bool
	NoNaN         bool // allow_nan=False
	// Convert makes something serializable of a value that JSON does not know; nil or a false result is a TypeError.
	Convert func(v value.Value) (value.Value, bool)
}

// Default returns the options of json.dumps(v).
func Default() Options { return Options{ASCII: true, ItemSeparator: ", ", KeySeparator: ": "} }

// maxDepth is near where Python gives up with RecursionError.
const maxDepth = 990

// Dumps is json.dumps.
func Dumps(v value.Value, o Options) (string, error) {
	w := &writer{Options: o}
	if err := w.value(v, 0); err != nil {
		return "", err
	}
	return w.out.String(), nil
}

type writer struct {
	Options
	out strings.Builder
}

func (w *writer) value(v value.Value, depth int) error {
	if depth > maxDepth {
		return value.Errorf(value.RecursionError, "maximum recursion depth exceeded while encoding a JSON object")
	}
	v, err := value.Force(v)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case value.NoneType:
		w.out.WriteString("null")
	case value.Bool:
		w.out.WriteString(map[value.Bool]string{true: "true", false: "false"}[v])
	case value.Int:
		fmt.Fprintf(&w.out, "%d", int64(v))
	case *value.BigInt:
		w.out.WriteString(v.String())
	case value.Float:
		return w.float(v)
	case value.Str:
		Quote(&w.out, string(v), w.ASCII)
	case value.Template:
		Quote(&w.out, v.Text, w.ASCII)
	case *value.List:
		return w.list(v.Items, depth)
	case value.Tuple:
		return w.list(v, depth)
	case *value.Dict:
		return w.dict(v, depth)
	case *value.Undefined:
		return v.Err()
	default:
		return w.foreign(v, depth)
	}
	return nil
}

func (w *writer) foreign(v value.Value, depth int) error {
	if w.Convert != nil {
		if other, ok := w.Convert(v); ok {
			return w.value(other, depth+1)
		}
	}
	return value.Errorf(value.TypeError, "Object of type %s is not JSON serializable", v.TypeName())
}

func (w *writer) float(f value.Float) error {
	text, err := floatText(f, w.NoNaN)
	w.out.WriteString(text)
	return err
}

func floatText(f value.Float, noNaN bool) (string, error) {
	x := float64(f)
	var text string
	switch {
	case math.IsNaN(x):
		text = "NaN"
	case math.IsInf(x, 1):
		text = "Infinity"
	case math.IsInf(x, -1):
		text = "-Infinity"
	default:
		return value.Repr(f)
	}
	if noNaN {
		return "", value.Errorf(value.ValueError, "Out of range float values are not JSON compliant: %s", strings.ToLower(text))
	}
	return text, nil
}

// newline starts a line of the given depth where the text is indented.
func (w *writer) newline(depth int) {
	if w.Indent == nil {
		return
	}
	w.out.WriteByte('\n')
	for range depth {
		w.out.WriteString(*w.Indent)
	}
}

func (w *writer) list(items []value.Value, depth int) error {
	if len(items) == 0 {
		w.out.WriteString("[]")
		return nil
	}
	w.out.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			w.out.WriteString(w.ItemSeparator)
		}
		w.newline(depth + 1)
		if err := w.value(item, depth+1); err != nil {
			return err
		}
	}
	w.newline(depth)
	w.out.WriteByte(']')
	return nil
}

type entry struct{ key, val value.Value }

func (w *writer) dict(d *value.Dict, depth int) error {
	if d.Len() == 0 {
		w.out.WriteString("{}")
		return nil
	}
	entries := make([]entry, 0, d.Len())
	for k, v := range d.All() {
		entries = append(entries, entry{k, v})
	}
	if w.SortKeys {
		if err := sortEntries(entries); err != nil {
			return err
		}
	}
	w.out.WriteByte('{')
	first := true
	for _, e := range entries {
		key, ok, err := w.key(e.key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if !first {
			w.out.WriteString(w.ItemSeparator)
		}
		first = false
		w.newline(depth + 1)
		Quote(&w.out, key, w.ASCII)
		w.out.WriteString(w.KeySeparator)
		if err := w.value(e.val, depth+1); err != nil {
			return err
		}
	}
	w.newline(depth)
	w.out.WriteByte('}')
	return nil
}

func sortEntries(entries []entry) (err error) {
	slices.SortStableFunc(entries, func(a, b entry) int {
		less, e := value.Less(a.key, b.key)
		if e != nil && err == nil {
			err = e
		}
		if less {
			return -1
		}
		if more, _ := value.Less(b.key, a.key); more {
			return 1
		}
		return 0
	})
	return err
}

// key gives a dict key as JSON writes it; ok is false where the entry is to be skipped.
func (w *writer) key(k value.Value) (text string, ok bool, err error) {
	switch k := k.(type) {
	case value.Str:
		return string(k), true, nil
	case value.Template:
		return k.Text, true, nil
	case value.NoneType:
		return "null", true, nil
	case value.Bool:
		if k {
			return "true", true, nil
		}
		return "false", true, nil
	case value.Int, *value.BigInt:
		text, err = value.Repr(k)
		return text, true, err
	case value.Float:
		text, err = floatText(k, w.NoNaN)
		return text, true, err
	}
	if w.SkipKeys {
		return "", false, nil
	}
	return "", false, value.Errorf(value.TypeError, "keys must be str, int, float, bool or None, not %s", k.TypeName())
}

var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\f': `\f`, '\b': `\b`}

// Quote writes s as a JSON string. Bytes that are not UTF-8 come out as the lone surrogates that Python reads them as.
func Quote(out *strings.Builder, s string, ascii bool) {
	out.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(out, `\udc%02x`, s[i])
			i++
			continue
		}
		i += size
		switch esc, special := escapes[r]; {
		case special:
			out.WriteString(esc)
		case r < 0x20:
			fmt.Fprintf(out, `\u%04x`, r)
		case r < 0x7f || !ascii:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(out, `\u%04x`, r)
		}
	}
	out.WriteByte('"')
}
