package python

import (
	"slices"
	"testing"
)

func TestRequirementAccepts(t *testing.T) {
	for _, c := range []struct {
		spec, version string
		want          bool
	}{
		{"Django>=3,<5", "4.2.1", true}, {"Django>=3,<5", "5.0", false}, {"a==1.0", "1.0.0", true}, {"a==1.*", "1.9", true}, {"a==1.*", "11.0", false},
		{"a!=1.2", "1.2", false}, {"a~=1.4.2", "1.4.9", true}, {"a~=1.4.2", "1.5", false}, {"a>1.0", "1.0.post1", true}, {"a>=1.0", "1.0rc1", false}, {"a", "0", true},
	} {
		if got := parseRequirement(c.spec).accepts(c.version); got != c.want {
			t.Errorf("%s accepts %s = %v", c.spec, c.version, got)
		}
	}
}

func TestRejoin(t *testing.T) {
	if got := rejoin([]string{"a>=1", "<2", "b[x", "y]==3", "c"}); !slices.Equal(got, []string{"a>=1,<2", "b[x,y]==3", "c"}) {
		t.Errorf("got %q", got)
	}
}
