package wire

import "strings"

// A condition (Call.If) is a list that begins with a word:
//
//	not C      and C C      or C C
//	is CALL KEY...          what the call returned under the keys, a bool
//	in TEXT CALL KEY...     TEXT is a part of it, a text
//
// It decides the same as the condition of a playbook that it was made of, or nothing: where a result is missing or of another type, nothing is
// known, and the batch ends.

// Holds decides a condition over results by the ids of their calls. Without a condition it holds.
func Holds(c []any, results map[uint32]map[string]any) (holds, known bool) {
	if len(c) == 0 {
		return true, true
	}
	switch c[0] {
	case "not":
		holds, known = part(c, 1, results)
		return !holds, known
	case "and", "or":
		holds, known = part(c, 1, results)
		if !known || holds == (c[0] == "or") {
			return holds, known
		}
		return part(c, 2, results)
	case "is":
		holds, known = at(c, 1, results).(bool)
	case "in":
		text, isText := at(c, 2, results).(string)
		if len(c) < 2 {
			return false, false
		}
		piece, ok := c[1].(string)
		return strings.Contains(text, piece), isText && ok
	}
	return holds, known
}

// part decides the condition that is a part of c.
func part(c []any, i int, results map[uint32]map[string]any) (holds, known bool) {
	if i < len(c) {
		if inner, _ := c[i].([]any); len(inner) > 0 {
			return Holds(inner, results)
		}
	}
	return false, false
}

// at is what a call returned, the call's id and the keys being the rest of c; nil where there is nothing.
func at(c []any, i int, results map[uint32]map[string]any) any {
	if i >= len(c) {
		return nil
	}
	id, _ := c[i].(int64)
	var v any = results[uint32(id)]
	for _, key := range c[i+1:] {
		inner, _ := v.(map[string]any)
		name, _ := key.(string)
		v = inner[name]
	}
	return v
}
