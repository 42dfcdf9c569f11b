package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/pmezard/go-difflib/difflib"
	"github.com/spf13/cobra"

	"pylint-deploy/rules"
	"pylint-deploy/rules/check"
	"pylint-deploy/rules/fix"
)

// fixRounds bounds how often files are mended: edits of one task that touch each other wait for the next round, and of
// added tasks there is one a round.
const fixRounds = 100

// mend writes, or shows, the safe edits of the findings. After writing it checks again and returns what is left, and says of each
// finding that has a fix and is left why that is so.
func (f *checkFlags) mend(cmd *cobra.Command, paths []string, o check.Options, r *check.Result) (*check.Result, error) {
	total := 0
	for range fixRounds {
		round, err := f.round(cmd, r)
		if err != nil {
			return nil, err
		}
		total += round.mended
		if round.mended == 0 || f.diff {
			for _, line := range round.left {
				fmt.Fprintln(cmd.ErrOrStderr(), line)
			}
			break
		}
		if r, err = check.Run(cmd.Context(), paths, o); err != nil {
			return nil, err
		}
	}
	verb := "mended"
	if f.diff {
		verb = "can be mended"
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d %s %s\n", total, map[bool]string{true: "finding", false: "findings"}[total == 1], verb)
	return r, nil
}

// round is what one pass over the files did.
type round struct {
	mended int
	left   []string // a line for each finding that has a fix, and why it was not made
}

// round mends each file once.
func (f *checkFlags) round(cmd *cobra.Command, r *check.Result) (round, error) {
	var out round
	byFile := map[string][]rules.Finding{}
	var files []string
	for _, finding := range r.Findings {
		if byFile[finding.Pos.File] == nil {
			files = append(files, finding.Pos.File)
		}
		byFile[finding.Pos.File] = append(byFile[finding.Pos.File], finding)
	}
	slices.Sort(files)
	for _, path := range files {
		file := r.Sources[path]
		if file == nil {
			continue
		}
		done, err := fix.File(file, byFile[path], r.Task)
		if err != nil {
			return out, fmt.Errorf("mending %s: %w", path, err)
		}
		for _, l := range done.Left {
			out.left = append(out.left, fmt.Sprintf("%s: %s is not mended: %v", l.Finding.Pos, l.Finding.Rule, l.Why))
		}
		if done.Mended == 0 {
			continue
		}
		out.mended += done.Mended
		if f.diff {
			err = difflib.WriteUnifiedDiff(cmd.OutOrStdout(), difflib.UnifiedDiff{A: difflib.SplitLines(file.Text), B: difflib.SplitLines(string(done.Text)),
				FromFile: path, ToFile: path, Context: 3})
		} else {
			err = replaceFile(path, done.Text)
		}
		if err != nil {
			return out, fmt.Errorf("mending %s: %w", path, err)
		}
	}
	return out, nil
}

// replaceFile writes a file beside the old one and takes its place, mode kept.
func replaceFile(path string, text []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".pylint-deploy-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone after the rename
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Chmod(info.Mode().Perm()), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
