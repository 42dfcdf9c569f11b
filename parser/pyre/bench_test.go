package pyre

import (
	"strings"
	"testing"
)

// BenchmarkLines is lineinfile on a file of ten thousand lines.
func BenchmarkLines(b *testing.B) {
	lines := strings.SplitAfter(strings.Repeat("some.key = some value # comment\n", 10000), "\n")
	re, err := Compile(`^#?\s*other\.key\b.*$`, Bytes)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, line := range lines {
			if m, err := re.Search(line); m != nil || err != nil {
				b.Fatal(m, err)
			}
		}
	}
}
