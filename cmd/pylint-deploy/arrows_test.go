package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "pylint-deploy/"

// arrows are the design's promises about who may import whom (docs/architecture.md): packages below From, but for those
// below Beside, reach, directly or not, none of the packages below Not, but for those below Except.
var arrows = []struct {
	why    string
	from   string
	not    []string
	except []string
	beside []string
}{
	{"the parser runs nothing and connects nowhere", "parser", []string{module + "rules", module + "executor", module + "cmd", "net/http", "golang.org/x/crypto/ssh"}, nil, nil},
	{"Jinja knows nothing of Ansible", "parser/jinja", []string{module}, []string{module + "parser/jinja", module + "parser/pyre"}, nil},
	{"Python's regexps are a leaf", "parser/pyre", []string{module}, []string{module + "parser/pyre"}, nil},
	{"rules judge, they do not run", "rules", []string{module + "executor", module + "cmd"}, nil, nil},
	{"the executor asks for a verdict through an interface", "executor", []string{module + "rules", module + "cmd", "github.com/open-policy-agent"}, nil, nil},
	{"what runs on the target stays small", "executor/module", onlyOnController, []string{module + "parser/pyre"}, []string{"executor/module/http", "executor/module/all", "executor/module/docker", "executor/module/keys"}},
	{"what runs on the target stays small", "cmd/pylint-deploy-agent-more", onlyOnController, []string{module + "parser/pyre"}, nil},
	{"what every target gets stays small", "cmd/pylint-deploy-agent", append(heavy, onlyOnController...), []string{module + "parser/pyre", "net/netip"}, nil},
}

var onlyOnController = []string{module + "parser", module + "rules", "github.com/open-policy-agent", "github.com/spf13/cobra",
	"gopkg.in/yaml.v3", "net/http", "golang.org/x/crypto/ssh"}

// heavy are packages that cost a target more than what is done with them in the base program.
var heavy = []string{"encoding/json", "regexp", "net", "text/template", "archive", "compress", "crypto/tls", "crypto/x509", "os/user", "encoding/gob"}

func TestArrows(t *testing.T) {
	deps := dependencies(t)
	for _, a := range arrows {
		checked := 0
		for pkg, imports := range deps {
			if !below(pkg, module+a.from) || belowAny(strings.TrimPrefix(pkg, module), a.beside) {
				continue
			}
			checked++
			for _, dep := range imports {
				if belowAny(dep, a.not) && !belowAny(dep, a.except) {
					t.Errorf("%s imports %s: %s", pkg, dep, a.why)
				}
			}
		}
		if checked == 0 {
			t.Errorf("no package below %s: the arrow checks nothing", a.from)
		}
	}
}

func below(pkg, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return pkg == prefix || strings.HasPrefix(pkg, prefix+"/")
}

func belowAny(pkg string, prefixes []string) bool {
	for _, p := range prefixes {
		if below(pkg, p) {
			return true
		}
	}
	return false
}

// dependencies lists our packages with all that they import, directly or not.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Deps", "pylint-deploy/...").Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	deps := map[string][]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			return deps
		} else if err != nil {
			t.Fatalf("reading go list: %v", err)
		}
		deps[p.ImportPath] = p.Deps
	}
}
