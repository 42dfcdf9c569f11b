package content

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// edit is a file whose text a module changes: read first, changed in memory, written in one step if it differs.
type edit struct {
	*module.Call
	path   string
	exists bool
	before []byte
}

// open reads the file. One that is missing is empty where the module may create it.
func open(c *module.Call, p string, create bool, missing string) (*edit, error) {
	e := &edit{Call: c, path: p}
	info, err := c.Sys.Stat(p)
	if err == nil && info.Mode.IsDir() {
		return nil, module.Fail(fmt.Sprintf("Path %s is a directory !", p), "rc", 256)
	}
	if err != nil {
		if !create {
			return nil, module.Fail(fmt.Sprintf(missing, p), "rc", 257)
		}
		return e, nil
	}
	e.exists = true
	if e.before, err = c.Sys.ReadFile(p); err != nil {
		return nil, fmt.Errorf("reading %s: %w", p, err)
	}
	return e, nil
}

// outcome is what saving did, as results tell it.
type outcome struct {
	changed  bool
	msg      string
	backup   string
	attrDiff *module.StateDiff
	// early tells that there was nothing on which attributes could be compared: check mode of a file to be made.
	early bool
}

// save writes new content, if it is new, and brings owner, mode and label to what is asked for, all in one step. Links
// are followed: the file that they lead to is what changes. msg is what was done to the text.
func (e *edit) save(ctx context.Context, after []byte, changed bool, msg string) (outcome, error) {
	out := outcome{changed: changed, msg: msg, attrDiff: &module.StateDiff{}}
	if changed && e.Sys.DryRun() && !e.exists {
		out.early = true
		return out, nil
	}
	attrs, err := e.put(ctx, after, &out)
	if err != nil {
		return out, err
	}
	if attrs {
		if changed {
			out.msg += " and "
		}
		out.changed = true
		out.msg += "ownership, perms or SE linux context changed"
	}
	return out, nil
}

func (e *edit) put(ctx context.Context, after []byte, out *outcome) (bool, error) {
	if !out.changed {
		return e.SetAttrs(ctx, e.FileArgs(e.path), out.attrDiff)
	}
	validate, err := e.Validator(ctx, e.Args.Str("validate"), module.EditRefused)
	if err != nil {
		return false, err
	}
	if !e.exists && !e.Sys.DryRun() {
		if err := e.MkdirAll(path.Dir(e.path)); err != nil {
			return false, module.Fail(fmt.Sprintf("Error creating %s (%s)", path.Dir(e.path), module.Errno(err)))
		}
	}
	if e.Args.Bool("backup") && e.exists {
		if out.backup, err = e.Backup(e.path); err != nil {
			return false, err
		}
	}
	real, err := e.Sys.Realpath(e.path)
	if err != nil {
		return false, err
	}
	placed, err := e.PutFile(ctx, module.Put{Args: e.FileArgs(real), Content: bytes.NewReader(after), Validate: validate,
		Unsafe: e.UnsafeWrites(), Diff: out.attrDiff})
	var f *module.Failure
	if err != nil && !errors.As(err, &f) {
		err = fmt.Errorf("writing %s: %w", e.path, err)
	}
	return placed.Attrs, err
}

// diffs are the two diffs of lineinfile and blockinfile: of the content and of the attributes.
func (e *edit) diffs(after []byte, out outcome) []any {
	return []any{e.contentDiff(after), e.attributeDiff(out)}
}

func (e *edit) contentDiff(after []byte) map[string]any {
	header := e.path + " (content)"
	if !e.Diff {
		return module.TextDiff("", "", header, header)
	}
	return module.TextDiff(string(e.before), string(after), header, header)
}

func (e *edit) attributeDiff(out outcome) map[string]any {
	d := out.attrDiff.Result()
	d["before_header"] = e.path + " (file attributes)"
	d["after_header"] = d["before_header"]
	return d
}

// lines cuts text after each newline, as Python's readlines.
func lines(text []byte) []string { return strings.SplitAfter(string(text), "\n")[:lineCount(text)] }

func lineCount(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

// pattern compiles an argument for matching lines of bytes.
func pattern(arg, text string) (*pyre.Regexp, error) {
	re, err := pyre.Compile(text, pyre.Bytes)
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("%s: the regular expression %q is not valid: %v", arg, text, err))
	}
	return re, nil
}
