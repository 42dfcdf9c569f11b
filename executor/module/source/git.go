package source

import (
	"context"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// gitTask is one call of the git module.
type gitTask struct {
	*module.Call
	git     string // the program
	repo    string
	dest    string
	version string
	remote  string
	depth   int64
	bare    bool
	env     map[string]string
	umask   *int
	result  module.Result
	files   string            // the directory of the repository's own files
	refs    map[string]string // of the repository, by full name, once asked
	fetched fetched
}

// runGit is ansible.builtin.git.
func runGit(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	t := &gitTask{Call: c, git: c.Path("executable"), repo: a.Str("repo"), version: a.Text("version"), remote: a.Str("remote"),
		depth: a.Int("depth"), bare: a.Bool("bare"), dest: c.Path("dest"), result: module.Result{"changed": false, "before": nil}}
	if t.git == "" {
		p, err := program.Path(c.Sys, "git")
		if err != nil {
			return nil, err
		}
		t.git = p
	}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	if t.dest == "" && a.Bool("clone") {
		return nil, module.Fail("the destination directory must be specified unless clone=no")
	}
	if err := t.sync(ctx); err != nil {
		return nil, err
	}
	return t.result, nil
}

// prepare settles the repository's URL, umask and how git calls ssh.
func (t *gitTask) prepare(ctx context.Context) error {
	if p := t.ExpandPath(t.repo); strings.HasPrefix(p, "/") {
		t.repo = "file://" + p // depth works with URLs only
	}
	if t.dest != "" {
		t.dest = path.Clean(t.dest)
	}
	if t.Args.Has("umask") {
		n, err := strconv.ParseUint(t.Args.Text("umask"), 8, 16)
		if err != nil {
			return module.Fail("umask must be an octal integer", "details", err.Error())
		}
		m := int(n)
		t.umask = &m
	}
	return t.sshCommand(ctx)
}

// sshCommand builds GIT_SSH_COMMAND, which git hands to a shell: every word of it is quoted.
func (t *gitTask) sshCommand(ctx context.Context) error {
	opts, err := module.SplitWords(t.Sys.Getenv("GIT_SSH_OPTS") + " " + t.Args.Str("ssh_opts"))
	if err != nil {
		return module.Fail("ssh_opts: " + err.Error())
	}
	has := func(s string) bool { return strings.Contains(strings.Join(opts, " "), s) }
	add := func(o string) {
		if !has(o) {
			opts = append(opts, "-o", o)
		}
	}
	if t.Args.Bool("accept_hostkey") && !has("StrictHostKeyChecking=accept-new") {
		add("StrictHostKeyChecking=no")
	}
	if t.Args.Bool("accept_newhostkey") {
		out, err := program.Read(ctx, t.Sys, "ssh", "-o", "StrictHostKeyChecking=accept-new", "-V")
		if err != nil {
			return module.Fail("Remote host is missing ssh command, so you cannot use acceptnewhostkey option.", "details", err.Error())
		}
		if out.RC != 0 {
			t.Warn("Your ssh client does not support accept_newhostkey option, therefore it cannot be used.")
		} else if !has("StrictHostKeyChecking=no") {
			add("StrictHostKeyChecking=accept-new")
		}
	}
	add("BatchMode=yes")
	if key := t.Path("key_file"); key != "" {
		opts = append(opts, "-i", key)
		add("IdentitiesOnly=yes")
	}
	ssh := t.Sys.Getenv("GIT_SSH")
	if ssh == "" {
		ssh = t.Sys.Getenv("GIT_SSH_COMMAND")
	}
	if ssh == "" {
		ssh = "ssh"
	}
	t.env = map[string]string{"GIT_SSH_COMMAND": ssh + " " + program.Quote(opts), "GIT_TERMINAL_PROMPT": "0"}
	return nil
}

// run runs git in the checkout; dir "" is anywhere. reads is true for what changes nothing.
func (t *gitTask) run(ctx context.Context, dir string, reads bool, args ...string) (program.Output, error) {
	return program.Exec(ctx, t.Sys, module.Cmd{Argv: append([]string{t.git}, args...), Dir: dir, Env: t.env, Umask: t.umask, Reads: reads})
}

func (t *gitTask) read(ctx context.Context, args ...string) (program.Output, error) {
	return t.run(ctx, t.dest, true, args...)
}

func (t *gitTask) change(ctx context.Context, args ...string) (program.Output, error) {
	return t.run(ctx, t.dest, false, args...)
}

// head is the commit that is checked out.
func (t *gitTask) head(ctx context.Context) (string, error) {
	out, err := t.read(ctx, "rev-parse", "HEAD")
	return strings.TrimSpace(out.Out), err
}

// sync clones or updates, then puts the wanted version in place.
func (t *gitTask) sync(ctx context.Context) error {
	var err error
	if t.files, err = t.gitDir(); err != nil {
		return err
	}
	if sep := t.Path("separate_git_dir"); sep != "" && t.dest != "" {
		if t.files, err = t.relocate(ctx, t.files, sep); err != nil {
			return err
		}
	}
	there := false
	if t.dest != "" {
		_, err := t.Sys.Stat(path.Join(t.files, "config"))
		there = err == nil
	}
	localMods, moved := false, false
	switch {
	case !there && (t.Check || !t.Args.Bool("clone")):
		return t.predict(ctx, t.repo, true)
	case !there:
		if err := t.clone(ctx); err != nil {
			return err
		}
	case !t.Args.Bool("update"):
		return t.asIs(ctx)
	default:
		done := false
		if localMods, moved, done, err = t.update(ctx); err != nil || done {
			return err
		}
	}
	if !t.bare {
		if err := t.switchVersion(ctx); err != nil {
			return err
		}
	}
	subs, err := t.submodules(ctx)
	if err != nil {
		return err
	}
	return t.conclude(ctx, localMods || moved || subs)
}

// asIs reports the checkout untouched, for update=no.
func (t *gitTask) asIs(ctx context.Context) error {
	sha, err := t.head(ctx)
	t.result["before"], t.result["after"] = sha, sha
	if err != nil {
		return err
	}
	return t.archive(ctx)
}

// update fetches into an existing checkout. done tells that check mode has its answer.
func (t *gitTask) update(ctx context.Context) (localMods, moved, done bool, err error) {
	if localMods, err = t.modified(ctx); err != nil {
		return
	}
	before, err := t.head(ctx)
	if err != nil {
		return
	}
	t.result["before"] = before
	if localMods {
		msg := "Local modifications exist in the destination: " + t.dest
		if !t.Args.Bool("force") {
			return false, false, false, &module.Failure{Msg: msg + " (force=no).", Result: t.result}
		}
		if !t.Check {
			if _, err = program.Must(t.change(ctx, "reset", "--hard", "HEAD")); err != nil {
				return
			}
			t.result["changed"], t.result["msg"] = true, msg
		}
	}
	if moved, err = t.setRemote(ctx); err != nil {
		return
	}
	t.result["remote_url_changed"] = moved
	if t.Check {
		return localMods, moved, true, t.predict(ctx, t.remote, moved)
	}
	return localMods, moved, false, t.fetch(ctx)
}

// modified tells whether tracked files differ from HEAD.
func (t *gitTask) modified(ctx context.Context) (bool, error) {
	if t.bare {
		return false, nil
	}
	out, err := t.read(ctx, "status", "--porcelain")
	for _, l := range program.Lines(out.Out) {
		if !strings.HasPrefix(l, "??") {
			return true, err
		}
	}
	return false, err
}

// predict answers for check mode, and for clone=no, from what the remote says.
func (t *gitTask) predict(ctx context.Context, remote string, changed bool) error {
	after, err := t.remoteHead(ctx, remote)
	if err != nil {
		return err
	}
	t.result["after"] = after
	t.result["changed"] = changed || t.result["before"] != after
	return t.addDiff(ctx)
}

// conclude compares before and after.
func (t *gitTask) conclude(ctx context.Context, otherwise bool) error {
	after, err := t.head(ctx)
	if err != nil {
		return err
	}
	t.result["after"] = after
	if otherwise || t.result["before"] != after {
		t.result["changed"] = true
		if err := t.addDiff(ctx); err != nil {
			return err
		}
	}
	return t.archive(ctx)
}

// addDiff tells what the change is, in diff mode.
func (t *gitTask) addDiff(ctx context.Context) error {
	before, _ := t.result["before"].(string)
	after, _ := t.result["after"].(string)
	if !t.Diff {
		return nil
	}
	if t.result["before"] == nil {
		t.result["diff"] = map[string]any{"prepared": ">> Newly checked out " + after}
		return nil
	}
	if before == after {
		return nil
	}
	out, err := t.read(ctx, "diff", before, after)
	if err != nil {
		return err
	}
	text := out.Out
	switch {
	case out.RC != 0:
		text = ">> Failed to get proper diff between " + before + " and " + after + ":\n>> " + out.Err
	case text == "":
		text = ">> No visual differences between " + before + " and " + after
	}
	t.result["diff"] = map[string]any{"prepared": text}
	return nil
}

// gitDir is where the repository's own files are; dest/.git may be a file that points there.
func (t *gitTask) gitDir() (string, error) {
	if t.bare || t.dest == "" {
		return t.dest, nil
	}
	dir := path.Join(t.dest, ".git")
	st, err := t.Sys.Stat(dir)
	if err != nil || st.Mode.IsDir() {
		return dir, nil
	}
	data, err := t.Sys.ReadFile(dir)
	if err != nil {
		return "", err
	}
	where, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: ")
	if ok && !path.IsAbs(where) {
		where = path.Join(t.dest, where)
	}
	if st, err := t.Sys.Stat(where); !ok || err != nil || !st.Mode.IsDir() {
		return "", module.Fail("Current repo does not have a valid reference to a separate Git dir or it refers to the invalid path", "details", where)
	}
	return where, nil
}

// relocate moves the repository's files to separate_git_dir.
func (t *gitTask) relocate(ctx context.Context, have, want string) (string, error) {
	if real, err := t.Sys.Realpath(want); err == nil {
		want = real
	}
	if _, err := t.Sys.Stat(have); err != nil || have == want {
		return have, nil
	}
	t.result["changed"] = true
	if t.Check {
		return have, nil
	}
	if _, err := t.Sys.Stat(want); err == nil {
		return "", module.Fail("Separate-git-dir path " + want + " already exists.")
	}
	if err := t.Sys.Rename(have, want); err != nil {
		return "", module.Fail("Unable to move git dir. " + err.Error())
	}
	mode := fs.FileMode(0o644)
	err := t.Sys.Write(path.Join(t.dest, ".git"), strings.NewReader("gitdir: "+want), module.WriteSpec{Mode: &mode, Fresh: true})
	return want, err
}
