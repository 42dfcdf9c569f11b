package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// forbidden are built-ins that a user's rule does not get: a verdict must depend on the playbook alone.
var forbidden = []string{"http.send", "net.lookup_ip_addr", "opa.runtime", "trace", "rego.metadata.rule", "rego.metadata.chain"}

// Capabilities are what rules of users may call; tests of them, too.
func Capabilities() *ast.Capabilities { return boundedCapabilities() }

// boundedCapabilities are this OPA's without network, clock, randomness and environment.
var boundedCapabilities = sync.OnceValue(func() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool {
		return b.Nondeterministic || slices.Contains(forbidden, b.Name) || strings.HasPrefix(b.Name, "time.now") ||
			strings.HasPrefix(b.Name, "rand.") || strings.HasPrefix(b.Name, "providers.")
	})
	c.AllowNet = []string{}
	return c
})

// LoadDir reads a user's rules, in the layout of our own. All of them are compiled and type-checked at once, so that an
// error shows before anything is judged, with its place in their file.
func LoadDir(dir string) (*Set, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", dir)
	}
	s, err := loadBelow(os.DirFS(dir), filepath.ToSlash(dir))
	if err != nil {
		return nil, err
	}
	if len(s.rules) == 0 {
		return nil, fmt.Errorf("%s has no rules: they are files named *.rego, `pylint-deploy rules new` writes one", dir)
	}
	s.bounded = true
	chosen := make([]asked, len(s.rules))
	for i := range s.rules {
		chosen[i] = asked{rule: &s.rules[i]}
	}
	if err := s.compile(chosen); err != nil {
		return nil, err
	}
	return s, nil
}
