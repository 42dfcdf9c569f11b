package vars

import (
	"os"
	"path/filepath"
	"testing"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
)

func parse(t *testing.T, text string) *source.Node {
	t.Helper()
	f, err := source.Parse("v.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f.Docs[0]
}

func TestOnlyTextWithATemplateIsATemplate(t *testing.T) {
	d := Dict(parse(t, "a: plain\nb: '{{ x }}'\nc: !unsafe '{{ x }}'\nd: !unsafe ['{{ x }}']\ne: 0644\nf: ['{% if x %}']\ng: yes\nh: 2024-01-31\n"), nil)
	want := map[string]value.Value{
		"a": value.Str("plain"),
		"c": value.Str("{{ x }}"), "e": value.Int(420), "g": value.Bool(true), "h": value.Str("2024-01-31"),
	}
	for k, v := range want {
		if got, _ := d.GetStr(k); got != v {
			t.Errorf("%s: got %#v, want %#v", k, got, v)
		}
	}
	b, _ := d.GetStr("b")
	if b, ok := b.(value.Template); !ok || b.Text != "{{ x }}" || b.Origin.String() != "v.yml:2:4" {
		t.Errorf("b: got %#v", b)
	}
	list, _ := d.GetStr("d")
	if got := list.(*value.List).Items[0]; got != value.Str("{{ x }}") {
		t.Errorf("what is inside !unsafe is unsafe: got %#v", got)
	}
	list, _ = d.GetStr("f")
	if _, ok := list.(*value.List).Items[0].(value.Template); !ok {
		t.Errorf("templates in lists are templates")
	}
}

func TestSecretsOpenWhenTheyAreRead(t *testing.T) {
	calls := 0
	d := Dict(parse(t, "a: !vault |\n  sealed\n"), func(text []byte) ([]byte, error) { calls++; return append([]byte("open "), text...), nil })
	v, _ := d.GetStr("a")
	if calls != 0 {
		t.Error("nothing was read yet")
	}
	for range 2 {
		if got, err := v.(value.Lazy).Force(); err != nil || got != value.Str("open sealed\n") {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if calls != 1 {
		t.Errorf("opened %d times", calls)
	}
}

func TestExtraVarsInAllTheirForms(t *testing.T) {
	file := filepath.Join(t.TempDir(), "e.yml")
	os.WriteFile(file, []byte("n: 3\n"), 0o600)
	for _, c := range []struct {
		option string
		want   value.Value // of n; nil for an error
	}{
		{"n=3", value.Str("3")}, {"m=1 n='a b'", value.Str("a b")}, {`{"n": 3}`, value.Int(3)}, {"{n: yes}", value.Bool(true)},
		{"@" + file, value.Int(3)}, {file, nil}, {"[1]", nil}, {"{n: ", nil}, {"n", nil}, {"@/nowhere", nil}, {"n='", nil},
	} {
		d, err := Extra(c.option, "-e", nil)
		if c.want == nil {
			if err == nil {
				t.Errorf("%s must be refused", c.option)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.option, err)
			continue
		}
		if got, _ := d.GetStr("n"); got != c.want {
			t.Errorf("%s: n is %#v, want %#v", c.option, got, c.want)
		}
	}
}

func TestFindTakesADirectoryOrTheFirstFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"web/b.yml", "web/a", "web/.hidden", "web/x.yml~", "web/sub/c.json", "web/not.d/d.yml", "web.yml", "db.yaml", "db.json", "db.txt"} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		os.WriteFile(path, nil, 0o600)
	}
	for name, want := range map[string][]string{"web": {"web/a", "web/b.yml", "web/sub/c.json"}, "db": {"db.yaml"}, "none": nil, "/web": nil} {
		got := Find(dir, name)
		ok := len(got) == len(want)
		for i := range got {
			ok = ok && got[i] == filepath.Join(dir, want[i])
		}
		if !ok {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
