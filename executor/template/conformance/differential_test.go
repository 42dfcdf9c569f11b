package conformance

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"pylint-deploy/executor/template"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// differentialVars are the variables of testdata/expressions.txt.
const differentialVars = `{"v1": "one", "v2": 2, "v3": {"a": ["{{ v1 }}", {"x": "{{ v2 + 1 }}"}]},
	"v4": {"a": "{{ v1 }}-{{ v2 }}", "b": "{{ [v2, 5] }}"}, "v5": "{{ v4.b }}", "v6": "{{ nosuchvar }}"}`

// different are expressions that answer otherwise on purpose.
var different = map[string]string{
	"v3 | dict2items":            "a variable keeps the type of its expression, as since ansible-core 2.19",
	"'192.0.2.1' | ip4_hex":      "ansible-core routes the short name to a collection that no longer has it",
	"'192.0.2.1' | ip4_hex(':')": "ansible-core routes the short name to a collection that no longer has it",
}

// missingLibrary is what ansible says where a Python library for a filter is not installed.
var missingLibrary = regexp.MustCompile(`netaddr|jmespath|passlib|packaging`)

// ansible gives a Python that has ansible-core. Without one the test is skipped, except where CI promises it.
func ansible(t *testing.T) string {
	t.Helper()
	const system = "/usr/bin/python3"
	if err := exec.Command(system, "-c", "import ansible.template").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have ansible-core: %v", err)
		}
		t.Skipf("no ansible-core to compare with: %v", err)
	}
	return system
}

func TestExpressionsAnswerAsAnsible(t *testing.T) {
	python := ansible(t)
	text, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	expressions := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	cmd := exec.Command(python, "-W", "ignore", "testdata/ask.py", differentialVars)
	cmd.Stdin, cmd.Env = strings.NewReader(string(text)), append(os.Environ(), "ANSIBLE_DEVEL_WARNING=0")
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []struct{ Text, Error string }
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	vars, err := pyjson.Loads(differentialVars)
	if err != nil {
		t.Fatal(err)
	}
	scope := template.Vars{Dict: trusted(vars).(*value.Dict)}
	templar, same, skipped := template.New(template.Config{}), 0, 0
	for i, expression := range expressions {
		want := answers[i]
		if missingLibrary.MatchString(want.Error) && strings.Contains(want.Error, "nstall") {
			skipped++
			continue
		}
		_, got, err := templar.Print(context.Background(), scope, value.Template{Text: expression})
		agree := err == nil && want.Error == "" && got == want.Text || err != nil && want.Error != ""
		if why, known := different[expression]; known {
			if agree {
				t.Errorf("%s is listed as different (%s) and is not", expression, why)
			}
			continue
		}
		if !agree {
			t.Errorf("%s\n got %q, %v\nansible says %q, %s", expression, got, err, want.Text, want.Error)
			continue
		}
		same++
	}
	t.Logf("%d expressions answer as ansible's, %d differ on purpose, %d skipped for want of a Python library", same, len(different), skipped)
}
