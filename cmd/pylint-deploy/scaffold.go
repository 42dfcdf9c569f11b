package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"pylint-deploy/rules/docs"
	"pylint-deploy/rules/engine"
)

type scaffolded struct{ path, text string }

var ruleID = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$`)

// scaffold is a rule that can be tested as it is, to start from.
func scaffold(id string) ([]scaffolded, error) {
	if !ruleID.MatchString(id) {
		return nil, fmt.Errorf("%q is no rule id: write category/name in small letters, digits and hyphens", id)
	}
	category, name, _ := strings.Cut(id, "/")
	fill := strings.NewReplacer("CATEGORY", category, "NAME", name)
	base := path.Join(category, name, name)
	rule := fill.Replace(newRule)
	meta, err := engine.Describe(rule)
	if err != nil {
		return nil, err
	}
	return []scaffolded{{base + ".rego", rule}, {base + "_test.rego", fill.Replace(newRuleTest)}, {base + ".md", docs.Rule(meta)}}, nil
}

const newRule = `# METADATA
# title: One line that names the fault
# description: |
#   Why this is a fault. What the second run will do.
# custom:
#   severity: warning
#   run2: what the second run will do
#   instead: what to write instead
#   select: # only tasks of these modules are shown to the rule
#     modules: [command]
#   avoid: |
#     - ansible.builtin.command: what you do not want
#   prefer: |
#     - ansible.builtin.file:
#         path: what you want
package rules.CATEGORY["NAME"]

# docs/rules-input.md lists what a task has.
violations contains {"id": task.id, "msg": sprintf("%s is not wanted here", [task.module])} if {
	some task in input.tasks
	task.module == "command"
}
`

const newRuleTest = `package rules.CATEGORY["NAME_test"]

import data.rules.CATEGORY["NAME"] as rule

test_command_is_found if {
	rule.violations == {{"id": 1, "msg": "command is not wanted here"}} with input as {"tasks": [{"id": 1, "module": "command"}]}
}

test_other_modules_are_not if {
	rule.violations == set() with input as {"tasks": [{"id": 1, "module": "file"}]}
}
`
