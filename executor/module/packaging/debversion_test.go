package packaging

import "testing"

// The order of Debian Policy 5.6.12, and of dpkg --compare-versions.
func TestCompareDeb(t *testing.T) {
	for _, ascending := range [][]string{
		{"1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1.1", "1.0a", "1.0+b", "1.0.1", "1.1", "1.10", "2", "1:0.1", "2:0"},
		{"0", "0a", "0.0.1", "00001"},
		{"2.36-9+deb12u10", "2.36-9+deb12u14"},
		{"1.2.3-4", "1.2.3-4ubuntu1", "1.2.3-5"},
	} {
		for i := range ascending {
			for j := range ascending {
				if got, want := sign(compareDeb(ascending[i], ascending[j])), sign(i-j); got != want {
					t.Errorf("compareDeb(%q, %q) = %d, want %d", ascending[i], ascending[j], got, want)
				}
			}
		}
	}
	for _, same := range [][2]string{{"1.0", "1.00"}, {"0:1", "1"}, {"1.0-0", "1.0-"}, {"1.0", "1.0-0"}} {
		if c := compareDeb(same[0], same[1]); c != 0 {
			t.Errorf("compareDeb(%q, %q) = %d, want 0", same[0], same[1], c)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func FuzzCompareDeb(f *testing.F) {
	f.Add("1:2.3-4", "1:2.3-4~x")
	f.Fuzz(func(t *testing.T, a, b string) {
		if sign(compareDeb(a, b)) != -sign(compareDeb(b, a)) {
			t.Errorf("%q and %q are ordered both ways", a, b)
		}
	})
}
