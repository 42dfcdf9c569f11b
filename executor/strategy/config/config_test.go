package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ansible.cfg")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheEnvironmentCountsMoreThanTheFile(t *testing.T) {
	path := write(t, "[defaults]\nforks = 7 ; few\nroles_path = roles:/abs\nhost_key_checking = False\nunheard = 1\n# gathering = explicit\n")
	env := map[string]string{"ANSIBLE_FORKS": "9"}
	c, err := Load(path, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c.Int("DEFAULT_FORKS") != 9 || c.Bool("HOST_KEY_CHECKING") || c.Str("DEFAULT_GATHERING") != "implicit" {
		t.Errorf("forks %d, host keys %v, gathering %s", c.Int("DEFAULT_FORKS"), c.Bool("HOST_KEY_CHECKING"), c.Str("DEFAULT_GATHERING"))
	}
	want := []string{filepath.Join(filepath.Dir(path), "roles"), "/abs"}
	if got := c.Paths("DEFAULT_ROLES_PATH", ":"); !slices.Equal(got, want) {
		t.Errorf("roles path %v, want %v", got, want)
	}
	if got := c.Unknown(); !slices.Equal(got, []string{"defaults.unheard"}) {
		t.Errorf("unknown settings %v", got)
	}
}

func TestABadLineIsNamed(t *testing.T) {
	path := write(t, "[defaults]\nnonsense\n")
	if _, err := Load(path, os.Getenv); err == nil || !strings.Contains(err.Error(), path+":2:1") {
		t.Errorf("error %v does not name the line", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("[defaults]\nforks=3\n")
	f.Add("[a\n=\n x")
	f.Fuzz(func(t *testing.T, text string) {
		Load(write(t, text), func(string) string { return "" })
	})
}
