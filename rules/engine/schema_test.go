package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"pylint-deploy/rules/policy"
)

// TestOurRulesReadWhatTheSchemaSays holds the schema complete: a field that a rule of ours reads is published.
func TestOurRulesReadWhatTheSchemaSays(t *testing.T) {
	s, err := Load(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, r := range s.rules {
		texts[r.file] = r.text
	}
	for file, text := range s.lib {
		texts[file] = text
	}
	modules, err := s.parse(texts)
	if err != nil {
		t.Fatal(err)
	}
	c := ast.NewCompiler().WithSchemas(Schemas()).SetErrorLimit(100)
	if c.Compile(modules); c.Failed() {
		t.Errorf("%v\nwrite new facts into docs/rules-input.schema.json", Explain(c.Errors))
	}
}

// userRule writes one rule of a user and loads it.
func userRule(t *testing.T, body string) (*Set, error) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "my", "rule", "rule.rego")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	text := "# METADATA\n# title: t\n# custom:\n#   severity: error\npackage rules.my[\"rule\"]\n\nviolations contains {\"id\": task.id, \"msg\": \"m\"} if {\n\tsome task in input.tasks\n" + body + "}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return LoadDir(dir)
}

func TestCompileErrorsOfUsersSayWhereAndWhat(t *testing.T) {
	for name, tc := range map[string]struct{ body, want string }{
		"a field that is misspelt": {"\ttask.modul == \"apt\"\n", `rule.rego:9:2: task has no field "modul": did you mean "module"? (docs/rules-input.md lists the fields)`},
		"a field in a field":       {"\ttask.command.clas == \"read\"\n", `did you mean "class"?`},
		"through the input itself": {"\tinput.tasks[_].modul == \"apt\"\n", `rule.rego:9:2: a task has no field "modul"`},
		"a field of the input":     {"\tinput.task == 1\n", `input has no field "task"`},
		"a type that cannot be":    {"\ttask.name == 1\n", "rule.rego:9:2: match error"},
		"network":                  {"\thttp.send({\"url\": \"http://x\"})\n", "rule.rego:9:2: http.send is not for rules"},
		"the clock":                {"\ttime.now_ns() > 1\n", "time.now_ns is not for rules"},
		"chance":                   {"\trand.intn(\"x\", 2) == 1\n", "rand.intn is not for rules"},
		"the environment":          {"\topa.runtime().env.HOME == \"x\"\n", "opa.runtime is not for rules"},
		"a function of nobody":     {"\tnothere(1)\n", "rule.rego:9:2: undefined function nothere"},
		"a variable of nobody":     {"\ttsk.module == \"x\"\n", "rule.rego:9:2: var tsk is unsafe"},
		"no Rego":                  {"\ttask.module = = 1\n", "rule.rego:9:16: "},
	} {
		_, err := userRule(t, tc.body)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: the error is\n%v\nand should have\n%s", name, err, tc.want)
		}
	}
	if _, err := userRule(t, "\ttask.module == \"apt\"\n\ttask.args.name[_] == \"nginx\"\n\ttask.command.calls[_].program == \"x\"\n"); err != nil {
		t.Errorf("a good rule: %v", err)
	}
}

// TestARunawayRuleIsStopped: the limit is of a rule's time, and the error names the rule.
func TestARunawayRuleIsStopped(t *testing.T) {
	s, err := userRule(t, "\tn := numbers.range(1, 1000000)\n\tsome a in n\n\tsome b in n\n\ta * b == -1\n")
	if err != nil {
		t.Fatal(err)
	}
	task := Candidate{ID: 1, Module: "apt", Term: ast.ObjectTerm(ast.Item(ast.StringTerm("id"), ast.IntNumberTerm(1)))}
	_, err = s.Evaluate(context.Background(), Input{Tasks: []Candidate{task}, Limit: 200 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "rule my/rule") || !strings.Contains(err.Error(), "longer than its time limit") {
		t.Errorf("the error is %v", err)
	}
}
