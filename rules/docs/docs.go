// Package docs writes the pages about rules from what rules say of themselves, so that the two cannot differ.
package docs

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"pylint-deploy/rules/engine"
)

// Rule is a rule's page in Markdown: what it finds, why, what to write, how to configure it.
func Rule(m engine.Meta) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n**%s** (%s)\n\n", m.ID, m.Title, strings.Join(facts(m), ", "))
	if m.Run2 != "" {
		fmt.Fprintf(&b, "On the second run: %s\n\n", sentence(m.Run2))
	}
	example(&b, "Avoid", m.Avoid)
	example(&b, "Prefer", m.Prefer)
	if m.Prefer == "" && m.Instead != "" {
		fmt.Fprintf(&b, "## Prefer\n\n%s\n\n", sentence(m.Instead))
	}
	if m.Why != "" {
		fmt.Fprintf(&b, "## Why\n\n%s\n\n", m.Why)
	}
	b.WriteString("## Configuration\n\n")
	fmt.Fprintf(&b, "```yaml\n# .pylint-deploy.yaml\nrules:\n  %s:\n    level: %s # error, warning, info or off\n", m.ID, m.Level)
	if len(m.Options) > 0 {
		b.WriteString("    options: {}\n")
	}
	b.WriteString("```\n")
	if len(m.Options) > 0 {
		b.WriteString("\n| option | meaning |\n|---|---|\n")
		for _, name := range slices.Sorted(maps.Keys(m.Options)) {
			fmt.Fprintf(&b, "| `%s` | %s |\n", name, m.Options[name])
		}
	}
	fmt.Fprintf(&b, "\nFor one task: `# noqa: %s` in the task or on the line above.\n", m.ID)
	if len(m.AnsibleLint) > 0 {
		fmt.Fprintf(&b, "\nansible-lint looks at a part of this as `%s`; a noqa for that id is honoured.\n", strings.Join(m.AnsibleLint, "`, `"))
	}
	return b.String()
}

func facts(m engine.Meta) []string {
	out := []string{string(m.Level)}
	if m.Fix {
		out = append(out, "`--fix` mends it")
	}
	return out
}

func example(b *strings.Builder, title, text string) {
	if text != "" {
		fmt.Fprintf(b, "## %s\n\n```yaml\n%s\n```\n\n", title, strings.TrimSpace(text))
	}
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ".") || strings.Contains(s, "\n") {
		return s
	}
	return s + "."
}

// Index is the list of all rules by category, docs/rules/README.md.
func Index(all []engine.Meta) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Rules\n\n%d rules. Each says what the second run will do. `pylint-deploy rules ID` shows a page in the terminal.\n", len(all))
	category := ""
	for _, m := range all {
		c, name, _ := strings.Cut(m.ID, "/")
		if c != category {
			category = c
			fmt.Fprintf(&b, "\n## %s\n\n| rule | level | fix | finds |\n|---|---|---|---|\n", c)
		}
		fix := ""
		if m.Fix {
			fix = "yes"
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s |\n", name, m.ID, m.Level, fix, m.Title)
	}
	return b.String()
}

// All are the pages of a set of rules by path.
func All(all []engine.Meta) map[string]string {
	pages := map[string]string{path.Join("docs", "rules", "README.md"): Index(all)}
	for _, m := range all {
		pages[m.Page] = Rule(m)
	}
	return pages
}
