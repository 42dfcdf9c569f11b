// Package schedule is work that the target does by the clock: crontabs.
package schedule

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{{Name: "ansible.builtin.cron", Run: runCron}}
}

var cronFileName = regexp.MustCompile(`(?i)^[A-Z0-9_-]+$`)

// cronTask is one call of the cron module.
type cronTask struct {
	*module.Call
	tab  *crontab
	file string // of /etc/cron.d or elsewhere; "" is a user's crontab
	user string
}

// runCron is ansible.builtin.cron.
func runCron(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &cronTask{Call: c, file: c.Path("cron_file"), user: c.Args.Str("user")}
	if err := t.check(); err != nil {
		return nil, err
	}
	if err := t.read(ctx); err != nil {
		return nil, err
	}
	before := t.tab.text
	var changed bool
	var err error
	if c.Args.Bool("env") {
		changed, err = t.variable()
	} else {
		changed, err = t.job()
	}
	if err != nil {
		return nil, err
	}
	if changed && !c.Args.Bool("env") && c.Args.Str("state") == "absent" && t.file != "" && t.tab.empty() {
		return t.removeFile(before)
	}
	if !changed && before != "" && !strings.HasSuffix(before, "\n") && !strings.HasSuffix(before, "\r") {
		changed = true // the last line lacks its end
	}
	res := module.Result{"changed": changed, "jobs": t.tab.jobs(), "envs": t.tab.envs(), "warnings": []any{}}
	if t.file != "" {
		res["cron_file"] = c.Args.Str("cron_file")
	}
	if !changed {
		return res, nil
	}
	after := t.tab.render()
	if c.Diff {
		res["diff"] = module.TextDiff(before, after, t.header(), t.header())
	}
	if c.Args.Bool("backup") && !c.Check {
		if res["backup_file"], err = t.backup(before); err != nil {
			return nil, err
		}
	}
	return res, t.write(ctx, after)
}

// check refuses arguments that contradict each other.
func (t *cronTask) check() error {
	a := t.Args
	if t.file == "/etc/crontab" {
		return module.Fail("Will not manage /etc/crontab via cron_file, see documentation.")
	}
	if t.file != "" {
		if base := path.Base(t.file); !cronFileName.MatchString(base) {
			t.Warn("Filename portion of cron_file (%q) should consist solely of upper- and lower-case letters, digits, underscores, and hyphens", base)
		}
		if !path.IsAbs(t.file) {
			t.file = path.Join("/etc/cron.d", t.file)
		}
	}
	if a.Str("special_time") != "" {
		for _, f := range timeFields {
			if v := a.Text(f); v != "" && v != "*" {
				return module.Fail("You must specify time and date fields or special time.")
			}
		}
	}
	if a.Str("state") == "absent" {
		return nil
	}
	switch {
	case t.file != "" && t.user == "":
		return module.Fail("To use cron_file=... parameter you must specify user=... as well")
	case !a.Has("job"):
		return module.Fail("You must specify 'job' to install a new cron job or variable")
	case (a.Str("insertafter") != "" || a.Str("insertbefore") != "") && !a.Bool("env"):
		return module.Fail("Insertafter and insertbefore parameters are valid only with env=yes")
	}
	return nil
}

// crontab is the program with the option for another user's crontab.
func (t *cronTask) crontab(args ...string) []string {
	argv := []string{"crontab"}
	if t.user != "" && t.UserName(t.Sys.Self().UID) != t.user {
		argv = append(argv, "-u", t.user)
	}
	return append(argv, args...)
}

func (t *cronTask) read(ctx context.Context) error {
	if _, err := program.Path(t.Sys, "crontab"); err != nil {
		return err
	}
	if t.file != "" {
		data, err := t.Sys.ReadFile(t.file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		t.tab = parseCrontab(string(data), false)
		return nil
	}
	out, err := program.Read(ctx, t.Sys, t.crontab("-l")...)
	if err != nil {
		return err
	}
	if out.RC > 1 { // 1 is a user without a crontab
		return module.Fail("Unable to read crontab")
	}
	if out.RC == 1 {
		out.Out = ""
	}
	t.tab = parseCrontab(out.Out, true)
	return nil
}

// write installs the text: as a file, or through crontab, which checks it and tells cron.
func (t *cronTask) write(ctx context.Context, text string) error {
	if t.file != "" {
		mode := fs.FileMode(0o644)
		spec := module.WriteSpec{}
		if _, err := t.Sys.Stat(t.file); err != nil {
			spec.Mode = &mode
		}
		return t.Sys.Write(t.file, strings.NewReader(text), spec)
	}
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: t.crontab("-"), Stdin: []byte(text)})
	if err == nil && out.RC != 0 {
		err = module.Fail(out.Err)
	}
	return err
}

// backup keeps the text as it was.
func (t *cronTask) backup(text string) (string, error) {
	dir, err := t.Sys.TempDir()
	if err != nil {
		return "", err
	}
	file := path.Join(dir, "crontab")
	mode := fs.FileMode(0o600)
	return file, t.Sys.Write(file, strings.NewReader(text), module.WriteSpec{Mode: &mode})
}

func (t *cronTask) header() string {
	switch {
	case t.file != "":
		return t.file
	case t.user != "":
		return `crontab for user "` + t.user + `"`
	}
	return "crontab"
}

// removeFile drops a file in which no job is left.
func (t *cronTask) removeFile(before string) (module.Result, error) {
	res := module.Result{"changed": true, "cron_file": t.Args.Str("cron_file"), "state": t.Args.Str("state"), "diff": map[string]any{}}
	if t.Diff {
		res["diff"] = module.TextDiff(before, "", t.file, "/dev/null")
	}
	return res, t.Sys.Remove(t.file)
}

// timeFields are the fields of a crontab line, in order.
var timeFields = []string{"minute", "hour", "day", "month", "weekday"}

// line is the crontab line that the arguments mean.
func (t *cronTask) line() string {
	var f []string
	if s := t.Args.Str("special_time"); s != "" {
		f = append(f, "@"+s)
	} else {
		for _, n := range timeFields {
			v := t.Args.Text(n)
			if v == "" {
				v = "*"
			}
			f = append(f, v)
		}
	}
	if t.file != "" {
		f = append(f, t.user)
	}
	line := strings.Join(append(f, strings.Trim(t.Args.Text("job"), "\r\n")), " ")
	if t.Args.Bool("disabled") {
		return "#" + line
	}
	return line
}

// job adds, replaces or removes a job, which the comment above it names.
func (t *cronTask) job() (bool, error) {
	name := t.Args.Text("name")
	if t.Args.Str("state") == "absent" {
		if _, _, ok := t.tab.find(name, ""); !ok {
			return false, nil
		}
		t.tab.replace(name, "")
		return true, nil
	}
	if strings.ContainsAny(strings.Trim(t.Args.Text("job"), "\r\n"), "\r\n") {
		t.Warn("Job should not contain line breaks")
	}
	line := t.line()
	old, named, ok := t.tab.find(name, line)
	switch {
	case !ok:
		t.tab.lines = append(t.tab.lines, mark+name, line)
	case old != line || named:
		t.tab.replace(name, line)
	default:
		return false, nil
	}
	return true, nil
}

// variable adds, replaces or removes an environment variable of the crontab.
func (t *cronTask) variable() (bool, error) {
	name := t.Args.Text("name")
	if strings.Contains(name, " ") {
		return false, module.Fail("Invalid name for environment variable")
	}
	at := t.tab.env(name)
	if t.Args.Str("state") == "absent" {
		if at >= 0 {
			t.tab.lines = append(t.tab.lines[:at], t.tab.lines[at+1:]...)
		}
		return at >= 0, nil
	}
	decl := name + `="` + t.Args.Text("job") + `"`
	if at >= 0 {
		same := t.tab.lines[at] == decl
		t.tab.lines[at] = decl
		return !same, nil
	}
	where := 0
	for _, o := range []struct {
		arg  string
		plus int
	}{{"insertafter", 1}, {"insertbefore", 0}} {
		if other := t.Args.Str(o.arg); other != "" {
			i := t.tab.env(other)
			if i < 0 {
				return false, module.Fail("Variable named '" + other + "' not found.")
			}
			where = i + o.plus
			break
		}
	}
	t.tab.lines = append(t.tab.lines[:where], append([]string{decl}, t.tab.lines[where:]...)...)
	return true, nil
}
