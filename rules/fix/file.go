package fix

import (
	"errors"
	"slices"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// Outcome is what one pass over a file did.
type Outcome struct {
	Text   []byte
	Mended int
	// Left are the findings of rules with a fix that stay. Findings that wait for the next pass are not among them.
	Left []Left
}

// Left is a finding that stays, and why.
type Left struct {
	Finding rules.Finding
	Why     error
}

// File makes the changes for a file's findings as far as they do not touch each other: check again and go on until nothing is mended.
// task gives the task at a finding's place, nil where it is about a play.
func File(file *source.File, findings []rules.Finding, task func(source.Pos) *playbook.Task) (Outcome, error) {
	var out Outcome
	var edits []Edit
	added := false
	for _, f := range findings {
		change, err := For(f, file, task(f.Pos))
		if errors.Is(err, ErrNoFix) {
			continue
		}
		if err != nil {
			out.Left = append(out.Left, Left{f, err})
			continue
		}
		if change.AddsTask && added {
			continue
		}
		if _, err := Apply(file.Text, slices.Concat(edits, change.Edits)); errors.Is(err, ErrOverlap) {
			continue
		} else if err != nil {
			return out, err
		}
		added = added || change.AddsTask
		edits = append(edits, change.Edits...)
		out.Mended++
	}
	var err error
	out.Text, err = Apply(file.Text, edits)
	return out, err
}
