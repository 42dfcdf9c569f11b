package storage

import "testing"

func TestSince(t *testing.T) {
	for _, c := range []struct {
		have, want string
		ok         bool
	}{{"2.3.16", "2.2.99", true}, {"2.02.98", "2.2.99", false}, {"3.4.64", "3.1", true}, {"3", "3.1", false}, {"1.10.0", "1.9.0", true}} {
		if got := since(c.have, c.want); got != c.ok {
			t.Errorf("%s since %s: %v", c.have, c.want, got)
		}
	}
}

// Percentages make whole extents, rounded down.
func TestSizeOfAPercentage(t *testing.T) {
	for _, c := range []struct {
		size                    string
		have, all, free, extent float64
		want                    float64
	}{
		{"50%VG", 100, 1021, 400, 4, 508},
		{"100%FREE", 100, 1021, 402, 4, 400},
		{"+10%FREE", 100, 1024, 400, 4, 140},
		{"-10%VG", 200, 1024, 0, 4, 96},
	} {
		z, err := parseVolumeSize(c.size)
		if err != nil {
			t.Fatal(err)
		}
		if got := z.of(c.have, c.all, c.free, c.extent); got != c.want {
			t.Errorf("%s: %v, want %v", c.size, got, c.want)
		}
	}
}

func TestSizesThatAreNone(t *testing.T) {
	for _, s := range []string{"many", "+", "g", "nan", "-x%VG", "10%", ".5g"} {
		if z, err := parseVolumeSize(s); err == nil {
			t.Errorf("%q is %+v", s, z)
		}
	}
}
