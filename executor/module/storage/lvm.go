package storage

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// lvm is a call that drives LVM's programs.
type lvm struct {
	*module.Call
	ctx context.Context
}

// rows asks for columns. A program that fails is no error: see Output.RC.
func (l *lvm) rows(argv ...string) ([][]string, program.Output, error) {
	out, err := program.Read(l.ctx, l.Sys, argv...)
	if err != nil || out.RC != 0 {
		return nil, out, err
	}
	var rows [][]string
	for _, line := range program.Lines(out.Out) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ";"))
	}
	return rows, out, nil
}

// change runs a program that must succeed; msg tells what it does when it fails.
func (l *lvm) change(msg string, argv ...string) error {
	out, err := program.Change(l.ctx, l.Sys, argv...)
	if err == nil && out.RC != 0 {
		return module.Fail(msg, "rc", out.RC, "err", out.Err)
	}
	return err
}
