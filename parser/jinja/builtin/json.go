package builtin

import (
	"strings"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// tojson is json.dumps with sorted keys, and what is special in HTML escaped.
func tojson(_ *call.Call, a value.Bound) (value.Value, error) {
	w := jsonWriter{indent: -1}
	switch v := a.Or(1, value.None).(type) {
	case value.NoneType:
	case value.Str:
		w.indent, w.unit = 1, string(v)
	default:
		n, err := value.Index(v)
		if err != nil {
			return nil, err
		}
		w.indent, w.unit = 1, strings.Repeat(" ", min(max(n, 0), 1000))
	}
	if err := w.value(a.Values[0], 0); err != nil {
		return nil, err
	}
	return value.Str(strings.NewReplacer("<", "\\u003c", ">", "\\u003e", "&", "\\u0026", "'", "\\u0027").Replace(string(w.b))), nil
}

// jsonWriter writes JSON with Python's separators. Indent -1 is one line.
type jsonWriter struct {
	b      []byte
	indent int
	unit   string
}

func (w *jsonWriter) newline(depth int) {
	if w.indent >= 0 {
		w.b = append(w.b, '\n')
		for ; depth > 0; depth-- {
			w.b = append(w.b, w.unit...)
		}
	}
}

func (w *jsonWriter) comma() {
	w.b = append(w.b, ',')
	if w.indent < 0 {
		w.b = append(w.b, ' ')
	}
}

func (w *jsonWriter) value(v value.Value, depth int) error {
	if depth > 500 {
		return value.Errorf(value.RecursionError, "maximum recursion depth exceeded while encoding a JSON object")
	}
	v, err := value.Force(v)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case value.NoneType, value.Bool, value.Int, value.Float, *value.BigInt:
		text, err := jsonScalar(v)
		w.b = append(w.b, text...)
		return err
	case value.Str:
		w.b = appendJSONString(w.b, string(v))
		return nil
	case *value.List, value.Tuple, *Group:
		return w.list(v, depth)
	case *value.Dict:
		return w.dict(v, depth)
	case *value.Undefined:
		return v.Err()
	}
	return value.Errorf(value.TypeError, "Object of type %s is not JSON serializable", v.TypeName())
}

// jsonScalar is the JSON of what is neither text nor container.
func jsonScalar(v value.Value) (string, error) {
	switch v := v.(type) {
	case value.NoneType:
		return "null", nil
	case value.Bool:
		if v {
			return "true", nil
		}
		return "false", nil
	}
	text, err := value.Repr(v)
	switch text {
	case "inf":
		text = "Infinity"
	case "-inf":
		text = "-Infinity"
	case "nan":
		text = "NaN"
	}
	return text, err
}

func (w *jsonWriter) list(v value.Value, depth int) error {
	items, err := value.ToSlice(v)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		w.b = append(w.b, "[]"...)
		return nil
	}
	w.b = append(w.b, '[')
	for i, item := range items {
		if i > 0 {
			w.comma()
		}
		w.newline(depth + 1)
		if err := w.value(item, depth+1); err != nil {
			return err
		}
	}
	w.newline(depth)
	w.b = append(w.b, ']')
	return nil
}

func (w *jsonWriter) dict(d *value.Dict, depth int) error {
	keys := d.Keys()
	if len(keys) == 0 {
		w.b = append(w.b, "{}"...)
		return nil
	}
	if err := value.Sort(keys, nil, false); err != nil {
		return err
	}
	w.b = append(w.b, '{')
	for i, k := range keys {
		if i > 0 {
			w.comma()
		}
		w.newline(depth + 1)
		name := ""
		switch k := k.(type) {
		case value.Str:
			name = string(k)
		case value.NoneType, value.Bool, value.Int, value.Float, *value.BigInt:
			name, _ = jsonScalar(k)
		default:
			return value.Errorf(value.TypeError, "keys must be str, int, float, bool or None, not %s", k.TypeName())
		}
		w.b = append(appendJSONString(w.b, name), ": "...)
		item, _ := d.Get(k)
		if err := w.value(item, depth+1); err != nil {
			return err
		}
	}
	w.newline(depth)
	w.b = append(w.b, '}')
	return nil
}

var jsonEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	unit := func(u rune) {
		b = append(b, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	b = append(b, '"')
	for _, r := range s {
		switch esc := jsonEscapes[r]; {
		case esc != "":
			b = append(b, esc...)
		case r >= ' ' && r < 0x7f:
			b = append(b, byte(r))
		case r == 0x7f:
			b = append(b, 0x7f)
		case r > 0xffff:
			unit(0xd800 + (r-0x10000)>>10)
			unit(0xdc00 + (r-0x10000)&0x3ff)
		case r == utf8.RuneError:
			unit(0xfffd)
		default:
			unit(r)
		}
	}
	return append(b, '"')
}
