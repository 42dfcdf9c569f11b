package action

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/module/foreign"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/parser/jinja/value"
)

// Interpreter is what runs a foreign module: words, or a Python that the target looks for.
type Interpreter struct {
	Words []string
	// Discover is how Python is looked for: auto, auto_silent, auto_legacy or auto_legacy_silent; "" where Words say it.
	Discover string
	// Fallback are the names to look for; nil is Ansible's list.
	Fallback []string
	// Files is how many files a Python may open; 0 is as many as usual.
	Files int64
}

// Foreign says how a module that is a program of its own is run.
type Foreign struct {
	*pymodule.Program
	By    Interpreter
	NoLog bool
	// Ephemeral leaves nothing on the target. Elsewhere tells that another host does the work.
	Ephemeral, Elsewhere bool
}

// Action sends the module with its arguments. Check mode is a parameter of the module, which is run in any case.
func (f Foreign) Action(_ context.Context, c *Call) (Step, error) {
	all := value.NewDict()
	for k, v := range c.Args.All() {
		all.Set(k, v)
	}
	for k, v := range f.internal(c).All() {
		all.Set(k, v)
	}
	params, err := plainArgs(all)
	if err != nil {
		return Step{}, err
	}
	args := map[string]any{"kind": string(f.Kind), "name": f.Name, "params": params, "interpreter": f.By.Words, "discover": f.By.Discover,
		"fallback": f.By.Fallback, "ephemeral": f.Ephemeral, "nofile": f.By.Files, "async": c.Async}
	switch f.Kind {
	case pymodule.Old:
		args["line"] = keyValues(all)
	case pymodule.Filled:
		args["mark"] = pymodule.MarkOfArgs
	}
	really := false
	content := Blob{SHA256: f.SHA256, Size: int64(len(f.Content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Content)), nil }}
	return Step{
		Request: &Request{Module: foreign.Name, Args: args, Blobs: map[string]Blob{foreign.Blob: content}, Check: &really},
		Finish:  func(d *value.Dict) *value.Dict { return f.finish(c, d) },
	}, nil
}

// internal are the parameters that Ansible gives every module beside its own.
func (f Foreign) internal(c *Call) *value.Dict {
	all := Result("_ansible_check_mode", c.Check, "_ansible_no_log", f.NoLog, "_ansible_debug", false, "_ansible_diff", c.Diff,
		"_ansible_verbosity", c.Verbosity, "_ansible_version", f.Version, "_ansible_module_name", f.Name, "_ansible_syslog_facility", "LOG_USER",
		"_ansible_selinux_special_fs", []any{"fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"}, "_ansible_string_conversion_action", "warn",
		"_ansible_socket", nil, "_ansible_shell_executable", "/bin/sh", "_ansible_keep_remote_files", false, "_ansible_remote_tmp", "~/.ansible/tmp")
	out := value.NewDict()
	for k, v := range all.All() {
		if name, _ := value.ToStr(k); f.Takes(strings.TrimPrefix(name, "_ansible_")) {
			out.Set(k, v)
		}
	}
	return out
}

// finish shows what the target has to say of the module's output, and forgets an interpreter that is another host's.
func (f Foreign) finish(c *Call, d *value.Dict) *value.Dict {
	said, _ := d.GetStr("_ansible_said")
	if list, ok := said.(*value.List); ok {
		for _, item := range list.Items {
			c.Run.Events.Emit(event.Warning{Text: mustText(item)})
		}
	}
	d.Delete(value.Str("_ansible_said"))
	if facts, ok := d.GetStr("ansible_facts"); ok && f.Elsewhere {
		if facts, ok := facts.(*value.Dict); ok {
			facts.Delete(value.Str("discovered_interpreter_python"))
		}
	}
	return d
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// keyValues are arguments as the oldest modules read them.
func keyValues(args *value.Dict) string {
	var out strings.Builder
	for k, v := range args.All() {
		text := mustText(v)
		if !plainWord.MatchString(text) {
			text = Quote(text)
		}
		out.WriteString(mustText(k) + "=" + text + " ")
	}
	return out.String()
}
