// Package output shows a run: as Ansible's screen, as JSON, as JUnit, as a page.
//
// An output consumes events and decides nothing about the run. It is called by one goroutine at a time (event.Fan) and
// keeps no event longer than it needs: a run over a thousand hosts must not grow with its tasks, except in the forms whose
// document is only complete at the end.
package output

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/event"
)

// Output is a consumer of events that ends with the run.
type Output interface {
	event.Sink
	// Close writes what is only known at the end and reports the first error in writing.
	Close() error
}

// Options are what outputs can be told; the names follow the options of Ansible's default callback.
type Options struct {
	Out io.Writer
	// Err takes warnings, and failures with FailedStderr. Nil is Out.
	Err   io.Writer
	Color bool
	// Width is the width of the screen in columns; 0 is 79, what Ansible takes without a terminal.
	Width int
	// Verbosity is the number of -v.
	Verbosity int

	HideSkipped       bool // display_skipped_hosts=false
	HideOK            bool // display_ok_hosts=false
	FailedStderr      bool // display_failed_stderr
	ShowCustomStats   bool
	CheckModeMarkers  bool
	ShowPerHostStart  bool
	ShowPathOnFailure bool // show_task_path_on_failure
	ShowArgs          bool // DISPLAY_ARGS_TO_STDOUT
	HideWarnings      bool // action_warnings=false
	HideDeprecations  bool // deprecation_warnings=false
	// DiffContext is the number of unchanged lines around a change; negative is 3, Ansible's default.
	DiffContext int
	// Colors are the colours that are not Ansible's initial ones: "changed": "bright yellow".
	Colors map[string]string
	// ResultFormat is how results are written: "json", which "" is, or "yaml". Pretty, where it is not nil, has them indented or not.
	ResultFormat string
	Pretty       *bool
	// VerboseStderr sends what only -v shows to Err.
	VerboseStderr bool
	// Log takes what the screen shows, too; nil is none. Dir is the directory of an output that writes files.
	Log io.Writer
	Dir string
	// Now is the clock; nil is the real one.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Err == nil {
		o.Err = o.Out
	}
	if o.Width <= 0 {
		o.Width = 79
	}
	if o.DiffContext < 0 {
		o.DiffContext = 3
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// outputs are all there are, by the names of Ansible's callbacks where it has one.
var outputs = map[string]func(Options) Output{
	"default":  func(o Options) Output { return newScreen(o, nil) },
	"yaml":     func(o Options) Output { return newScreen(o, yamlCallback) },
	"debug":    func(o Options) Output { return newScreen(o, debugCallback) },
	"minimal":  func(o Options) Output { return newMinimal(o, false) },
	"oneline":  func(o Options) Output { return newMinimal(o, true) },
	"json":     func(o Options) Output { return newJSON(o) },
	"jsonl":    func(o Options) Output { return newJSONLines(o) },
	"junit":    func(o Options) Output { return newJUnit(o) },
	"timing":   func(o Options) Output { return newTiming(o) },
	"timer":    func(o Options) Output { return newTimer(o) },
	"tree":     func(o Options) Output { return newTree(o) },
	"timeline": func(o Options) Output { return newTimeline(o) },
}

// Names lists the outputs, sorted.
func Names() []string { return slices.Sorted(maps.Keys(outputs)) }

// New makes an output by name; "" is the default one. A name may carry the collection it has in Ansible.
func New(name string, o Options) (Output, error) {
	if name == "" {
		name = "default"
	}
	short := name[strings.LastIndexByte(name, '.')+1:]
	if f, ok := outputs[short]; ok {
		return f(o.withDefaults()), nil
	}
	return nil, fmt.Errorf("unknown output %q: choose from %s", name, strings.Join(Names(), ", "))
}

// writer keeps the first error of a stream.
type writer struct {
	w   io.Writer
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = io.WriteString(w.w, s)
	}
}
