package wire

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryFieldTravels fills each field of each type and sees it arrive: one that fields() forgets does not.
func TestEveryFieldTravels(t *testing.T) {
	for _, m := range []message{&Call{}, &Become{}, &Program{}, &Blob{}, &Reply{}, &Hello{}, &Need{}} {
		filled := reflect.ValueOf(m).Elem()
		for i := range filled.NumField() {
			fill(t, filled.Field(i))
		}
		if n := len(m.fields()); n != filled.NumField() {
			t.Errorf("%T has %d fields, %d of them travel", m, filled.NumField(), n)
		}
		text, err := appendMessage(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		got := reflect.New(filled.Type()).Interface().(message)
		if err := Decode(text, got); err != nil {
			t.Fatalf("%T: %v", m, err)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Errorf("%T changed on the way (-sent +received):\n%s", m, diff)
		}
	}
}

func fill(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint32:
		v.SetUint(1<<32 - 1)
	case reflect.Uint64:
		v.SetUint(1<<64 - 1)
	default:
		some := map[reflect.Type]any{
			reflect.TypeFor[map[string]any]():    map[string]any{"n": int64(1)},
			reflect.TypeFor[map[string]string](): map[string]string{"A": "b"},
			reflect.TypeFor[[]byte]():            []byte{0, 255},
			reflect.TypeFor[[]any]():             []any{"not", []any{"is", int64(7), "changed"}},
			reflect.TypeFor[*Become]():           &Become{User: "u", Password: "p"},
			reflect.TypeFor[*Program]():          &Program{SHA256: "h", Size: 1},
			reflect.TypeFor[map[string]Blob]():   map[string]Blob{"src": {SHA256: "h", Inline: []byte("x")}},
		}[v.Type()]
		if some == nil {
			t.Fatalf("no example of a %s", v.Type())
		}
		v.Set(reflect.ValueOf(some))
	}
}

func TestMessagesOfOtherTypes(t *testing.T) {
	for _, text := range []string{`7`, `{}`, `[7]`, `[{"id":-1}]`, `[{"id":4294967296}]`, `[{"id":"a"}]`, `[{"e":{"A":1}}]`, `[{"bl":{"src":{"i":"*"}}}]`, `[{"b":1}]`} {
		var calls []Call
		if err := Decode([]byte(text), &calls); err == nil {
			t.Errorf("%s is read as %v", text, calls)
		}
	}
}
