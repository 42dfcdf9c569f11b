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

// fixRounds bounds how often a file is mended: edits of one task that touch each other wait for the next round.
const fixRounds = 5

// mend writes, or shows, the safe edits of the findings. After writing it checks again and returns what is left.
func (f *checkFlags) mend(cmd *cobra.Command, paths []string, o check.Options, r *check.Result) (*check.Result, error) {
	for range fixRounds {
		mended, err := f.round(cmd, r)
		if err != nil {
			return nil, err
		}
		if mended == 0 || f.diff {
			return r, nil
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%d findings mended\n", mended)
		if r, err = check.Run(cmd.Context(), paths, o); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// round mends each file once and counts the findings that it mended.
func (f *checkFlags) round(cmd *cobra.Command, r *check.Result) (int, error) {
	byFile := map[string][]rules.Finding{}
	var files []string
	for _, finding := range r.Findings {
		if byFile[finding.Pos.File] == nil {
			files = append(files, finding.Pos.File)
		}
		byFile[finding.Pos.File] = append(byFile[finding.Pos.File], finding)
	}
	slices.Sort(files)
	total := 0
	for _, path := range files {
		file := r.Sources[path]
		if file == nil {
			continue
		}
		text, mended, err := mendFile(r, path, byFile[path])
		if err != nil {
			return total, fmt.Errorf("mending %s: %w", path, err)
		}
		if mended == 0 {
			continue
		}
		total += mended
		if f.diff {
			err = difflib.WriteUnifiedDiff(cmd.OutOrStdout(), difflib.UnifiedDiff{A: difflib.SplitLines(string(file.Text)), B: difflib.SplitLines(string(text)),
				FromFile: path, ToFile: path, Context: 3})
		} else {
			err = replaceFile(path, text)
		}
		if err != nil {
			return total, fmt.Errorf("mending %s: %w", path, err)
		}
	}
	return total, nil
}

// mendFile applies the edits of a file's findings as far as they do not touch each other.
func mendFile(r *check.Result, path string, findings []rules.Finding) ([]byte, int, error) {
	file := r.Sources[path]
	var edits []fix.Edit
	mended := 0
	for _, finding := range findings {
		more, ok := fix.For(finding, file, r.Task(finding.Pos))
		if !ok {
			continue
		}
		if _, err := fix.Apply(file.Text, slices.Concat(edits, more)); errors.Is(err, fix.ErrOverlap) {
			continue
		} else if err != nil {
			return nil, 0, err
		}
		edits = append(edits, more...)
		mended++
	}
	text, err := fix.Apply(file.Text, edits)
	return text, mended, err
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
