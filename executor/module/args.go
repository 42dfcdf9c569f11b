package module

import "strconv"

// Args are a call's arguments after validation: bool, int64, float64, string, []any, map[string]any, or absent.
// The typed readers return the zero value for an absent argument and never fail, since the catalog has checked types.
type Args map[string]any

// Has tells whether an argument was given (or has a default).
func (a Args) Has(name string) bool { v, ok := a[name]; return ok && v != nil }

// Str reads a string.
func (a Args) Str(name string) string { s, _ := a[name].(string); return s }

// Bool reads a bool.
func (a Args) Bool(name string) bool { b, _ := a[name].(bool); return b }

// Int reads an int.
func (a Args) Int(name string) int64 {
	switch v := a[name].(type) {
	case int64:
		return v
	case float64: // as JSON brings it
		return int64(v)
	}
	return 0
}

// Float reads a float.
func (a Args) Float(name string) float64 {
	switch v := a[name].(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// List reads a list.
func (a Args) List(name string) []any { l, _ := a[name].([]any); return l }

// Strs reads a list of strings.
func (a Args) Strs(name string) []string {
	var out []string
	for _, v := range a.List(name) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Map reads a dict.
func (a Args) Map(name string) map[string]any { m, _ := a[name].(map[string]any); return m }

// Text reads a scalar as text: a string as it is, a number in decimal ("owner: 1000").
func (a Args) Text(name string) string {
	switch v := a[name].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
