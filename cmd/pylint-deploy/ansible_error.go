package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/launch"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// likeAnsible gives an error the form that ansible-playbook's users know, and that their scripts look for: what is wrong
// comes first, the place and its line after it. Of several problems it is the first.
func likeAnsible(err error) error {
	var problems launch.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		err = problems[0]
	}
	var problem *playbook.Problem
	var abort *strategy.Abort
	var unread *source.Error
	switch {
	case errors.As(err, &unread) && !unread.Pos.IsZero():
		return errors.New(bothErrors(unread) + whereInFile(unread.Pos))
	case errors.As(err, &problem) && !problem.Pos.IsZero():
		why := problem.Why
		if problem.Hint != "" {
			why += " (" + problem.Hint + ")"
		}
		return errors.New(why + whereInFile(problem.Pos))
	case errors.As(err, &abort) && !abort.Pos.IsZero():
		return errors.New(abort.Err.Error() + whereInFile(abort.Pos))
	}
	return err
}

// bothErrors says what is wrong with a file as JSON, which Ansible tries first, and as YAML.
func bothErrors(err *source.Error) string {
	text := err.Why
	raw, unreadable := os.ReadFile(err.Pos.File)
	var into any
	if as := json.Unmarshal(raw, &into); unreadable == nil && as != nil {
		text = "We were unable to read either as JSON nor YAML, these are the errors we got from each:\nJSON: " + as.Error() + "\n\n" + text
	}
	if err.Hint != "" {
		text += " (" + err.Hint + ")"
	}
	return text
}

// ansibleCode is the exit code of Ansible's programs for an error: 4 for content that cannot be read, 5 for options that make
// no sense, and else the one given.
func ansibleCode(err error, code int) int {
	var problems launch.Problems
	var problem *playbook.Problem
	var unread *source.Error
	var senseless *launch.OptionError
	switch {
	case errors.Is(err, vars.ErrWrongPassword), errors.Is(err, vars.ErrNoPassword):
		return exitBegin
	case errors.As(err, &problem) && problem.Kind == playbook.NotFound, errors.As(err, &problems) && len(problems) > 0 && problems[0].Kind == playbook.NotFound:
		return exitBegin
	case errors.As(err, &problems), errors.As(err, &problem), errors.As(err, &unread):
		return strategy.ExitParse
	case errors.As(err, &senseless):
		return exitOptions
	}
	return code
}

// whereInFile shows a place with its line and the one before it.
func whereInFile(pos source.Pos) string {
	text := fmt.Sprintf("\n\nThe error appears to be in '%s': line %d, column %d, but may\n"+
		"be elsewhere in the file depending on the exact syntax problem.\n", pos.File, pos.Line, pos.Column)
	raw, err := os.ReadFile(pos.File)
	lines := strings.Split(string(raw), "\n")
	if err != nil || strings.HasPrefix(string(raw), "$ANSIBLE_VAULT") || pos.Line < 1 || pos.Line > len(lines) {
		return text
	}
	before := ""
	if pos.Line > 1 {
		before = lines[pos.Line-2]
	}
	return text + fmt.Sprintf("\nThe offending line appears to be:\n\n%s\n%s\n%s^ here", before, lines[pos.Line-1], strings.Repeat(" ", max(pos.Column-1, 0)))
}
