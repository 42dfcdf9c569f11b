package source

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkParse reads a file of 1,000 tasks, about 100 kB.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "- name: install package %d\n  apt: name=x%d state=present # note\n  when: \"a == '%d'\"\n  with_items:\n    - x\n", i, i, i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := Parse("b.yml", []byte(text.String())); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLongLinesAreReadInLinearTime reads half a megabyte of JSON on one line, which takes minutes if every place is counted
// from the start of its line.
func TestLongLinesAreReadInLinearTime(t *testing.T) {
	text := "[" + strings.Repeat(`{"é": "v", "n": 1}, `, 25_000) + "0]"
	start := time.Now()
	f, err := Parse("l.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if n := f.Docs[0].Items[24_999].Get("n"); n.Pos.Column != 24_999*20+2+16 {
		t.Errorf("the last n is at %s", n.Pos)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
