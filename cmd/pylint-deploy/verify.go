package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/verify"
)

// verifyFlags are the options of verify beyond those that say which hosts are reached.
type verifyFlags struct {
	runFlags
	disposable                   bool
	reset, enter, container, log string
	prefixes                     string
	noCut, exact, drift          bool
	snapshots                    verify.SnapshotCommands
	noSnapshots                  bool
	ignore, opaque, outputs      []string
	below, containerOptions      []string
	here                         bool
	format                       string
}

func newVerifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify PLAYBOOK...",
		Short: "Prove on a throw-away target that playbooks can be run again: after a run, after being cut off anywhere, after changes by hand",
		Long: `Resets the target, runs the playbooks, and looks at the target itself, not at what modules report: files, packages, services,
accounts, sockets, firewall. A second run must change nothing. A run that is cut off after or within any task, and then repeated,
must end where an undisturbed run ends. With --drift, what somebody removed or changed by hand must come back.

Everything on the target is lost: it is done only where --disposable says that this is meant.`,
		Example: `  pylint-deploy verify site.yml -i hosts --disposable --reset-command 'virsh snapshot-revert web clean --running && sleep 5'
  pylint-deploy verify site.yml -i hosts --disposable --container debian-systemd:12 --drift --output-file html=report.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return verifyPlaybooks(cmd, &f, args) },
	}
	bindHostFlags(cmd, &f.runFlags)
	fl := cmd.Flags()
	fl.StringArrayVarP(&f.Tags, "tags", "t", nil, "only run plays and tasks tagged with these values")
	fl.StringArrayVar(&f.SkipTags, "skip-tags", nil, "only run plays and tasks whose tags do not match these values")
	fl.BoolVar(&f.disposable, "disposable", false, "yes, everything on these hosts may be lost")
	fl.StringVar(&f.reset, "reset-command", "", "shell command of this machine that brings the target back to its beginning, ready to be logged in to")
	fl.StringVar(&f.enter, "enter-command", "", "beginning of a command line that runs a shell command as root on {host}, such as 'docker exec -i {host} sh -c'; for playbooks that close their own way in")
	fl.StringVar(&f.snapshots.KeepCommand, "snapshot-command", "", "shell command of this machine that keeps the target's state as {snapshot}, while it runs on")
	fl.StringVar(&f.snapshots.ReturnCommand, "restore-command", "", "shell command of this machine that brings the target back to {snapshot}, ready to be logged in to")
	fl.StringVar(&f.snapshots.ForgetCommand, "forget-command", "", "shell command of this machine that removes {snapshot}")
	fl.BoolVar(&f.noSnapshots, "no-snapshots", false, "make no snapshots of containers: what has to be begun anew is begun from the beginning")
	fl.StringVar(&f.container, "container", "", "make a container of this image for each host (docker or podman)")
	fl.StringArrayVar(&f.containerOptions, "container-option", nil, "option of docker run in place of --privileged, such as --cap-add=SYS_ADMIN")
	fl.StringVar(&f.prefixes, "prefixes", "all", "how many prefixes to try, evenly spread: a number, all, or none")
	fl.BoolVar(&f.noCut, "no-cut", false, "only stop between tasks, do not cut the connection within them")
	fl.BoolVar(&f.exact, "exact", false, "run each prefix to the letter, with a reset before it")
	fl.BoolVar(&f.drift, "drift", false, "also remove and change by hand what the deployment made, one thing at a time")
	fl.StringArrayVar(&f.ignore, "ignore", nil, "leave out this path or item, such as /srv/uploads or 'service foo*' (see docs/verify.md)")
	fl.StringArrayVar(&f.opaque, "opaque", nil, "do not compare the content of the files at this path")
	fl.StringArrayVar(&f.below, "files-below", nil, "compare only files below this directory (/)")
	fl.BoolVar(&f.here, "this-machine", false, "hosts with ansible_connection=local are disposable, too")
	fl.StringVar(&f.format, "format", "text", "form of the report: "+strings.Join(formats(), ", "))
	fl.StringArrayVar(&f.outputs, "output-file", nil, "a further report, as FORMAT=FILE")
	fl.StringVar(&f.log, "log", "", "write the screens of all runs to this file")
	return cmd
}

func formats() []string {
	var out []string
	for name := range verify.Formats {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// options reads what the flags say of the trials.
func (f *verifyFlags) options() (verify.Options, error) {
	o := verify.Options{Cut: !f.noCut, Exact: f.exact, Drift: f.drift}
	switch f.prefixes {
	case "all":
	case "none":
		o.Prefixes = -1
	default:
		if _, err := fmt.Sscanf(f.prefixes+"\n", "%d\n", &o.Prefixes); err != nil || o.Prefixes < 1 {
			return o, fmt.Errorf("--prefixes %q: a number, all, or none", f.prefixes)
		}
	}
	if verify.Formats[f.format] == nil {
		return o, fmt.Errorf("--format %q: choose from %s", f.format, strings.Join(formats(), ", "))
	}
	for _, spec := range f.outputs {
		if name, _, ok := strings.Cut(spec, "="); !ok || verify.Formats[name] == nil {
			return o, fmt.Errorf("--output-file %q: write FORMAT=FILE, with a format from %s", spec, strings.Join(formats(), ", "))
		}
	}
	switch {
	case !f.disposable:
		return o, errors.New("verify resets the target and breaks it on purpose; nothing was touched. Say --disposable if everything on the hosts of the inventory may be lost")
	case f.reset == "" && f.container == "":
		return o, errors.New("verify needs a target that can be reset: --reset-command, or --container")
	case f.reset != "" && f.container != "":
		return o, errors.New("choose one of --reset-command and --container")
	case f.snapshots != (verify.SnapshotCommands{}) && f.container != "":
		return o, errors.New("--container makes its snapshots itself: leave --snapshot-command, --restore-command and --forget-command out")
	case (f.snapshots.KeepCommand == "") != (f.snapshots.ReturnCommand == "") || f.snapshots.ForgetCommand != "" && f.snapshots.KeepCommand == "":
		return o, errors.New("--snapshot-command and --restore-command belong together: what one keeps the other brings back")
	}
	return o, nil
}

func verifyPlaybooks(cmd *cobra.Command, f *verifyFlags, paths []string) error {
	if err := f.world(cmd); err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	result, err := judge(cmd.Context(), paths)
	if err != nil {
		return err
	}
	o.Foretold = foretellers(result.Findings)
	bar := progressBar(cmd.ErrOrStderr())
	if bar != nil {
		o.Progress = bar.show
	}
	defer mayInterrupt(cmd.Context(), cmd.ErrOrStderr())()
	report, err := f.verify(cmd.Context(), paths, o)
	if bar != nil {
		bar.clear() // or the report begins behind it
	}
	if errors.Is(err, context.Canceled) {
		return sayError(cmd.ErrOrStderr(), errors.New("User interrupted execution"), exitInterrupted)
	}
	if report == nil {
		return sayError(cmd.ErrOrStderr(), err, strategy.ExitParse)
	}
	if err != nil { // of an interrupted verification: something is left behind
		fmt.Fprintf(cmd.ErrOrStderr(), "ERROR! %v\n", err)
	}
	return f.write(cmd.OutOrStdout(), report)
}

// mayInterrupt says what an interrupt does, and lets another end the program at once. The result undoes it.
func mayInterrupt(ctx context.Context, say io.Writer) (undo func() bool) {
	return context.AfterFunc(ctx, func() {
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		fmt.Fprintln(say, "\nInterrupted: the trial that runs is ended, and the report of what was tried follows. Interrupt once more to end at once.")
	})
}

// verify sets the world up and runs the trials.
func (f *verifyFlags) verify(ctx context.Context, paths []string, o verify.Options) (*verify.Report, error) {
	h := &verify.Hosts{Playbooks: paths, Options: f.Options, Ignore: f.ignore, Opaque: f.opaque, Below: f.below, Here: f.here}
	if f.log != "" {
		file, err := os.Create(f.log)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		h.Log = file
	}
	h, err := verify.NewHosts(ctx, h)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	if f.container == "" {
		target := verify.Commands{ResetCommand: f.reset, Enter: f.enter}
		if f.snapshots.KeepCommand != "" {
			target.Snapshots = &f.snapshots
		}
		h.Target = target
	} else {
		containers, err := verify.NewContainers(f.container, f.containerOptions, h.Names())
		if err != nil {
			return nil, err
		}
		defer containers.Remove(context.WithoutCancel(ctx))
		h.Target = containers
	}
	o.Log = h.Note
	if !f.noSnapshots {
		o.Keeper = h.Keeper()
	}
	report, err := verify.Run(ctx, h, o)
	if report != nil {
		report.Playbooks, report.Target = paths, h.Target.Name()
	}
	return report, err
}

// write writes the report in all forms that were asked for; what failed makes the exit code 2, an interrupt that of interrupted runs.
func (f *verifyFlags) write(out io.Writer, r *verify.Report) error {
	for _, spec := range f.outputs {
		name, path, _ := strings.Cut(spec, "=")
		file, err := os.Create(path)
		if err == nil {
			err = errors.Join(verify.Formats[name](file, r), file.Close())
		}
		if err != nil {
			return fmt.Errorf("writing the report as %s: %w", name, err)
		}
	}
	if err := verify.Formats[f.format](out, r); err != nil {
		return err
	}
	switch {
	case r.Interrupted != "":
		return &exitError{Code: exitInterrupted}
	case r.Failed > 0:
		return &exitError{Code: strategy.ExitFailed}
	}
	return nil
}

// absolute makes a path comparable with those of tasks.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// progressBar is for terminals; nil where there is none.
func progressBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 80
	}
	return &bar{w: w, width: width}
}
