package packaging

import "testing"

func TestVersionsOfRPMsAreOrdered(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"1.0", "1.0", 0}, {"1.0", "2.0", -1}, {"1.10", "1.9", 1}, {"1.010", "1.10", 0}, {"2.0.1", "2.0", 1}, {"1.0a", "1.0", 1}, {"1.0a", "1.0.1", -1},
		{"a", "1", -1}, {"1.0~rc1", "1.0", -1}, {"1.0~rc1", "1.0~rc2", -1}, {"1.0^git1", "1.0", 1}, {"1.0^git1", "1.0.1", -1}, {"1.0^", "1.0~", 1},
		{"1_0", "1.0", 0}, {"20240101", "3", 1}, {"1.el9", "1.el10", -1},
	} {
		if got := compareRPMPart(c.a, c.b); got != c.want {
			t.Errorf("%s against %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := compareRPMPart(c.b, c.a); got != -c.want {
			t.Errorf("%s against %s: %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestSpecificationsOfPackages(t *testing.T) {
	have := []rpmPackage{{"alpha", "0", "1.0", "1", "noarch"}, {"python3-six", "0", "1.16.0", "9.el9", "noarch"}, {"zeta", "1", "1.0", "2", "x86_64"}}
	for spec, want := range map[string]struct{ installed, newer bool }{
		"alpha": {true, false}, "alpha.noarch": {true, false}, "alpha.x86_64": {false, false}, "alpha-1.0-1": {true, false}, "alpha-1.0": {false, false},
		"alpha-0.9-1": {false, true}, "alpha-1.1-1": {false, false}, "python3-six": {true, false}, "python3-six-1.16.0-9.el9.noarch": {true, false},
		"python3-six-1.15.0-9.el9": {false, true}, "zeta-1.0-2": {false, true}, "zeta-1:1.0-2": {true, false}, "1:zeta-1.0-2": {true, false}, "gamma": {false, false},
	} {
		if got := rpmInstalled(have, spec); got != want.installed {
			t.Errorf("%s is installed: %v", spec, got)
		}
		if got := rpmNewer(have, spec); got != want.newer {
			t.Errorf("a later version than %s is installed: %v", spec, got)
		}
	}
	for spec, want := range map[string]int{"*": 3, "a*": 1, "zeta-1:1.0-2.x86_64": 1, "alpha-1.0": 1, "alpha-2.0": 0, "python3-*": 1} {
		if got := len(rpmMatches(have, spec)); got != want {
			t.Errorf("%s matches %d packages, want %d", spec, got, want)
		}
	}
}
