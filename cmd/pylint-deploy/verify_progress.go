package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"pylint-deploy/executor/verify"
	"pylint-deploy/rules"
)

// foretellers finds the rules that named a task, by its "file:line".
func foretellers(findings []rules.Finding) func(path string) []string {
	table := map[string][]string{}
	for _, f := range findings {
		key := fmt.Sprintf("%s:%d", absolute(f.Pos.File), f.Pos.Line)
		table[key] = append(table[key], f.Rule)
	}
	return func(path string) []string { return table[path] }
}

// bar is a line of a terminal that tells how far a verification is.
type bar struct {
	w     io.Writer
	width int
}

// barWidth is the width of the bar itself.
const barWidth = 24

func (b *bar) show(p verify.Progress) {
	full := min(max(int(p.Done*barWidth), 0), barWidth)
	left := "time left unknown"
	if p.Left >= 0 {
		left = "about " + p.Left.Round(time.Second).String() + " left"
	}
	line := fmt.Sprintf("[%s%s] %3.0f %%  %s  %s", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), 100*p.Done, left, p.Doing)
	if runes := []rune(line); len(runes) >= b.width {
		line = string(runes[:max(b.width-1, 0)])
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s", line)
}

func (b *bar) clear() { fmt.Fprint(b.w, "\r\x1b[K") }
