package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"pylint-deploy/executor/module/jsontext"
)

// Encode writes a payload: one of this package's types, a list of calls, or a map. It is JSON, with every byte that JSON
// does not forbid left as it is.
func Encode(content any) ([]byte, error) {
	text, err := encode(nil, content)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return text, nil
}

func encode(dst []byte, content any) ([]byte, error) {
	switch content := content.(type) {
	case []Call:
		dst = append(dst, '[')
		for i := range content {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendMessage(dst, &content[i]); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case Call:
		return appendMessage(dst, &content)
	case Reply:
		return appendMessage(dst, &content)
	case Hello:
		return appendMessage(dst, &content)
	case Need:
		return appendMessage(dst, &content)
	}
	return jsontext.Append(dst, content)
}

// Decode reads a payload into content, a pointer to what Encode takes. Numbers within arguments and results become int64
// where they are whole, float64 otherwise. Fields that are not known are passed over.
func Decode(payload []byte, content any) error {
	v, err := jsontext.Parse(payload)
	if err == nil {
		err = decode(v, content)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", ErrFrame, err)
	}
	return nil
}

var errType = errors.New("a field of another type")

func decode(v, content any) error {
	switch content := content.(type) {
	case *[]Call:
		list, ok := v.([]any)
		if !ok {
			return errType
		}
		*content = make([]Call, len(list))
		for i := range list {
			if err := readMessage(list[i], &(*content)[i]); err != nil {
				return err
			}
		}
		return nil
	case *map[string]any:
		m, ok := v.(map[string]any)
		if !ok {
			return errType
		}
		*content = m
		return nil
	case message:
		return readMessage(v, content)
	}
	return fmt.Errorf("%T is no message", content)
}

// message is a struct that travels: its fields by the names that they have on the way, as pointers. A field that has the
// zero value is not sent.
type message interface{ fields() []field }

type field struct {
	name string
	at   any
}

func (c *Call) fields() []field {
	return []field{{"id", &c.ID}, {"m", &c.Module}, {"a", &c.Args}, {"c", &c.Check}, {"d", &c.Diff}, {"v", &c.Verbosity}, {"nl", &c.NoLog},
		{"e", &c.Env}, {"b", &c.Become}, {"t", &c.TimeoutMS}, {"as", &c.AsyncSeconds}, {"j", &c.JobID}, {"bl", &c.Blobs}, {"pg", &c.Program},
		{"ep", &c.Epoch}, {"ct", (*int)(&c.Counts)}, {"s", &c.StopOnFailure}, {"w", &c.Within}, {"if", &c.If}}
}

func (b *Become) fields() []field {
	return []field{{"u", &b.User}, {"m", &b.Method}, {"f", &b.Flags}, {"x", &b.Exe}, {"p", &b.Password}}
}

func (p *Program) fields() []field { return []field{{"h", &p.SHA256}, {"n", &p.Size}} }

func (b *Blob) fields() []field {
	return []field{{"h", &b.SHA256}, {"h1", &b.SHA1}, {"n", &b.Size}, {"i", &b.Inline}}
}

func (r *Reply) fields() []field {
	return []field{{"id", &r.ID}, {"r", &r.Result}, {"nr", &r.NotRun}, {"sk", &r.Skipped}, {"us", &r.Micros}}
}

func (h *Hello) fields() []field {
	return []field{{"proto", &h.Protocol}, {"os", &h.OS}, {"arch", &h.Arch}, {"pid", &h.PID}, {"uid", &h.UID}, {"user", &h.User}, {"home", &h.Home},
		{"ka", &h.KeepaliveMS}}
}

func (n *Need) fields() []field {
	return []field{{"b", &n.Batch}, {"h", &n.SHA256}, {"c", &n.Credit}}
}

func appendMessage(dst []byte, m message) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	for _, f := range m.fields() {
		v, err := outward(f.at)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(jsontext.AppendText(dst, f.name), ':')
		if text, ready := v.(rawText); ready {
			dst = append(dst, text...)
		} else if dst, err = jsontext.Append(dst, v); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// rawText is JSON already.
type rawText []byte

// outward is a field's value for the way; nil where it has the zero value.
func outward(at any) (any, error) {
	var v any
	zero := false
	switch at := at.(type) {
	case *string:
		v, zero = *at, *at == ""
	case *bool:
		v, zero = *at, !*at
	case *int:
		v, zero = *at, *at == 0
	case *int64:
		v, zero = *at, *at == 0
	case *uint32:
		v, zero = *at, *at == 0
	case *uint64:
		v, zero = int64(*at), *at == 0 // the same bits, since numbers are read as int64
	case *map[string]any:
		v, zero = *at, len(*at) == 0
	case *[]any:
		v, zero = *at, len(*at) == 0
	case *map[string]string:
		v, zero = *at, len(*at) == 0
	case *[]byte:
		v, zero = base64.StdEncoding.EncodeToString(*at), len(*at) == 0
	case **Become:
		if *at != nil {
			return asRaw(*at)
		}
		zero = true
	case **Program:
		if *at != nil {
			return asRaw(*at)
		}
		zero = true
	case *map[string]Blob:
		return blobsOutward(*at)
	default:
		return nil, fmt.Errorf("no field of a message is a %T", at)
	}
	if zero {
		return nil, nil
	}
	return v, nil
}

func asRaw(m message) (any, error) {
	text, err := appendMessage(nil, m)
	return rawText(text), err
}

func blobsOutward(blobs map[string]Blob) (any, error) {
	if len(blobs) == 0 {
		return nil, nil
	}
	var names []string
	for name := range blobs {
		names = append(names, name)
	}
	slices.Sort(names)
	text := rawText{'{'}
	for i, name := range names {
		if i > 0 {
			text = append(text, ',')
		}
		blob := blobs[name]
		var err error
		if text, err = appendMessage(append(jsontext.AppendText(text, name), ':'), &blob); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

func readMessage(v any, m message) error {
	given, ok := v.(map[string]any)
	if !ok {
		return errType
	}
	for _, f := range m.fields() {
		if v := given[f.name]; v != nil {
			if err := inward(v, f.at); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	return nil
}

// inward puts a value that has arrived into a field.
func inward(v, at any) error {
	ok := false
	switch at := at.(type) {
	case *string:
		*at, ok = v.(string)
	case *bool:
		*at, ok = v.(bool)
	case *int64:
		*at, ok = v.(int64)
	case *int:
		var n int64
		n, ok = v.(int64)
		*at = int(n)
	case *uint64:
		var n int64
		n, ok = v.(int64)
		*at = uint64(n)
	case *uint32:
		var n int64
		n, ok = v.(int64)
		*at, ok = uint32(n), ok && n >= 0 && n <= 1<<32-1
	case *map[string]any:
		*at, ok = v.(map[string]any)
	case *[]any:
		*at, ok = v.([]any)
	case *map[string]string:
		return eachOf(v, func(name string, v any) error {
			text, ok := v.(string)
			if !ok {
				return errType
			}
			if *at == nil {
				*at = map[string]string{}
			}
			(*at)[name] = text
			return nil
		})
	case *map[string]Blob:
		return eachOf(v, func(name string, v any) error {
			var blob Blob
			if err := readMessage(v, &blob); err != nil {
				return err
			}
			if *at == nil {
				*at = map[string]Blob{}
			}
			(*at)[name] = blob
			return nil
		})
	case *[]byte:
		text, isText := v.(string)
		if !isText {
			return errType
		}
		var err error
		*at, err = base64.StdEncoding.DecodeString(text)
		return err
	case **Become:
		*at = &Become{}
		return readMessage(v, *at)
	case **Program:
		*at = &Program{}
		return readMessage(v, *at)
	}
	if !ok {
		return errType
	}
	return nil
}

func eachOf(v any, do func(string, any) error) error {
	m, ok := v.(map[string]any)
	if !ok {
		return errType
	}
	for name, v := range m {
		if err := do(name, v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
