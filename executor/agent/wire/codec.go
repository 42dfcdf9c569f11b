package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Encode writes a payload: JSON, with every byte that JSON does not forbid left as it is.
func Encode(content any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// Decode reads a payload into content, a pointer to one of this package's types (or a slice of them). Numbers within
// arguments and results become int64 where they are whole, float64 otherwise.
func Decode(payload []byte, content any) error {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(content); err != nil {
		return fmt.Errorf("%w: %v", ErrFrame, err)
	}
	switch content := content.(type) {
	case *[]Call:
		for i := range *content {
			numbers((*content)[i].Args)
		}
	case *Call:
		numbers(content.Args)
	case *Reply:
		numbers(content.Result)
	case *map[string]any:
		numbers(*content)
	}
	return nil
}

// numbers replaces json.Number by what modules and templates work with, in place where it can.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			switch item.(type) {
			case json.Number, map[string]any, []any:
				v[key] = numbers(item)
			}
		}
	case []any:
		for i, item := range v {
			v[i] = numbers(item)
		}
	case json.Number:
		return number(v)
	}
	return v
}

func number(n json.Number) any {
	if !strings.ContainsAny(string(n), ".eE") {
		if whole, err := n.Int64(); err == nil {
			return whole
		}
	}
	float, err := n.Float64()
	if err != nil {
		return string(n) // larger than any number of the machine: its digits are all that can be kept
	}
	return float
}
