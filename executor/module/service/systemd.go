package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// unitTask is one call about one systemd unit.
type unitTask struct {
	*module.Call
	unit    string
	status  map[string]any // systemctl show
	known   bool           // a unit file or init script exists
	initd   bool           // /etc/init.d has a script of that name
	result  module.Result
	options []string // of every systemctl call
	// isEnabled waits for what systemctl is-enabled says, once it was asked.
	isEnabled func() (program.Output, error)
}

// runSystemd is ansible.builtin.systemd_service.
func runSystemd(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &unitTask{Call: c, unit: c.Args.Str("name")}
	if strings.ContainsAny(t.unit, "*?[") {
		i := strings.IndexAny(t.unit, "*?[")
		return nil, module.Fail(fmt.Sprintf("This module does not currently support using glob patterns, found '%c' in service name: %s", t.unit[i], t.unit))
	}
	if _, err := program.Path(c.Sys, "systemctl"); err != nil {
		return nil, err
	}
	t.setOptions()
	t.result = module.Result{"name": nil, "changed": false, "status": map[string]any{}}
	if t.unit != "" {
		t.result["name"] = t.unit
	}
	for _, verb := range []string{"daemon_reload", "daemon_reexec"} {
		if !c.Args.Bool(verb) {
			continue
		}
		name := strings.ReplaceAll(verb, "_", "-")
		out, err := t.change(ctx, name)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			return nil, module.Fail(fmt.Sprintf("failure %d during %s: %s", out.RC, name, out.Err))
		}
	}
	if t.unit == "" {
		return t.result, nil
	}
	for _, step := range []func(context.Context) error{t.look, t.mask, t.enable, t.run} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return t.result, nil
}

func (t *unitTask) setOptions() {
	if s := t.Args.Str("scope"); s != "" && s != "system" {
		t.options = append(t.options, "--"+s)
	}
	for _, o := range [][2]string{{"no_block", "--no-block"}, {"force", "--force"}} {
		if t.Args.Bool(o[0]) {
			t.options = append(t.options, o[1])
		}
	}
}

// env gives systemctl --user its bus.
func (t *unitTask) env() map[string]string {
	if t.Sys.Getenv("XDG_RUNTIME_DIR") != "" {
		return nil
	}
	return map[string]string{"XDG_RUNTIME_DIR": "/run/user/" + strconv.Itoa(t.Sys.Self().UID)}
}

func (t *unitTask) systemctl(ctx context.Context, reads bool, args ...string) (program.Output, error) {
	argv := append(append([]string{"systemctl"}, t.options...), args...)
	return program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Env: t.env(), Reads: reads})
}

func (t *unitTask) read(ctx context.Context, args ...string) (program.Output, error) {
	return t.systemctl(ctx, true, args...)
}

func (t *unitTask) change(ctx context.Context, args ...string) (program.Output, error) {
	return t.systemctl(ctx, false, args...)
}

// look reads the unit's properties and finds out whether it exists.
func (t *unitTask) look(ctx context.Context) error {
	t.initd = isExecutable(t.Sys, "/etc/init.d/"+t.unit)
	if t.Args.Has("enabled") && !t.Args.Has("masked") { // unmasking changes the answer
		t.askEnabled(ctx)
		defer t.isEnabled() // nothing may run on when the task has failed
	}
	out, err := t.read(ctx, "show", "--", t.unit)
	if err != nil {
		return err
	}
	isUnit := false
	switch {
	case out.RC == 0 && !ignored(out.Out) && !ignored(out.Err):
		t.status = parseShow(out.Out)
		load := t.status["LoadState"]
		isUnit = load != nil && load != "not-found"
		if why, bad := t.status["LoadError"]; bad && isUnit && load != "masked" {
			return module.Fail(fmt.Sprintf("Error loading unit file '%s': %s", t.unit, why))
		}
	default:
		if isUnit, err = t.lookOffline(ctx); err != nil {
			return err
		}
	}
	if t.status != nil {
		t.result["status"] = t.status
	}
	t.known = isUnit || t.initd
	if t.initd && !isUnit {
		t.Warn("The service (%s) is actually an init script but the system is managed by systemd", t.unit)
	}
	return nil
}

// askEnabled asks whether the unit is enabled, beside other questions: a systemctl takes some ten milliseconds, most of which it waits.
func (t *unitTask) askEnabled(ctx context.Context) {
	type said struct {
		out program.Output
		err error
	}
	answer := make(chan said, 1)
	go func() {
		out, err := t.read(ctx, "is-enabled", "-l", "--", t.unit)
		answer <- said{out, err}
	}()
	t.isEnabled = sync.OnceValues(func() (program.Output, error) {
		s := <-answer
		return s.out, s.err
	})
}

// lookOffline asks the unit files where no manager answers (in a chroot).
func (t *unitTask) lookOffline(ctx context.Context) (bool, error) {
	out, err := t.read(ctx, "is-enabled", "--", t.unit)
	if err != nil {
		return false, err
	}
	switch strings.TrimSpace(out.Out) {
	case "enabled", "enabled-runtime", "linked", "linked-runtime", "masked", "masked-runtime", "static", "indirect", "disabled", "generated", "transient":
		return true, nil
	}
	out, err = t.read(ctx, "list-unit-files", "--", t.unit)
	if err != nil || out.RC == 0 {
		return err == nil, err
	}
	_, err = program.Must(t.read(ctx))
	return false, err
}

// mask masks or unmasks; units that are not installed yet may be masked too.
func (t *unitTask) mask(ctx context.Context) error {
	if !t.Args.Has("masked") {
		return nil
	}
	want := t.Args.Bool("masked")
	out, err := t.read(ctx, "is-enabled", "--", t.unit)
	if err != nil || (strings.TrimSpace(out.Out) == "masked") == want {
		return err
	}
	t.result["changed"] = true
	out, err = t.change(ctx, map[bool]string{true: "mask", false: "unmask"}[want], "--", t.unit)
	if err != nil || out.RC == 0 {
		return err
	}
	return t.mustExist()
}

func (t *unitTask) mustExist() error {
	if t.known {
		return nil
	}
	return module.Fail(fmt.Sprintf("Could not find the requested service %s: host", t.unit))
}

// enable makes the unit start at boot, or not.
func (t *unitTask) enable(ctx context.Context) error {
	if !t.Args.Has("enabled") {
		return nil
	}
	if err := t.mustExist(); err != nil {
		return err
	}
	want := t.Args.Bool("enabled")
	if t.isEnabled == nil {
		t.askEnabled(ctx)
	}
	out, err := t.isEnabled()
	if err != nil {
		return err
	}
	said := strings.TrimSpace(out.Out)
	enabled := false
	switch {
	case out.RC == 0:
		enabled = said != "indirect" && said != "alias"
	case out.RC == 1 && t.Args.Str("scope") != "user" && t.Args.Str("scope") != "global" && t.initd && !strings.HasSuffix(said, "disabled"):
		enabled = sysvEnabled(t.Sys, t.unit)
	}
	t.result["enabled"] = want
	if enabled == want {
		return nil
	}
	t.result["changed"] = true
	verb := map[bool]string{true: "enable", false: "disable"}[want]
	out, err = t.change(ctx, verb, "--", t.unit)
	if err == nil && out.RC != 0 {
		return module.Fail(fmt.Sprintf("Unable to %s service %s: %s", verb, t.unit, out.Out+out.Err))
	}
	return err
}

// run starts, stops, restarts or reloads.
func (t *unitTask) run(ctx context.Context) error {
	state := t.Args.Str("state")
	if state == "" {
		return nil
	}
	if err := t.mustExist(); err != nil {
		return err
	}
	t.result["state"] = state
	active, known := t.status["ActiveState"]
	if !known {
		if t.Sys.Getenv("SYSTEMD_OFFLINE") == "1" || !systemdBooted(t.Sys) {
			t.Warn("Target is a chroot or systemd is offline. This can lead to false positives or prevent the init system tools from working.")
			return nil
		}
		return module.Fail("Service is in unknown state", "status", t.result["status"])
	}
	running := active == "active" || active == "activating"
	verb := ""
	switch state {
	case "started":
		if !running {
			verb = "start"
		}
	case "stopped":
		if running || active == "deactivating" {
			verb = "stop"
		}
	default:
		verb = "start"
		if running {
			verb = strings.TrimSuffix(state, "ed") // restart, reload
		}
		t.result["state"] = "started"
	}
	if verb == "" {
		return nil
	}
	t.result["changed"] = true
	out, err := t.change(ctx, verb, "--", t.unit)
	if err == nil && out.RC != 0 {
		return module.Fail(fmt.Sprintf("Unable to %s service %s: %s", verb, t.unit, out.Err))
	}
	return err
}

// ignored tells that systemctl did not ask a manager.
func ignored(text string) bool {
	return strings.Contains(text, "ignoring request") || strings.Contains(text, "ignoring command")
}

// parseShow reads the properties that systemctl show prints. Only Exec* values may go over several lines, in braces.
func parseShow(text string) map[string]any {
	out := map[string]any{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		k, v, ok := strings.Cut(lines[i], "=")
		if !ok {
			continue
		}
		if strings.HasPrefix(k, "Exec") && strings.HasPrefix(strings.TrimLeft(v, " "), "{") {
			for !strings.HasSuffix(strings.TrimRight(v, " "), "}") && i+1 < len(lines) {
				i++
				v += "\n" + lines[i]
			}
		}
		out[k] = strings.TrimSpace(v)
	}
	return out
}

func isExecutable(sys module.System, path string) bool {
	st, err := sys.Stat(path)
	return err == nil && !st.Mode.IsDir() && st.Perm&0o111 != 0
}

// sysvEnabled tells whether a start link of an init script exists in some runlevel.
func sysvEnabled(sys module.System, name string) bool {
	for _, level := range "0123456S" {
		if sysvLink(sys, "/etc/rc"+string(level)+".d", 'S', name) {
			return true
		}
	}
	return false
}

// sysvLink tells whether a runlevel directory has a link such as S20name.
func sysvLink(sys module.System, dir string, kind byte, name string) bool {
	entries, _ := sys.ReadDir(dir)
	for _, e := range entries {
		if len(e.Name) > 3 && e.Name[0] == kind && e.Name[3:] == name {
			return true
		}
	}
	return false
}
