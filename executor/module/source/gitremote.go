package source

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// lsRemote asks the repository what HEAD is and whether a name is a branch or a tag of it. That takes a login.
func (t *gitTask) lsRemote(ctx context.Context, name string) (map[string]string, error) {
	out, err := program.Must(t.run(ctx, "", true, "ls-remote", "--", t.repo, "HEAD",
		"refs/heads/"+name, "refs/tags/"+name, "refs/tags/"+name+"^{}"))
	if err != nil {
		return nil, err
	}
	refs := map[string]string{}
	for _, l := range program.Lines(out.Out) {
		if f := strings.Fields(l); len(f) == 2 {
			refs[f[1]] = f[0]
		}
	}
	return refs, nil
}

// isRemote looks the version up in what the repository says, which is asked once.
func (t *gitTask) isRemote(ctx context.Context, ref string) (_ bool, err error) {
	if t.refs == nil {
		if t.refs, err = t.lsRemote(ctx, t.version); err != nil {
			return false, err
		}
	}
	_, ok := t.refs[ref+t.version]
	return ok, nil
}

func (t *gitTask) isBranch(ctx context.Context) (bool, error) {
	if is, known, err := t.fetched.branch(ctx, t); known || err != nil {
		return is, err
	}
	return t.isRemote(ctx, "refs/heads/")
}

// isNamed tells whether the version is a branch or a tag of the remote.
func (t *gitTask) isNamed(ctx context.Context) (bool, error) {
	if branch, err := t.isBranch(ctx); branch || err != nil {
		return branch, err
	}
	return t.isTag(ctx)
}

func (t *gitTask) isTag(ctx context.Context) (bool, error) { return t.isRemote(ctx, "refs/tags/") }

// remoteHead is the commit that the version means on the remote; a hash means itself.
func (t *gitTask) remoteHead(ctx context.Context, remote string) (_ string, err error) {
	name := t.version
	places := []string{"refs/heads/" + name, "refs/tags/" + name + "^{}", "refs/tags/" + name}
	if name == "HEAD" {
		places = []string{"HEAD"}
		if remote != t.repo { // an update follows the branch that is checked out
			if name, err = t.headBranch(ctx); err != nil {
				return "", err
			}
			places = []string{"refs/heads/" + name}
		}
	}
	refs, err := t.lsRemote(ctx, name)
	if err != nil {
		return "", err
	}
	for _, ref := range places {
		if sha := refs[ref]; sha != "" {
			return sha, nil
		}
	}
	if t.version == "HEAD" {
		return "", module.Fail("Could not determine remote revision for "+t.version, "rc", 0, "stdout", "", "stderr", "") // git found nothing, and said nothing
	}
	return t.version, nil
}

// headBranch is the branch that is checked out; in a detached checkout the remote's own.
func (t *gitTask) headBranch(ctx context.Context) (string, error) {
	out, err := t.read(ctx, "symbolic-ref", "--quiet", "HEAD") // --short says heads/NAME where there is such a tag, too
	if err != nil || out.RC == 0 {
		return strings.TrimPrefix(strings.TrimSpace(out.Out), "refs/heads/"), err
	}
	out, err = t.read(ctx, "symbolic-ref", "--quiet", "refs/remotes/"+t.remote+"/HEAD")
	if err != nil {
		return "", err
	}
	if out.RC != 0 {
		return "", module.Fail("Unable to determine which branch " + t.dest + " follows: refs/remotes/" + t.remote + "/HEAD is missing")
	}
	return strings.TrimPrefix(strings.TrimSpace(out.Out), "refs/remotes/"+t.remote+"/"), nil
}

// setRemote makes the remote point at the repository, and tells whether it did not.
func (t *gitTask) setRemote(ctx context.Context) (bool, error) {
	out, err := t.read(ctx, "ls-remote", "--get-url", t.remote)
	if err != nil || out.RC != 0 {
		return false, err
	}
	url := strings.TrimRight(out.Out, "\n")
	if url == t.repo || strings.HasPrefix(url, "/") && path.Clean(url) == path.Clean(t.repo) {
		return false, nil
	}
	out, err = t.change(ctx, "remote", "set-url", t.remote, t.repo)
	if err == nil && out.RC != 0 {
		err = module.Fail("Failed to set a new url " + t.repo + " for " + t.remote + ": " + out.Out + " " + out.Err)
	}
	return true, err
}

// clone makes a new checkout.
func (t *gitTask) clone(ctx context.Context) error {
	if err := t.mkdirs(path.Dir(t.dest)); err != nil {
		return err
	}
	argv := []string{"clone"}
	if t.bare {
		argv = append(argv, "--bare")
	} else {
		argv = append(argv, "--origin", t.remote)
	}
	opts, err := t.cloneOptions(ctx)
	if err != nil {
		return err
	}
	argv = append(append(argv, opts...), "--", t.repo, t.dest)
	if _, err := program.Must(t.run(ctx, path.Dir(t.dest), false, argv...)); err != nil {
		return err
	}
	if t.bare && t.remote != "origin" {
		if _, err := program.Must(t.change(ctx, "remote", "add", t.remote, t.repo)); err != nil {
			return err
		}
	}
	spec := t.Args.Str("refspec")
	plain := t.depth == 0 && spec == "" && !t.Args.Bool("single_branch")
	t.fetched = fetched{plain: plain, cloned: true}
	if spec != "" {
		if _, err := program.Must(t.change(ctx, append(append([]string{"fetch"}, t.depthOption()...), t.remote, spec)...)); err != nil {
			return err
		}
	}
	if t.Args.Bool("verify_commit") {
		return t.verify(ctx)
	}
	return nil
}

func (t *gitTask) depthOption() []string {
	if t.depth > 0 {
		return []string{"--depth", itoa(t.depth)}
	}
	return nil
}

func (t *gitTask) cloneOptions(ctx context.Context) ([]string, error) {
	single, unnamed := t.Args.Bool("single_branch"), t.version == "HEAD" || t.Args.Str("refspec") != ""
	named := false
	if single || t.depth > 0 && !unnamed { // only these take a name, and to ask is a login
		var err error
		if named, err = t.isNamed(ctx); err != nil {
			return nil, err
		}
	}
	var argv []string
	switch {
	case t.depth == 0:
	case unnamed:
		argv = append(argv, t.depthOption()...)
	case named:
		argv = append(append(argv, t.depthOption()...), "--branch", t.version)
	default:
		t.Warn("Ignoring depth argument. Shallow clones are only available for HEAD, branches, tags or in combination with refspec.")
	}
	if r := t.Args.Str("reference"); r != "" {
		argv = append(argv, "--reference", r)
	}
	if single {
		argv = append(argv, "--single-branch")
		if named {
			argv = append(argv, "--branch", t.version)
		}
	}
	if s := t.Path("separate_git_dir"); s != "" {
		argv = append(argv, "--separate-git-dir="+s)
	}
	return argv, nil
}

func (t *gitTask) mkdirs(dir string) error {
	if _, err := t.Sys.Stat(dir); err == nil || dir == "/" {
		return nil
	}
	if err := t.mkdirs(path.Dir(dir)); err != nil {
		return err
	}
	return t.Sys.Mkdir(dir, 0o755)
}
