package source

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// checkout runs a command that changes the working tree and words its failure.
func (t *gitTask) checkout(ctx context.Context, what string, args ...string) error {
	out, err := t.change(ctx, args...)
	if err == nil && out.RC != 0 {
		f := out.Failed("Failed to checkout %s", what)
		f.Result["cmd"] = program.Quote(append([]string{t.git}, args...))
		return f
	}
	return err
}

// switchVersion puts the wanted version into the working tree.
func (t *gitTask) switchVersion(ctx context.Context) error {
	if err := t.switchTo(ctx); err != nil {
		return err
	}
	if t.Args.Bool("verify_commit") {
		return t.verify(ctx)
	}
	return nil
}

func (t *gitTask) switchTo(ctx context.Context) error {
	if t.version == "HEAD" {
		branch, err := t.headBranch(ctx)
		if err != nil {
			return err
		}
		if err := t.checkout(ctx, "branch "+branch, "checkout", "--force", branch); err != nil {
			return err
		}
		return t.checkout(ctx, "branch "+branch, "reset", "--hard", t.remote+"/"+branch, "--")
	}
	branch, err := t.isBranch(ctx)
	if err != nil {
		return err
	}
	if !branch {
		return t.checkout(ctx, t.version, "checkout", "--force", t.version)
	}
	local, err := t.hasRef(ctx, "refs/heads/"+t.version)
	if err != nil {
		return err
	}
	if !local && t.depth > 0 {
		// A shallow clone has one branch only: this one has to be fetched as both.
		out, err := t.change(ctx, append(append([]string{"fetch"}, t.depthOption()...), t.remote,
			"+refs/heads/"+t.version+":refs/heads/"+t.version, "+refs/heads/"+t.version+":refs/remotes/"+t.remote+"/"+t.version)...)
		if err != nil {
			return err
		}
		if out.RC != 0 {
			return out.Failed("Failed to fetch branch from remote: %s", t.version)
		}
		local = true
	}
	if !local {
		return t.checkout(ctx, t.version, "checkout", "--track", "-b", t.version, t.remote+"/"+t.version)
	}
	if err := t.checkout(ctx, "branch "+t.version, "checkout", "--force", t.version); err != nil {
		return err
	}
	return t.checkout(ctx, t.version, "reset", "--hard", t.remote+"/"+t.version)
}

// hasRef tells whether the checkout's repository has a reference.
func (t *gitTask) hasRef(ctx context.Context, ref string) (bool, error) {
	out, err := t.read(ctx, "show-ref", "--verify", "--quiet", ref)
	return err == nil && out.RC == 0, err
}

// verify checks the signature of the commit or annotated tag.
func (t *gitTask) verify(ctx context.Context) error {
	verb := "verify-commit"
	if out, err := t.read(ctx, "cat-file", "-t", "refs/tags/"+t.version); err != nil {
		return err
	} else if strings.TrimSpace(out.Out) == "tag" {
		verb = "verify-tag"
	}
	argv := []string{verb}
	allowed := t.Args.Strs("gpg_whitelist")
	if len(allowed) > 0 {
		argv = append(argv, "--raw")
	}
	out, err := t.read(ctx, append(argv, t.version)...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return out.Failed("Failed to verify GPG signature of commit/tag %q", t.version)
	}
	if len(allowed) == 0 {
		return nil
	}
	fp := fingerprint(out.Err)
	if !slices.Contains(allowed, fp) {
		return out.Failed("The gpg_whitelist does not include the public key %q for this commit", fp)
	}
	return nil
}

// fingerprint reads the primary key's fingerprint from gpg's status lines (gnupg doc/DETAILS, VALIDSIG).
func fingerprint(status string) string {
	for _, l := range program.Lines(status) {
		f := strings.Fields(l)
		if len(f) > 2 && f[1] == "VALIDSIG" {
			if len(f) > 11 {
				return f[11]
			}
			return f[2]
		}
	}
	return ""
}

// submodules fetches and updates them, and tells whether there was something to do.
func (t *gitTask) submodules(ctx context.Context) (bool, error) {
	if t.bare || !t.Args.Bool("recursive") {
		return false, nil
	}
	conf, err := t.Sys.ReadFile(path.Join(t.dest, ".gitmodules"))
	if err != nil {
		return false, nil
	}
	changed := t.missingSubmodule(string(conf))
	if !changed {
		if changed, err = t.staleSubmodule(ctx); err != nil {
			return false, err
		}
	}
	if !changed {
		return false, nil
	}
	t.result["submodules_changed"] = true
	if _, err := program.Must(t.change(ctx, "submodule", "sync")); err != nil {
		return false, err
	}
	argv := []string{"submodule", "update", "--init", "--recursive"}
	if t.Args.Bool("track_submodules") {
		argv = append(argv, "--remote")
	}
	if t.Args.Bool("force") {
		argv = append(argv, "--force")
	}
	out, err := t.change(ctx, argv...)
	if err == nil && out.RC != 0 {
		err = module.Fail("Failed to init/update submodules: " + out.Out + out.Err)
	}
	return true, err
}

func (t *gitTask) missingSubmodule(conf string) bool {
	for _, l := range strings.Split(conf, "\n") {
		k, v, ok := strings.Cut(strings.TrimSpace(l), "=")
		if ok && strings.TrimSpace(k) == "path" {
			if _, err := t.Sys.Stat(path.Join(t.dest, strings.TrimSpace(v), ".git")); err != nil {
				return true
			}
		}
	}
	return false
}

// staleSubmodule fetches in each submodule and compares with what the checkout, or the tracked branch, wants.
func (t *gitTask) staleSubmodule(ctx context.Context) (bool, error) {
	versions := func(ref string) (string, error) {
		out, err := t.read(ctx, "submodule", "foreach", t.git, "rev-parse", ref)
		if err == nil && out.RC != 0 {
			err = out.Failed("Unable to determine hashes of submodules")
		}
		return out.Out, err
	}
	begin, err := versions("HEAD")
	if err != nil {
		return false, err
	}
	if _, err := program.Must(t.change(ctx, "submodule", "foreach", t.git, "fetch")); err != nil {
		return false, err
	}
	if t.Args.Bool("track_submodules") {
		after, err := versions(t.remote + "/master")
		return begin != after, err
	}
	out, err := program.Must(t.read(ctx, "submodule", "status"))
	for _, l := range program.Lines(out.Out) {
		if l[0] != ' ' {
			return true, err
		}
	}
	return false, err
}

// archiveFormats are what git archive can make, by the file's extension.
var archiveFormats = map[string]string{".zip": "zip", ".gz": "tar.gz", ".tar": "tar", ".tgz": "tgz"}

// archive writes an archive of the version where one is asked for; one with the same content is left alone.
func (t *gitTask) archive(ctx context.Context) error {
	dest := t.Path("archive")
	if dest == "" {
		return nil
	}
	if t.Check {
		t.result["changed"] = true
		return nil
	}
	format, ok := archiveFormats[path.Ext(dest)]
	if !ok {
		return module.Fail("Unable to get file extension from archive file name : "+dest,
			"details", "Please specify archive as filename with extension. File extension can be one of ['tar', 'tar.gz', 'zip', 'tgz']")
	}
	argv := []string{"archive", "--format", format}
	if p := t.Args.Str("archive_prefix"); p != "" {
		argv = append(argv, "--prefix", p)
	}
	out, err := t.read(ctx, append(argv, t.version)...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail("Failed to perform archive operation",
			"details", "Git archive command failed to create archive "+dest+" using "+t.dest+" directory.Error: "+out.Err)
	}
	if old, err := t.Sys.ReadFile(dest); err == nil && bytes.Equal(old, []byte(out.Out)) {
		t.result["changed"] = false
		return nil
	}
	t.result["changed"] = true
	return t.Sys.Write(dest, strings.NewReader(out.Out), module.WriteSpec{})
}
