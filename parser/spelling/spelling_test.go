package spelling

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"owner", "mode", "path", "state", "become", "become_user", "name"}
	for slip, want := range map[string]string{
		"onwer":      "owner", // a swap is one slip
		"moed":       "mode",
		"statee":     "state",
		"becom_user": "become_user",
		"becone":     "become",
		"pth":        "path",
		"owner":      "owner",
		"x":          "",
		"recurse":    "",
		"":           "",
	} {
		if got := Nearest(slip, words); got != want {
			t.Errorf("%q: %q, want %q", slip, got, want)
		}
	}
	if got := Nearest("x", []string{"y"}); got != "" {
		t.Errorf("%q is near a single letter", got)
	}
	if got := Nearest("tag", []string{"tab", "tags", "bag"}); got != "tags" {
		t.Errorf("of words that are as near the longer one is meant, not %q", got)
	}
}
