package launch

import (
	"os/exec"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/jinja/value"
)

// settings are those of the run: the command line counts more than the environment and ansible.cfg.
func (s *Session) settings() strategy.Settings {
	o, c := s.opts, s.Config
	text := func(option, name string) string {
		if option != "" {
			return option
		}
		return c.Str(name)
	}
	number := func(option int, name string) int {
		if option != 0 {
			return option
		}
		return c.Int(name)
	}
	out := strategy.Settings{
		Forks: number(o.Forks, "DEFAULT_FORKS"), Check: o.Check, Diff: o.Diff || c.Bool("DIFF_ALWAYS"), Verbosity: s.Verbosity(),
		Tags: tags(o.Tags, c.List("TAGS_RUN")), SkipTags: tags(o.SkipTags, c.List("TAGS_SKIP")), StartAt: o.StartAt, Step: o.Step,
		ForceHandlers: o.ForceHandlers || c.Bool("DEFAULT_FORCE_HANDLERS"), AnyErrorsFatal: c.Bool("ANY_ERRORS_FATAL"),
		Strategy: c.Str("DEFAULT_STRATEGY"), Gathering: c.Str("DEFAULT_GATHERING"), GatherSubset: c.List("DEFAULT_GATHER_SUBSET"),
		GatherTimeout: c.Int("DEFAULT_GATHER_TIMEOUT"), FactPath: c.Str("DEFAULT_FACT_PATH"), TaskTimeout: c.Int("TASK_TIMEOUT"),
		PollInterval: c.Int("DEFAULT_POLL_INTERVAL"), MissingHandlerFail: c.Bool("ERROR_ON_MISSING_HANDLER"), NoLog: c.Bool("DEFAULT_NO_LOG"),
		ShowCustomStats: c.Bool("SHOW_CUSTOM_STATS"), Connection: text(o.Connection, "DEFAULT_TRANSPORT"), RemoteUser: text(o.User, "DEFAULT_REMOTE_USER"),
		Port: c.Int("DEFAULT_REMOTE_PORT"), KeyFiles: o.KeyFiles, Become: o.Become || c.Bool("DEFAULT_BECOME"),
		BecomeUser: text(o.BecomeUser, "DEFAULT_BECOME_USER"), BecomeMethod: text(o.BecomeMethod, "DEFAULT_BECOME_METHOD"),
		BecomeExe: c.Str("DEFAULT_BECOME_EXE"), BecomeFlags: c.Str("DEFAULT_BECOME_FLAGS"),
		Python: c.Str("INTERPRETER_PYTHON"), PythonFiles: c.Int("PYTHON_MODULE_RLIMIT_NOFILE"), Ephemeral: o.Ephemeral, NoCoalesce: o.NoCoalesce,
		RetryFiles:     c.Bool("RETRY_FILES_ENABLED"),
		ConnectRetries: c.Int("SSH_RETRIES"), MaxDiff: c.Int("MAX_FILE_SIZE_FOR_DIFF"),
		ConnectTimeout: time.Duration(number(o.Timeout, "DEFAULT_TIMEOUT")) * time.Second,
	}
	if len(out.KeyFiles) == 0 {
		out.KeyFiles = c.Paths("DEFAULT_PRIVATE_KEY_FILE", "\x00")
	}
	if len(out.Tags) == 0 {
		out.Tags = []string{"all"}
	}
	for _, args := range []string{c.Str("SSH_ARGS"), c.Str("SSH_COMMON_ARGS"), o.SSHCommon, c.Str("SSH_EXTRA_ARGS"), o.SSHExtra} {
		out.SSHArgs = append(out.SSHArgs, strings.Fields(args)...)
	}
	if dirs := c.Paths("RETRY_FILES_SAVE_PATH", "\x00"); len(dirs) > 0 {
		out.RetryDir = dirs[0]
	}
	if c.Given("ASYNC_DIR") {
		out.AsyncDir = c.Str("ASYNC_DIR")
	}
	if exe := c.Str("DEFAULT_EXECUTABLE"); exe != "/bin/sh" {
		out.Shell = exe
	}
	if c.Bool("PARAMIKO_HOST_KEY_AUTO_ADD") {
		out.HostKeys = connection.HostKeysAcceptNew
	}
	if c.Given("HOST_KEY_CHECKING") && !c.Bool("HOST_KEY_CHECKING") {
		out.HostKeys = connection.HostKeysOff
	}
	return out
}

// Verbosity is the number of -v.
func (s *Session) Verbosity() int { return max(s.opts.Verbosity, s.Config.Int("DEFAULT_VERBOSITY")) }

// tags joins comma lists.
func tags(options, settings []string) []string {
	var out []string
	for _, o := range options {
		for _, t := range strings.Split(o, ",") {
			if t = strings.TrimSpace(t); t != "" {
				out = append(out, t)
			}
		}
	}
	if len(out) == 0 {
		return settings
	}
	return out
}

// optionVars are the variables that tell of the command line.
func (s *Session) optionVars(sources []string) *value.Dict {
	o := s.settings()
	d := value.NewDict()
	d.SetStr("ansible_check_mode", value.Bool(o.Check))
	d.SetStr("ansible_diff_mode", value.Bool(o.Diff))
	d.SetStr("ansible_forks", value.Int(o.Forks))
	d.SetStr("ansible_inventory_sources", list(sources))
	if s.opts.Limit != "" {
		d.SetStr("ansible_limit", value.Str(s.opts.Limit))
	}
	d.SetStr("ansible_run_tags", list(o.Tags))
	d.SetStr("ansible_skip_tags", list(o.SkipTags))
	d.SetStr("ansible_verbosity", value.Int(o.Verbosity))
	d.SetStr("ansible_version", ansibleVersion())
	python := localPython()
	if python == "" {
		python = "/usr/bin/python3" // what asks for it wants a path, and will say what is missing
	}
	d.SetStr("ansible_playbook_python", value.Str(python))
	return d
}

// localPython is this machine's Python, for playbooks that run it; nothing here does. "" where there is none.
func localPython() string {
	path, err := exec.LookPath("python3")
	if err != nil {
		return ""
	}
	return path
}

// CompatibleVersion is the version of ansible-core whose language this program speaks.
const CompatibleVersion = "2.14.18"

func ansibleVersion() *value.Dict {
	d := value.NewDict()
	d.SetStr("string", value.Str(CompatibleVersion))
	d.SetStr("full", value.Str(CompatibleVersion))
	for i, part := range strings.SplitN(CompatibleVersion, ".", 3) {
		n, _ := strconv.Atoi(part)
		d.SetStr([]string{"major", "minor", "revision"}[i], value.Int(n))
	}
	return d
}
