package verify

import "testing"

// TestWhatARunCarries: what the first tasks of a run have left counts as long as somebody reads it before it is set anew.
func TestWhatARunCarries(t *testing.T) {
	step := func(name string, sets map[string]string, reads ...string) *Step {
		s := &Step{Task: Task{Name: name}, Sets: sets, Reads: map[string]bool{}}
		for _, r := range reads {
			s.Reads[r] = true
		}
		return s
	}
	user := func(values string) map[string]string { return map[string]string{"user": values} }
	for name, c := range map[string]struct {
		before, after string
		later         []*Step
		carried       bool
	}{
		"nobody reads it":                        {"a=1\n", "a=2\n", []*Step{step("other", nil, "else")}, false},
		"somebody reads it":                      {"a=1\n", "a=2\n", []*Step{step("other", nil), step("reads", nil, "user")}, true},
		"it is the same":                         {"a=1\n", "a=1\n", []*Step{step("reads", nil, "user")}, false},
		"it is set anew before":                  {"a=1\n", "a=2\n", []*Step{step("sets", user("a=3\n")), step("reads", nil, "user")}, false},
		"it is set anew behind":                  {"a=1\n", "a=2\n", []*Step{step("reads", nil, "user"), step("sets", user("a=3\n"))}, true},
		"it is set anew from what it was":        {"a=1\n", "a=2\n", []*Step{step("adds", user("a=3\n"), "user")}, true},
		"on one host alone":                      {"a=1\nb=1\n", "a=1\nb=2\n", []*Step{step("sets", user("a=3\n")), step("reads", nil, "user")}, true},
		"on all":                                 {"a=1\nb=1\n", "a=1\nb=2\n", []*Step{step("sets", user("a=3\nb=3\n")), step("reads", nil, "user")}, false},
		"on a host of a similar name":            {"a=1\n", "a=2\n", []*Step{step("sets", user("ba=3\n")), step("reads", nil, "user")}, true},
		"on all but one that the second run has": {"a=1\n", "a=1\nb=1\n", []*Step{step("sets", user("a=3\n")), step("reads", nil, "user")}, true},
	} {
		reference := &Trace{Steps: append([]*Step{step("first", user(c.before))}, c.later...)}
		resumed := &Trace{Steps: []*Step{step("first", user(c.after))}}
		if got := carried(reference, resumed, 1); (len(got) > 0) != c.carried {
			t.Errorf("%s: carried %q", name, got)
		}
	}
	facts := func(v string) map[string]string { return map[string]string{factsAsOne: v} }
	reference := &Trace{Steps: []*Step{step("first", facts("a=1\n")), step("more", facts("a=2\n")), step("reads", nil, factsAsOne)}}
	if got := carried(reference, &Trace{Steps: []*Step{step("first", facts("a=3\n"))}}, 1); len(got) == 0 {
		t.Error("facts are added to, not replaced")
	}
}
