package launch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/output"
	"pylint-deploy/executor/strategy/config"
)

// sinks are the outputs of a run with the files they write to.
type sinks struct {
	*event.Fan
	outputs []output.Output
	files   []io.Closer
}

// openSinks makes the screen and the further outputs: --output NAME=PATH, --timing, --timeline, and ansible.cfg's
// callbacks_enabled as far as they are known.
func openSinks(c *config.Config, o Options, progress *output.Progress) (*sinks, error) {
	s := &sinks{}
	if progress != nil {
		s.outputs = append(s.outputs, progress)
	}
	screenOpts, err := screenOptions(c, o)
	if err != nil {
		return nil, err
	}
	var unlogged error
	if path := first(c.Paths("DEFAULT_LOG_PATH", "\x00")); path != "" {
		log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if unlogged = err; err == nil {
			s.files = append(s.files, log)
			screenOpts.Log = log
		}
	}
	screen, err := output.New(screenName(c, o), screenOpts)
	if err != nil {
		return nil, err
	}
	s.outputs = append(s.outputs, screen)
	if unlogged != nil {
		screen.Emit(event.Warning{Text: fmt.Sprintf("there is no log file: %v", unlogged)})
	}
	if err := s.further(c, o, screenOpts, screen); err != nil {
		s.Close()
		return nil, err
	}
	list := make([]event.Sink, len(s.outputs))
	for i, out := range s.outputs {
		list[i] = out
	}
	if o.Watcher != nil {
		list = append(list, o.Watcher)
	}
	s.Fan = event.NewFan(list...)
	return s, nil
}

// screenName is the output of the screen. A single task has the settings' only where they say that it shall.
func screenName(c *config.Config, o Options) string {
	switch set := c.Str("DEFAULT_STDOUT_CALLBACK"); {
	case o.Output != "":
		return o.Output
	case !o.AdHoc || c.Bool("DEFAULT_LOAD_CALLBACK_PLUGINS") && set != "default":
		return set
	}
	return "minimal"
}

// further opens the outputs beside the screen.
func (s *sinks) further(c *config.Config, o Options, screenOpts output.Options, screen event.Sink) error {
	specs := append([]string(nil), o.Outputs...)
	if o.Timeline != "" {
		specs = append(specs, "timeline="+o.Timeline)
	}
	for _, spec := range specs {
		if err := s.file(screenOpts, spec); err != nil {
			return err
		}
	}
	enabled := append([]string(nil), o.Callbacks...)
	if !o.AdHoc || c.Bool("DEFAULT_LOAD_CALLBACK_PLUGINS") {
		enabled = append(enabled, c.List("CALLBACKS_ENABLED")...)
	}
	if o.Timing {
		enabled = append(enabled, "profile_tasks")
	}
	for _, callback := range enabled {
		if err := s.callback(c, o, screenOpts, screen, callback); err != nil {
			return err
		}
	}
	return nil
}

// callbacks are the outputs of the callbacks that can be enabled, by their short names.
var callbacks = map[string]string{"profile_tasks": "timing", "timer": "timer", "tree": "tree", "junit": "junit"}

// callback opens the output that a callback of Ansible is here.
func (s *sinks) callback(c *config.Config, o Options, screenOpts output.Options, screen event.Sink, name string) error {
	short := name[strings.LastIndexByte(name, '.')+1:]
	if short == "junit" {
		return s.junit(c, o, screenOpts)
	}
	known, ok := callbacks[short]
	if !ok {
		screen.Emit(event.Warning{Text: fmt.Sprintf("the callback %s has no effect: there are no plugins in Python, and it has no counterpart here", name)})
		return nil
	}
	screenOpts.Dir = o.Tree
	if screenOpts.Dir == "" {
		screenOpts.Dir = first(c.Paths("CALLBACK_TREE_DIR", "\x00"))
	}
	out, err := output.New(known, screenOpts)
	if err == nil {
		s.outputs = append(s.outputs, out)
	}
	return err
}

// junit opens the report where the callback of that name has it.
func (s *sinks) junit(c *config.Config, o Options, screenOpts output.Options) error {
	dir := first(c.Paths("JUNIT_OUTPUT_DIR", "\x00"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the callback junit: %w", err)
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	at := now()
	return s.file(screenOpts, fmt.Sprintf("junit=%s/%s-%d.%06d.xml", dir, o.title, at.Unix(), at.Nanosecond()/1000))
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// file opens an output that writes to a file.
func (s *sinks) file(opts output.Options, spec string) error {
	name, path, ok := strings.Cut(spec, "=")
	if !ok {
		return fmt.Errorf("--output %s: write NAME=FILE for an output beside the screen", spec)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("opening the output %s: %w", name, err)
	}
	s.files = append(s.files, f)
	opts.Out, opts.Err, opts.Color, opts.Log = f, f, false, nil
	out, err := output.New(name, opts)
	if err != nil {
		return err
	}
	s.outputs = append(s.outputs, out)
	return nil
}

// Close ends the outputs and their files.
func (s *sinks) Close() error {
	var errs []error
	for _, out := range s.outputs {
		errs = append(errs, out.Close())
	}
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	s.outputs, s.files = nil, nil // who closes again, on the way out, gets no second summary
	return errors.Join(errs...)
}

// onTerminal notes the width of the terminal that a run is shown on. Where progress is wanted, its line has the terminal from now on.
func (o *Options) onTerminal() *output.Progress {
	f, ok := o.Stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	o.width = usualWidth
	if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
		o.width = w
	}
	if !o.Progress || o.Getenv("TERM") == "dumb" {
		return nil
	}
	p := output.NewProgress(f, o.width, o.Now)
	if e, ok := o.Stderr.(*os.File); ok && term.IsTerminal(int(e.Fd())) {
		o.Stderr = p.Beside(e)
	}
	o.Stdout = p
	return p
}

// usualWidth is the width of a terminal that does not tell its own.
const usualWidth = 80

func screenOptions(c *config.Config, o Options) (output.Options, error) {
	out := output.Options{
		Out: o.Stdout, Err: o.Stderr, Verbosity: max(o.Verbosity, c.Int("DEFAULT_VERBOSITY")), HideSkipped: !c.Bool("DISPLAY_SKIPPED_HOSTS"),
		HideOK: !c.Bool("DISPLAY_OK_HOSTS"), FailedStderr: c.Bool("DISPLAY_FAILED_STDERR"), ShowCustomStats: c.Bool("SHOW_CUSTOM_STATS"),
		CheckModeMarkers: c.Bool("CHECK_MODE_MARKERS"), ShowPerHostStart: c.Bool("SHOW_PER_HOST_START"), ShowPathOnFailure: c.Bool("SHOW_TASK_PATH_ON_FAILURE"),
		ShowArgs: c.Bool("DISPLAY_ARGS_TO_STDOUT"), HideWarnings: !c.Bool("ACTION_WARNINGS"), HideDeprecations: !c.Bool("DEPRECATION_WARNINGS"),
		DiffContext: c.Int("DIFF_CONTEXT"), ResultFormat: c.Str("CALLBACK_RESULT_FORMAT"), VerboseStderr: c.Bool("VERBOSE_TO_STDERR"),
		Colors: map[string]string{}, Now: o.Now,
	}
	if o.width > 0 {
		out.Width = max(79, o.width-1)
	}
	out.Color = (o.width > 0 || c.Bool("ANSIBLE_FORCE_COLOR")) && !c.Bool("ANSIBLE_NOCOLOR")
	if c.Given("CALLBACK_FORMAT_PRETTY") {
		pretty := c.Bool("CALLBACK_FORMAT_PRETTY")
		out.Pretty = &pretty
	}
	for _, name := range output.Colors() {
		setting := "COLOR_" + strings.ToUpper(name)
		if err := output.CheckColor(c.Str(setting)); err != nil {
			return out, fmt.Errorf("the setting %s: %w", setting, err)
		}
		out.Colors[name] = c.Str(setting)
	}
	return out, nil
}
