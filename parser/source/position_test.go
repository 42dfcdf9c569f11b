package source

import (
	"fmt"
	"strings"
	"testing"
)

// place is where the first occurrence of a word stands in a text.
func place(text, what string) string {
	i := strings.Index(text, what)
	line := strings.Count(text[:i], "\n") + 1
	column := len([]rune(text[strings.LastIndexByte(text[:i], '\n')+1:i])) + 1
	return fmt.Sprintf("t.yml:%d:%d", line, column)
}

// TestEveryCharacterOfAScalarHasItsPlace looks for the marker MARK in the value, and expects its place in the file.
func TestEveryCharacterOfAScalarHasItsPlace(t *testing.T) {
	for _, text := range []string{
		"k: MARK\n",
		"k: é {{ MARK }}\n",
		"k: one\n  two MARK three\n",
		"k: one\n\n\n    two\n  MARK\n",
		"k: 'it''s MARK'\n",
		"k: 'one\n  MARK'\n",
		"k: \"tab\\t \\u00e9 MARK\"\n",
		"k: \"one \\\n   two MARK\"\n",
		"k: \"one\n\n   MARK\"\n",
		"k: [\"a\\/b\", {b: \"x\\/\\\\/ MARK\"}]\n",
		"k: |\n  one\n\n    two MARK\n  three\n",
		"k: |2-\n    one\n  MARK\n",
		"k: >\n  one\n  two MARK\n\n  three\n",
		"k: >-\n  one\n\n   more\n  MARK\n",
		"k: &a !unsafe MARK\n",
		"k: !unsafe |  # note\n  one\n  MARK\n",
		"k: >+ # note\n\n  one MARK\n\n",
		"k: [a, {b: 'c MARK'}]\n",
		"k: one\r\n  MARK\r\n",
	} {
		f, err := Parse("t.yml", []byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		node := f.Docs[0].Get("k")
		if node.Kind == Sequence {
			node = node.Items[1].Get("b")
		}
		if got, want := node.PosAt(strings.Index(node.Text, "MARK")).String(), place(text, "MARK"); got != want {
			t.Errorf("%q: MARK is at %s, want %s", text, got, want)
		}
	}
}

func TestEndsAreJustPastTheLastCharacter(t *testing.T) {
	for _, c := range []struct{ text, end string }{
		{"k: value # note\n", "1:9"},
		{"k: 'a b'\nl: x\n", "1:9"},
		{"k: a\n  b  \nl: x\n", "2:4"},
		{"k: |\n  a\n  bc\n\nl: x\n", "3:5"},
		{"k: [a, b ] # x\nl: x\n", "1:11"},
		{"k: {a: 'b}'}\nl: x\n", "1:13"},
		{"k:\n  - a\n  - b: c\nl: x\n", "3:9"},
		{"k: []\nl: x\n", "1:6"},
	} {
		f, err := Parse("t.yml", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Docs[0].Get("k").End().String(); got != "t.yml:"+c.end {
			t.Errorf("%q ends at %s, want %s", c.text, got, c.end)
		}
	}
}

func TestCommentsHavePlacesAndScalarsHaveNone(t *testing.T) {
	text := "# head\na: b # after\nc: 'no # comment'\nd: x#y\ne: |  # header\n  # text\nf: # key\n  - g   # item\n#end\n"
	f, err := Parse("t.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range f.Comments() {
		got = append(got, fmt.Sprintf("%d:%d %s", c.Pos.Line, c.Pos.Column, c.Text))
	}
	want := []string{"1:1 # head", "2:6 # after", "5:7 # header", "7:4 # key", "8:9 # item", "9:1 #end"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestErrorsPointAtTheFault(t *testing.T) {
	for _, c := range []struct{ text, at, why, hint string }{
		{"a: b: c\n", "1:5", `": " inside a value`, "quote"},
		{"- a: 1\n- b: c: d\n", "2:7", `": " inside a value`, "quote"},
		{"a: {{ b }}\n", "1:5", "cannot be a key", "{{"},
		{"a: 1\nb: {{ b }}/x\n", "2:1", `expected "key: value"`, "{{"},
		{"a: 1\n\tb: 2\n", "2:1", "", "spaces"},
		{"a: 1\nb: @x\n", "2:4", "no value can start", "quotes"},
		{"a: 1\nb: 'x\nc: 2\n", "2:4", "never closed", "quote"},
		{"- a\n- b\nc: d\n", "3:1", `expected "- "`, "indentation"},
		{"a:\n  b: 1\n c: 2\n", "3:2", `expected "key: value"`, "indentation"},
		{"a: \"\\d\"\n", "1:5", "unknown escape", "backslash"},
		{"a: 'b' c\n", "1:1", `expected "key: value"`, "quote"},
		{"a: \xff\n", "1:4", "not UTF-8", "UTF-8"},
		{"a: b\nc: \x01\n", "2:4", "control characters", ""},
		{"a: !foo b\n", "1:9", "the tag !foo", "!vault"},
		{"some\ntext\n# c\nmore\ntext\n# d\n", "4:1", "after the end of the document", "indentation"},
		{"a: *b\n", "1:5", "no anchor", "quote"},
	} {
		_, err := Parse("t.yml", []byte(c.text))
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%q: got %v, want an error", c.text, err)
			continue
		}
		if at := strings.TrimPrefix(e.Pos.String(), "t.yml:"); at != c.at || !strings.Contains(e.Why, c.why) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%q: got %q\n want it at %s, saying %q and hinting %q", c.text, e.Error(), c.at, c.why, c.hint)
		}
	}
}

func TestDuplicateKeysWarn(t *testing.T) {
	f, err := Parse("t.yml", []byte("a: 1\nb: &m {x: 1}\na: 2\nc:\n  <<: *m\n  x: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Warnings) != 1 || f.Warnings[0].Pos.String() != "t.yml:3:1" || !strings.Contains(f.Warnings[0].Message, "found a duplicate dict key (a), first in line 1") {
		t.Errorf("warnings: %v", f.Warnings)
	}
	if v := f.Docs[0].Get("a"); v.Int() != 2 {
		t.Errorf("a is %v, the last value counts", v.Text)
	}
}

func TestAliasBombsAreRefused(t *testing.T) {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	if _, err := Parse("t.yml", []byte(text)); err == nil || !strings.Contains(err.Error(), "aliases") {
		t.Errorf("got %v", err)
	}
	if _, err := Parse("t.yml", []byte("a: &a [*a]\n")); err == nil {
		t.Error("an alias inside its own anchor must be refused")
	}
}

// FuzzParse: whatever the text, Parse returns; and every place that it gives lies in the text.
func FuzzParse(f *testing.F) {
	for _, s := range structures {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("f.yml", []byte(text))
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Pos.Line < 1 || e.Pos.Column < 1 {
				t.Fatalf("%q: error without a place: %v", text, err)
			}
			return
		}
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") +
			strings.Count(text, "\u2028") + strings.Count(text, "\u2029") + 1
		seen := map[*Node]bool{}
		var walk func(n *Node)
		walk = func(n *Node) {
			if seen[n] {
				return
			}
			seen[n] = true
			for _, p := range []Pos{n.Pos, n.End(), n.PosAt(0), n.PosAt(len(n.Text) / 2), n.PosAt(len(n.Text))} {
				if p.Line < 1 || p.Line > lines || p.Column < 1 {
					t.Fatalf("%q: place %v out of the text", text, p)
				}
			}
			for _, item := range n.Items {
				walk(item)
			}
			for _, p := range n.Pairs {
				walk(p.Key)
				walk(p.Value)
			}
		}
		for _, d := range file.Docs {
			walk(d)
		}
	})
}
