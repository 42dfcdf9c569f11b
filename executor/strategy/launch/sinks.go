package launch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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
func openSinks(c *config.Config, o Options) (*sinks, error) {
	s := &sinks{}
	name := o.Output
	if name == "" {
		name = c.Str("DEFAULT_STDOUT_CALLBACK")
	}
	screen, err := output.New(name, screenOptions(c, o))
	if err != nil {
		return nil, err
	}
	s.outputs = append(s.outputs, screen)
	further := append([]string(nil), o.Outputs...)
	if o.Timeline != "" {
		further = append(further, "timeline="+o.Timeline)
	}
	for _, spec := range further {
		if err := s.file(c, o, spec); err != nil {
			s.Close()
			return nil, err
		}
	}
	timing := o.Timing
	for _, callback := range c.List("CALLBACKS_ENABLED") {
		timing = timing || strings.HasSuffix(callback, "profile_tasks")
	}
	if timing {
		t, err := output.New("timing", screenOptions(c, o))
		if err != nil {
			return nil, err
		}
		s.outputs = append(s.outputs, t)
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

// file opens an output that writes to a file.
func (s *sinks) file(c *config.Config, o Options, spec string) error {
	name, path, ok := strings.Cut(spec, "=")
	if !ok {
		return fmt.Errorf("--output %s: write NAME=FILE for an output beside the screen", spec)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("opening the output %s: %w", name, err)
	}
	s.files = append(s.files, f)
	opts := screenOptions(c, o)
	opts.Out, opts.Err, opts.Color = f, f, false
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

func screenOptions(c *config.Config, o Options) output.Options {
	out := output.Options{
		Out: o.Stdout, Err: o.Stderr, Verbosity: max(o.Verbosity, c.Int("DEFAULT_VERBOSITY")), HideSkipped: !c.Bool("DISPLAY_SKIPPED_HOSTS"),
		HideOK: !c.Bool("DISPLAY_OK_HOSTS"), FailedStderr: c.Bool("DISPLAY_FAILED_STDERR"), ShowCustomStats: c.Bool("SHOW_CUSTOM_STATS"),
		CheckModeMarkers: c.Bool("CHECK_MODE_MARKERS"), ShowPerHostStart: c.Bool("SHOW_PER_HOST_START"), ShowPathOnFailure: c.Bool("SHOW_TASK_PATH_ON_FAILURE"),
		ShowArgs: c.Bool("DISPLAY_ARGS_TO_STDOUT"), HideWarnings: !c.Bool("ACTION_WARNINGS"), HideDeprecations: !c.Bool("DEPRECATION_WARNINGS"),
		DiffContext: c.Int("DIFF_CONTEXT"), Now: o.Now,
	}
	terminal := false
	if f, ok := o.Stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		terminal = true
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			out.Width = max(79, w-1)
		}
	}
	out.Color = (terminal || c.Bool("ANSIBLE_FORCE_COLOR")) && !c.Bool("ANSIBLE_NOCOLOR")
	return out
}
