// Package rules answers: is it safe to run this twice? Facts come from Go (rules/facts), verdicts from Rego (rules/policy).
package rules

import "pylint-deploy/parser/source"

// Level is how sure and how bad a finding is.
type Level string

// The levels. An error says that run 2 provably fails, differs, grows, interrupts or locks out; a warning that it drifts, only reports
// a change, or cannot be known; info is style.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Info    Level = "info"
)

// Finding is one verdict about one place.
type Finding struct {
	Rule  string // "category/name": the path of its package
	Level Level
	Pos   source.Pos
	End   source.Pos // end of the region, for SARIF and editors; at least the line of Pos
	Task  string     // the task's name, "" outside tasks
	// Message says what is wrong, Run2 what the second run will do, Instead what to write.
	Message string
	Run2    string
	Instead string
	// Docs is the rule's page.
	Docs string
	// Related are further places that the finding rests on.
	Related []Related
	// Fixable tells that check --fix can mend it.
	Fixable bool
	// Unknown tells that the verdict rests on something that the text does not say (a templated command, an unknown
	// program); the strict profile makes an error of such a warning.
	Unknown bool
	// Fingerprint identifies the task by its text, for the baseline; "" outside tasks.
	Fingerprint string
}

// Related is a further place of a finding.
type Related struct {
	Pos  source.Pos
	Note string
}

// Categories are the first halves of rule ids: the folders of rules/policy.
func Categories() []string {
	return []string{"shell", "guard", "file", "package", "service", "input", "effect", "rerun", "compat", "state"}
}
