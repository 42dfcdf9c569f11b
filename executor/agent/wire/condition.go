package wire

import "strings"

// A condition (Call.If) is a list that begins with a word:
//
//	not C      and C C      or C C
//	is CALL KEY...          what the call returned under the keys, a bool
//	in TEXT CALL KEY...     TEXT is a part of it, a text
//	is? and in?             the same, where the last key may be missing: it counts as false, or as an empty text
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
	case "is", "is?":
		v, missing := at(c, 1, results)
		holds, known = v.(bool)
		return holds, known || missing && c[0] == "is?"
	case "in", "in?":
		v, missing := at(c, 2, results)
		text, isText := v.(string)
		if len(c) < 2 {
			return false, false
		}
		piece, ok := c[1].(string)
		return strings.Contains(text, piece), ok && (isText || missing && c[0] == "in?")
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

// at is what a call returned, the call's id and the keys being the rest of c; missing tells that it is only the last key that is not there.
func at(c []any, i int, results map[uint32]map[string]any) (v any, missing bool) {
	if i >= len(c) {
		return nil, false
	}
	id, _ := c[i].(int64)
	inner, keys := results[uint32(id)], c[i+1:]
	for n, key := range keys {
		name, _ := key.(string)
		var there bool
		if v, there = inner[name]; !there {
			return nil, inner != nil && n == len(keys)-1
		}
		inner, _ = v.(map[string]any)
	}
	return v, false
}
