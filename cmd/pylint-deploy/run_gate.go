package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
	"pylint-deploy/rules/check"
	"pylint-deploy/rules/report"
)

// noncompliance are the answers to error-level findings.
var noncompliance = []string{"refuse", "skip", "run"}

// gate asks the rules about the playbooks, and says what a run leaves out. A nil Gate leaves out nothing.
func (f *runFlags) gate(cmd *cobra.Command, paths []string) (strategy.Gate, error) {
	if !slices.Contains(noncompliance, f.noncompliant) {
		return nil, fmt.Errorf("--noncompliant %q: choose from refuse, skip, run", f.noncompliant)
	}
	result, err := judge(cmd.Context(), paths)
	if err != nil {
		return nil, err
	}
	bad := errorsOf(result)
	if len(bad) == 0 {
		return nil, nil
	}
	shown := *result
	shown.Findings = bad
	if err := report.Write(cmd.ErrOrStderr(), "text", &shown.Report, report.Options{}); err != nil {
		return nil, err
	}
	switch f.noncompliant {
	case "refuse":
		return nil, &refused{len(bad)}
	case "skip":
		return leftOut(cmd.ErrOrStderr(), bad), nil
	}
	return nil, nil
}

// judge runs the rules; content that cannot be read is for the run itself to report.
func judge(ctx context.Context, paths []string) (*check.Result, error) {
	result, err := check.Run(ctx, paths, check.Options{Version: version})
	if err != nil {
		return nil, fmt.Errorf("checking before the run (--noncompliant=run does without): %w", err)
	}
	return result, nil
}

func errorsOf(r *check.Result) []rules.Finding {
	var bad []rules.Finding
	for _, finding := range r.Findings {
		if finding.Level == rules.Error {
			bad = append(bad, finding)
		}
	}
	return bad
}

// refused tells that no host was touched because of findings.
type refused struct{ findings int }

func (r *refused) Error() string {
	return fmt.Sprintf("%d task(s) are not safe to run twice, see above; nothing was run. Mend them, or choose --noncompliant=skip or --noncompliant=run", r.findings)
}

// skipping leaves out the tasks that have findings.
type skipping map[source.Pos]string

// Skip implements strategy.Gate.
func (s skipping) Skip(pos source.Pos) (string, bool) {
	pos.Column = 0
	if abs, err := filepath.Abs(pos.File); err == nil {
		pos.File = abs
	}
	why, ok := s[pos]
	return why, ok
}

func leftOut(w io.Writer, findings []rules.Finding) strategy.Gate {
	s := skipping{}
	fmt.Fprintln(w, "Left out of this run:")
	for _, finding := range findings {
		pos := finding.Pos
		fmt.Fprintf(w, "  %s: %s (%s)\n", pos, finding.Task, finding.Rule)
		pos.Column = 0
		if abs, err := filepath.Abs(pos.File); err == nil {
			pos.File = abs
		}
		s[pos] = "Left out by --noncompliant=skip: " + finding.Rule
	}
	return s
}
