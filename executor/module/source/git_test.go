package source

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
	"pylint-deploy/executor/module"
)

// again is a checkout that is made, and then brought up to date. DIR/src is the remote, behind an ssh that counts who logs in.
type again struct {
	name string
	args module.Args
	// first are the arguments of the first run where they differ.
	first module.Args
	// between is what happens between the two runs, in DIR.
	between string
	// env is added to the environment of the second run.
	env map[string]string
	// logins of the second run.
	logins int
	// want is what the checkout has then, as the remote calls it; "" is what it had. fails is a part of the message.
	want, fails string
	check       bool
}

const commit = "cd src && git commit -q --allow-empty -m new"

var agains = []again{
	{name: "branch", args: module.Args{"version": "main"}, logins: 1},
	{name: "branch with a new commit", args: module.Args{"version": "main"}, between: commit, logins: 1, want: "main"},
	{name: "branch that was rewritten", args: module.Args{"version": "main"}, between: "cd src && git commit -q --allow-empty --amend -m other", logins: 1, want: "main"},
	{name: "branch while another has a commit", args: module.Args{"version": "feature"}, between: commit, logins: 1},
	{name: "another branch", first: module.Args{"version": "main"}, args: module.Args{"version": "feature"}, logins: 1, want: "feature"},
	{name: "new branch", first: module.Args{"version": "main"}, args: module.Args{"version": "fresh"}, between: commit + " && git branch fresh", logins: 1, want: "fresh"},
	{name: "branch that is gone", args: module.Args{"version": "feature"}, between: "cd src && git branch -D feature", logins: 1},
	{name: "branch that is a tag now", args: module.Args{"version": "feature"}, between: "cd src && git branch -m feature x && git tag feature main", logins: 1},
	{name: "branch whose name begins as another", first: module.Args{"version": "main"}, args: module.Args{"version": "feat"}, logins: 1, fails: "Failed to checkout feat"},
	{name: "branch of the name of a tag", args: module.Args{"version": "v1"}, between: "cd src && git branch v1 feature", logins: 1, want: "refs/heads/v1"},
	{name: "HEAD", args: module.Args{"version": "HEAD"}, logins: 1},
	{name: "HEAD with a new commit", args: module.Args{"version": "HEAD"}, between: commit, logins: 1, want: "main"},
	{name: "HEAD where a tag has the branch's name", args: module.Args{"version": "HEAD"}, between: commit + "; git tag main feature", logins: 1, want: "refs/heads/main"},
	{name: "check mode, HEAD where a tag has the branch's name", args: module.Args{"version": "HEAD"}, between: commit + "; git tag main feature; git -C ../co fetch -q --tags", check: true, logins: 1, want: "refs/heads/main"},
	{name: "tag", args: module.Args{"version": "v1"}, logins: 1},
	{name: "tag with a message", args: module.Args{"version": "v1a"}, logins: 1},
	{name: "tag, and a new commit", args: module.Args{"version": "v1"}, between: commit, logins: 1},
	{name: "new tag", args: module.Args{"version": "v2"}, first: module.Args{"version": "main"}, between: commit + "; git tag v2; " + "git commit -q --allow-empty -m newer", logins: 1, want: "v2"},
	{name: "tag that moved", args: module.Args{"version": "v1"}, between: "cd src && git tag -f v1 feature", logins: 1, fails: "would clobber existing tag"},
	{name: "tag that moved, forced", args: module.Args{"version": "v1", "force": true}, between: "cd src && git tag -f v1 feature", logins: 1, want: "feature"},
	{name: "commit", args: module.Args{"version": "COMMIT"}, logins: 1},
	{name: "commit while there is another", args: module.Args{"version": "COMMIT"}, between: commit, logins: 1},
	{name: "nothing of that name", first: module.Args{"version": "main"}, args: module.Args{"version": "nosuch"}, logins: 1, fails: "Failed to checkout nosuch"},
	{name: "remote of another name", args: module.Args{"version": "main", "remote": "up.stream"}, between: commit, logins: 1, want: "main"},
	{name: "files elsewhere", args: module.Args{"version": "v1", "separate_git_dir": "DIR/files"}, logins: 1},
	{name: "shallow branch", args: module.Args{"version": "main", "depth": int64(1)}, logins: 1},
	{name: "shallow branch with a new commit", args: module.Args{"version": "main", "depth": int64(1)}, between: commit, logins: 1, want: "main"},
	{name: "shallow HEAD", args: module.Args{"version": "HEAD", "depth": int64(1)}, between: commit, logins: 1, want: "main"},

	// What a fetch brings does not tell all: the remote is asked.
	{name: "other than the single branch", first: module.Args{"version": "feature", "single_branch": true}, args: module.Args{"version": "v1"}, logins: 2, want: "v1"},
	{name: "the single branch", args: module.Args{"version": "feature", "single_branch": true}, logins: 1},
	{name: "a branch is left out", first: module.Args{"version": "v1"}, args: module.Args{"version": "main"},
		between: "cd co && git config --add remote.origin.fetch ^refs/heads/main", logins: 2, want: "main"},
	{name: "refspec", args: module.Args{"version": "main", "refspec": "+refs/heads/feature:refs/remotes/origin/feature"}, between: commit, logins: 2},
	{name: "the remote is shallow now, so that git takes nothing of it", first: module.Args{"version": "feature"}, args: module.Args{"version": "main"}, between: `cd src && git commit -q --allow-empty -m new && cd ..
git clone -q --depth 1 --no-single-branch "file://$DIR/src" cut && rm -rf src && mv cut src && git -C co branch -qf main v1
echo "$DIR/co/.git/objects" >src/.git/objects/info/alternates && git -C src update-ref refs/x "$(git -C co rev-parse origin/main)"`, logins: 2, want: "refs/x"},
	{name: "shallow tag", args: module.Args{"version": "v1", "depth": int64(1)}, logins: 2},
	{name: "shallow branch that is a tag now", args: module.Args{"version": "feature", "depth": int64(1)}, between: "cd src && git branch -D feature && git tag feature v1", logins: 3},
	{name: "another repository than that of the directory", args: module.Args{"version": "v1"}, env: map[string]string{"GIT_DIR": "DIR/other", "GIT_WORK_TREE": "DIR/co"},
		between: `mv co/.git other && mkdir co/.git && cp other/config co/.git && printf "0\t\tbranch 'v1' of x\n" >co/.git/FETCH_HEAD`, logins: 2},

	{name: "check mode", args: module.Args{"version": "main"}, between: commit, check: true, logins: 1, want: "main"},
	{name: "check mode, HEAD", args: module.Args{"version": "HEAD"}, between: commit, check: true, logins: 1, want: "main"},
	{name: "check mode, tag", args: module.Args{"version": "v1a"}, check: true, logins: 1},
}

// TestOneLogin holds that a checkout is brought up to date with one login, and is right nevertheless.
func TestOneLogin(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		sshdtest.Skip(t, err.Error())
	}
	for _, a := range agains {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

func (a again) run(t *testing.T) {
	w := newWorld(t)
	first := a.first
	if first == nil {
		first = a.args
	}
	if res := w.git(first, nil, false); res["failed"] == true {
		t.Fatalf("the first run: %v", res)
	}
	had := w.shell("git -C co rev-parse HEAD")
	w.shell(a.between)
	w.shell(": >logins")
	res := w.git(a.args, a.env, a.check)
	w.loggedIn(a.logins)
	if a.fails != "" {
		if msg, _ := res["msg"].(string); res["failed"] != true || !strings.Contains(msg, a.fails) {
			t.Errorf("got %v, want a failure that says %q", res, a.fails)
		}
		return
	}
	want := had
	if a.want != "" {
		want = w.commit(a.want)
	}
	if res["failed"] == true || res["before"] != had || res["after"] != want || (res["changed"] == true) != (had != want) {
		t.Errorf("got %v, want %s to be %s", res, had, want)
	}
	if has := w.shell("git -C co rev-parse HEAD || git --git-dir other rev-parse HEAD"); has != want && !a.check {
		t.Errorf("the checkout has %s, want %s", has, want)
	}
}

// TestCloneLogsInOnce holds that the remote is asked before a clone only where the clone has to be told what a name is.
func TestCloneLogsInOnce(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		sshdtest.Skip(t, err.Error())
	}
	const ofTheUser = `git config --global --add remote.origin.fetch "+refs/pull/*:refs/remotes/origin/pull/*" && git -C src update-ref refs/pull/1 v1`
	for _, c := range []struct {
		name, before string
		args         module.Args
		logins       int
		want, branch string // "" is detached
	}{
		{"HEAD", "", module.Args{"version": "HEAD"}, 1, "main", "main"},
		{"branch", "", module.Args{"version": "feature"}, 1, "feature", "feature"},
		{"tag", "", module.Args{"version": "v1a"}, 1, "v1a", ""},
		{"commit", "", module.Args{"version": "COMMIT"}, 1, "v1", ""},
		{"branch of the name of a tag", "git -C src branch v1 feature", module.Args{"version": "v1"}, 1, "feature", "v1"},
		{"bare", "", module.Args{"version": "v1", "bare": true}, 1, "main", "main"},
		{"shallow", "", module.Args{"version": "feature", "depth": int64(1)}, 2, "feature", "feature"},
		{"shallow HEAD", "", module.Args{"version": "HEAD", "depth": int64(1)}, 1, "main", "main"},
		{"single branch", "", module.Args{"version": "feature", "single_branch": true}, 2, "feature", "feature"},
		{"the user fetches more", ofTheUser, module.Args{"version": "pull/1"}, 2, "v1", "pull/1"},
		{"refspec", "", module.Args{"version": "feature", "refspec": "+refs/tags/*:refs/remotes/origin/*"}, 3, "feature", "feature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.shell(c.before)
			res := w.git(c.args, nil, false)
			w.loggedIn(c.logins)
			if want := w.commit(c.want); res["failed"] == true || res["before"] != nil || res["after"] != want || res["changed"] != true {
				t.Errorf("got %v, want %s", res, want)
			}
			if branch := w.shell("git -C co symbolic-ref -q HEAD || :"); strings.TrimPrefix(branch, "refs/heads/") != c.branch {
				t.Errorf("on branch %q, want %q", branch, c.branch)
			}
		})
	}
}

// world is a directory with a remote and a checkout.
type world struct {
	*testing.T
	dir string
}

func newWorld(t *testing.T) world {
	w := world{t, t.TempDir()}
	w.shell(`git init -q -b main src && cd src && git commit -q --allow-empty -m 1 && git tag v1 && git tag -a -m 1 v1a && git commit -q --allow-empty -m 2
git branch feature && git commit -q --allow-empty -m 3
printf '#!/bin/sh\necho >>%s/logins\nfor last; do :; done\nexec /bin/sh -c "$last"\n' "$DIR" >../ssh && chmod 755 ../ssh`)
	return w
}

// loggedIn holds how many times there was a login.
func (w world) loggedIn(want int) {
	w.Helper()
	if n := w.shell("wc -l <logins"); n != strconv.Itoa(want) {
		w.Errorf("%s logins, want %d", n, want)
	}
}

// commit is what a name of the remote means.
func (w world) commit(name string) string {
	w.Helper()
	return w.shell("git -C src rev-parse '" + name + "^{commit}'")
}

func (w world) env() map[string]string {
	return map[string]string{"DIR": w.dir, "HOME": w.dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_SSH_COMMAND": w.dir + "/ssh",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
}

// shell runs a script in the directory.
func (w world) shell(script string) string {
	w.Helper()
	cmd := exec.Command("/bin/sh", "-ec", script)
	cmd.Dir, cmd.Env = w.dir, os.Environ()
	for k, v := range w.env() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.Output()
	if err != nil {
		w.Fatalf("%s: %v", script, err)
	}
	return strings.TrimSpace(string(out))
}

// git runs the module.
func (w world) git(args module.Args, env map[string]string, check bool) module.Result {
	w.Helper()
	all := module.Args{"repo": "git@example.com:" + filepath.Join(w.dir, "src"), "dest": filepath.Join(w.dir, "co"), "remote": "origin",
		"clone": true, "update": true, "recursive": true}
	for k, v := range args {
		if s, ok := v.(string); ok {
			v = strings.ReplaceAll(s, "DIR", w.dir)
		}
		if v == "COMMIT" {
			v = w.shell("git -C src rev-parse v1")
		}
		all[k] = v
	}
	environment := w.env()
	for k, v := range env {
		environment[k] = strings.ReplaceAll(v, "DIR", w.dir)
	}
	sys, err := module.NewReal("/", environment)
	if err != nil {
		w.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		w.Fatal(err)
	}
	return reg.Do(w.Context(), "ansible.builtin.git", &module.Call{Args: all, Check: check, Sys: sys})
}
