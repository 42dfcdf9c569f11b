package wire

import "testing"

func TestHolds(t *testing.T) {
	results := map[uint32]map[string]any{
		3: {"changed": true, "stdout": "Status: active", "stat": map[string]any{"exists": false, "size": int64(1)}},
	}
	type c = []any
	exists, changed := c{"is", int64(3), "stat", "exists"}, c{"is", int64(3), "changed"}
	missing := c{"is", int64(3), "nothing"}
	for name, tc := range map[string]struct {
		c            c
		holds, known bool
	}{
		"none":                            {nil, true, true},
		"a bool":                          {changed, true, true},
		"below a key":                     {exists, false, true},
		"not":                             {c{"not", exists}, true, true},
		"a part of a text":                {c{"in", "active", int64(3), "stdout"}, true, true},
		"no part of it":                   {c{"in", "deny", int64(3), "stdout"}, false, true},
		"and":                             {c{"and", changed, exists}, false, true},
		"or":                              {c{"or", exists, changed}, true, true},
		"and needs no second":             {c{"and", exists, missing}, false, true},
		"or needs no second":              {c{"or", changed, missing}, true, true},
		"a key that is not there":         {missing, false, false},
		"not of what is unknown":          {c{"not", missing}, true, false},
		"and of what is unknown":          {c{"and", missing, exists}, false, false},
		"a number is no bool":             {c{"is", int64(3), "stat", "size"}, false, false},
		"a bool is no text":               {c{"in", "x", int64(3), "changed"}, false, false},
		"nothing below a text":            {c{"is", int64(3), "stdout", "x"}, false, false},
		"a call that was not done":        {c{"is", int64(4), "changed"}, false, false},
		"a text that may be missing":      {c{"in?", "x", int64(3), "msg"}, false, true},
		"one that is there":               {c{"in?", "active", int64(3), "stdout"}, true, true},
		"one that is no text":             {c{"in?", "x", int64(3), "changed"}, false, false},
		"a bool that may be missing":      {c{"is?", int64(3), "stat", "islnk"}, false, true},
		"below what is missing":           {c{"is?", int64(3), "stats", "exists"}, false, false},
		"below what is no map":            {c{"is?", int64(3), "changed", "exists"}, false, false},
		"all of a call that was not done": {c{"is?", int64(4), "changed"}, false, false},
		"a word that is none":             {c{"xor", changed, exists}, false, false},
		"half a condition":                {c{"and", changed}, false, false},
		"no text to look for":             {c{"in"}, false, false},
		"the call itself is no condition": {c{"is", int64(3)}, false, false},
	} {
		if holds, known := Holds(tc.c, results); known != tc.known || known && holds != tc.holds {
			t.Errorf("%s: %v, known %v; want %v, %v", name, holds, known, tc.holds, tc.known)
		}
	}
}
