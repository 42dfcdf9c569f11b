package source

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// fetched is what the last fetch, or the clone, said. A login takes longer than all else that is done in a checkout, so what has to be
// known of the remote is read from what came. That is also what the working tree will be made of, whatever the remote is by then.
type fetched struct {
	// refs are the lines of FETCH_HEAD: git writes one for each reference that it asked for and found, new or not.
	refs []string
	// plain tells that git asked for what the remote's settings name, and took all of it.
	plain bool
	// cloned tells that all there is came by that; a clone writes no FETCH_HEAD.
	cloned bool
}

// branch tells whether the version is a branch of the remote. known is false where the fetch need not have brought it.
func (f fetched) branch(ctx context.Context, t *gitTask) (is, known bool, err error) {
	for _, l := range f.refs { // commit, "not-for-merge" or nothing, and what it is: branch 'main' of URL
		if parts := strings.SplitN(l, "\t", 3); len(parts) == 3 && strings.HasPrefix(parts[2], "branch '"+t.version+"' of ") {
			return true, true, nil
		}
	}
	if !f.plain {
		return false, false, nil
	}
	out, err := t.read(ctx, "config", "--get-all", "remote."+t.remote+".fetch")
	specs := program.Lines(out.Out)
	if err != nil || !f.cloned {
		return false, err == nil && namesAllBranches(specs), err
	}
	if !slices.Equal(specs, []string{"+refs/heads/*:refs/remotes/" + t.remote + "/*"}) { // a setting of the user's or the machine's adds to them
		return false, false, nil
	}
	is, err = t.hasRef(ctx, "refs/remotes/"+t.remote+"/"+t.version)
	return is, true, err
}

// namesAllBranches tells whether a remote's refspecs leave no branch out: a clone of a single branch has another, and ^ excludes.
func namesAllBranches(specs []string) bool {
	all := false
	for _, s := range specs {
		if strings.HasPrefix(s, "^") {
			return false
		}
		all = all || strings.HasPrefix(strings.TrimPrefix(s, "+"), "refs/heads/*:")
	}
	return all
}

// fetch brings the remote's objects, as few as depth allows.
func (t *gitTask) fetch(ctx context.Context) error {
	if done, err := t.fetchKnownBranch(ctx); done || err != nil {
		return err
	}
	shallow, err := t.shallowSpecs(ctx)
	if err != nil {
		return err
	}
	if len(shallow) > 0 {
		_, err := t.fetchRefs(ctx, t.depthOption(), shallow)
		return err
	}
	var options, specs []string
	if t.bare {
		specs = []string{"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}
	} else {
		options = []string{"--tags"}
	}
	if s := t.Args.Str("refspec"); s != "" {
		specs = append(specs, s)
	}
	_, err = t.fetchRefs(ctx, options, specs)
	return err
}

// fetchKnownBranch is a shallow fetch of a branch that was fetched before: it is one still, mostly, and to ask first is another login.
// done is false where it is none anymore; git has changed nothing then.
func (t *gitTask) fetchKnownBranch(ctx context.Context) (done bool, err error) {
	if t.depth == 0 || t.version == "HEAD" || t.Args.Str("refspec") != "" {
		return false, nil
	}
	if known, err := t.hasRef(ctx, "refs/remotes/"+t.remote+"/"+t.version); err != nil || !known {
		return false, err
	}
	out, err := t.fetchRefs(ctx, t.depthOption(), t.branchSpecs(ctx))
	if out.RC != 0 && strings.Contains(out.Err, "ouldn't find remote ref") { // with a capital letter in old versions
		return false, nil
	}
	return true, err
}

// fetchRefs runs one fetch and keeps what it said.
func (t *gitTask) fetchRefs(ctx context.Context, options, specs []string) (program.Output, error) {
	argv := append([]string{"fetch"}, options...)
	if t.Args.Bool("force") {
		argv = append(argv, "--force")
	}
	argv = append(append(argv, t.remote), specs...)
	head := path.Join(t.files, "FETCH_HEAD")
	before := t.written(head)
	t.fetched = fetched{}
	out, err := t.change(ctx, argv...)
	if err != nil {
		return out, err
	}
	if out.RC != 0 {
		return out, module.Fail("Failed to download remote objects and refs: "+out.Out+" "+out.Err, "cmd", append([]string{t.git}, argv...))
	}
	if t.written(head).Equal(before) { // git has written another: GIT_DIR is set, or the clock of the disk is coarse
		return out, nil
	}
	if data, err := t.Sys.ReadFile(head); err == nil {
		t.fetched = fetched{refs: program.Lines(string(data)), plain: len(specs) == 0 && !strings.Contains(out.Err, "rejected")}
	}
	return out, nil
}

// written is when a file was written last; one that is not there has the zero time.
func (t *gitTask) written(file string) (at time.Time) {
	if st, err := t.Sys.Stat(file); err == nil {
		at = st.Mtime
	}
	return at
}

// shallowSpecs are the references that a shallow fetch needs; none when it cannot be shallow.
func (t *gitTask) shallowSpecs(ctx context.Context) ([]string, error) {
	if t.depth == 0 {
		return nil, nil
	}
	if s := t.Args.Str("refspec"); s != "" {
		return []string{s}, nil
	}
	if t.version == "HEAD" {
		current, err := t.headBranch(ctx)
		return []string{current}, err
	}
	if branch, err := t.isBranch(ctx); err != nil || branch {
		return t.branchSpecs(ctx), err
	}
	if tag, err := t.isTag(ctx); err != nil || tag {
		return []string{"+refs/tags/" + t.version + ":refs/tags/" + t.version}, err
	}
	return nil, nil
}

// branchSpecs are the references of the version where that is a branch.
func (t *gitTask) branchSpecs(ctx context.Context) (specs []string) {
	if current, _ := t.headBranch(ctx); current != t.version { // a detached checkout has none
		specs = append(specs, "+refs/heads/"+t.version+":refs/heads/"+t.version)
	}
	return append(specs, "+refs/heads/"+t.version+":refs/remotes/"+t.remote+"/"+t.version)
}
