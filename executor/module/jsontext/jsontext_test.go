package jsontext

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type named map[string]any

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	given := map[string]any{
		"int": 1, "int64": int64(math.MaxInt64), "uint32": uint32(7), "float": 1.5, "round": 2.0, "tiny": 1e-9, "huge": 1e300, "large": Large("-123456789012345678901234567890"),
		"text": "a\"b\\c\n\t\x01é€😀<&>", "bad": "a\xffb", "yes": true, "none": nil, "strs": []string{"a", "b"}, "empty": []any{},
		"strmap": map[string]string{"k": "v"}, "maps": []map[string]any{{"x": 1}}, "named": named{"y": []int{1, 2}},
		"nilmap": map[string]any(nil), "nilslice": []string(nil),
	}
	want := map[string]any{
		"int": int64(1), "int64": int64(math.MaxInt64), "uint32": int64(7), "float": 1.5, "round": 2.0, "tiny": 1e-9, "huge": 1e300, "large": Large("-123456789012345678901234567890"),
		"text": "a\"b\\c\n\t\x01é€😀<&>", "bad": "a\uFFFDb", "yes": true, "none": nil, "strs": []any{"a", "b"}, "empty": []any{},
		"strmap": map[string]any{"k": "v"}, "maps": []any{map[string]any{"x": int64(1)}}, "named": map[string]any{"y": []any{int64(1), int64(2)}},
		"nilmap": nil, "nilslice": nil,
	}
	text, err := Append(nil, given)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changed on the way (-want +got):\n%s\n%s", diff, text)
	}
	if !json.Valid(text) {
		t.Errorf("encoding/json does not take it: %s", text)
	}
}

func TestWhatHasNoJSON(t *testing.T) {
	for _, v := range []any{math.NaN(), math.Inf(1), struct{ A int }{1}, make(chan int), map[int]string{1: "a"}, map[string]any{"f": func() {}}} {
		if text, err := Append(nil, v); err == nil {
			t.Errorf("%T is written as %s", v, text)
		}
	}
}

func TestTextThatIsNoJSON(t *testing.T) {
	for _, text := range []string{"", " ", "{", "[1,]", `{"a":1,}`, `{"a" 1}`, `{a:1}`, "01", "-", "1.", "1e", "+1", `"a`, "\"a\nb\"", `"\x"`, `"\u12"`, `"\u12g4"`,
		"tru", "nul", "1 2", "[1 2]", strings.Repeat("[", maxDepth+1)} {
		if v, err := Parse([]byte(text)); err == nil {
			t.Errorf("%.40q is read as %v", text, v)
		}
		if json.Valid([]byte(text)) {
			t.Errorf("%.40q is JSON", text)
		}
	}
}

// FuzzParse compares with encoding/json.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,-0,1e3,"\u00e9\ud83d\ude00\ud83d",null,true]}`, `"\ud800\u0041"`, " [ ] ", "\"\xff\"", "1e999", "123456789012345678901234567890"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Parse(text)
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var want any
		wantErr := d.Decode(&want)
		if wantErr == nil && !json.Valid(text) { // more text after the value
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: %v, encoding/json says %v", text, err, wantErr)
		}
		if err == nil && !same(got, want) {
			t.Fatalf("%q: %#v, encoding/json has %#v", text, got, want)
		}
	})
}

func same(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for k, v := range want {
			if w, has := g[k]; !has || !same(w, v) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for i := range want {
			if !same(g[i], want[i]) {
				return false
			}
		}
		return true
	case json.Number:
		switch g := got.(type) {
		case int64:
			n, err := want.Int64()
			return err == nil && n == g
		case Large:
			_, err := want.Int64()
			return err != nil && string(g) == string(want)
		case float64:
			f, err := want.Float64()
			return err == nil && f == g
		case string:
			_, err := want.Float64()
			return err != nil && g == string(want)
		}
		return false
	}
	return reflect.DeepEqual(got, want)
}
