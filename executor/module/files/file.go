package files

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// fileTask is one call of ansible.builtin.file.
//
// Known differences: recurse with follow visits a directory once where links form a circle, instead of failing.
type fileTask struct {
	*module.Call
	path, src, state       string
	follow, force, recurse bool
	times                  stamps
}

// states does the work of each state.
var states = map[string]func(*fileTask, context.Context) (module.Result, error){
	regular:   (*fileTask).ensureFile,
	directory: (*fileTask).ensureDirectory,
	link:      (*fileTask).ensureLink,
	hard:      (*fileTask).ensureHard,
	touch:     (*fileTask).touch,
	absent:    (*fileTask).ensureAbsent,
}

func file(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &fileTask{Call: c, path: c.Path("path"), src: c.Path("src"), state: c.Args.Str("state"),
		follow: c.Args.Bool("follow"), force: c.Args.Bool("force"), recurse: c.Args.Bool("recurse")}
	if err := t.settle(); err != nil {
		return nil, err
	}
	if c.Check && t.state != absent {
		t.warnOfStrangers()
	}
	var err error
	if t.times, err = readStamps(c, t.state); err != nil {
		return nil, err
	}
	res, err := states[t.state](t, ctx)
	if err != nil {
		return nil, err
	}
	return res, nil
}

// settle decides path and state where they are implied.
func (t *fileTask) settle() error {
	if info, err := t.Sys.Stat(t.path); err == nil && info.Mode.IsDir() && t.state != link && t.state != absent {
		base := t.Args.Str("_original_basename")
		if base == "" && t.src != "" {
			base = path.Base(t.src)
		}
		if base != "" {
			t.path = path.Join(t.path, base)
		}
	}
	if t.state == "" {
		t.state = stateOf(t.Call, t.path)
		if t.state == absent {
			t.state = regular
			if t.recurse {
				t.state = directory
			}
		}
	}
	if t.recurse && t.state != directory {
		return module.Fail("recurse option requires state to be 'directory'", "path", t.path)
	}
	if t.src != "" && t.state != link && t.state != hard {
		return module.Fail("src option requires state to be 'link' or 'hard'", "path", t.path)
	}
	return nil
}

// warnOfStrangers tells in check mode of owners that an earlier task would have made.
func (t *fileTask) warnOfStrangers() {
	fa := t.FileArgs(t.path)
	if fa.Owner != "" {
		id, err := strconv.Atoi(fa.Owner)
		if _, ok := t.LookupUID(id); err == nil && !ok {
			t.Warn("failed to look up user with uid %s. Create user up to this point in real play", fa.Owner)
		} else if _, ok := t.LookupUser(fa.Owner); err != nil && !ok {
			t.Warn("failed to look up user %s. Create user up to this point in real play", fa.Owner)
		}
	}
	if fa.Group != "" {
		id, err := strconv.Atoi(fa.Group)
		if _, ok := t.LookupGID(id); err == nil && !ok {
			t.Warn("failed to look up group with gid %s. Create group up to this point in real play", fa.Group)
		} else if _, ok := t.LookupGroup(fa.Group); err != nil && !ok {
			t.Warn("failed to look up group %s. Create group up to this point in real play", fa.Group)
		}
	}
}

// begin starts the diff of a change of state.
func (t *fileTask) begin(p, prev string) *module.StateDiff {
	diff := module.NewStateDiff(p)
	if prev == t.state {
		return diff
	}
	diff.Set("state", prev, t.state)
	if t.state == absent && prev == directory {
		dirs, files := []any{}, []any{}
		t.list(p, &dirs, &files)
		diff.Before["path_content"] = map[string]any{"directories": dirs, "files": files}
	}
	return diff
}

func (t *fileTask) list(dir string, dirs, files *[]any) {
	entries, _ := t.Sys.ReadDir(dir)
	for _, e := range entries {
		if e.Mode.IsDir() {
			*dirs = append(*dirs, e.Path)
			t.list(e.Path, dirs, files)
		} else {
			*files = append(*files, e.Path)
		}
	}
}

// target follows a link at the path where that is asked for.
func (t *fileTask) target() (p, prev string) {
	prev = stateOf(t.Call, t.path)
	if prev == link && t.follow {
		if real, err := t.Sys.Realpath(t.path); err == nil {
			return real, stateOf(t.Call, real)
		}
	}
	return t.path, prev
}

func (t *fileTask) ensureFile(ctx context.Context) (module.Result, error) {
	p, prev := t.target()
	if prev != regular && prev != hard {
		return nil, module.Fail(fmt.Sprintf("file (%s) is %s, cannot continue", p, prev), "path", p, "state", prev)
	}
	fa := t.FileArgs(p)
	diff := t.begin(p, prev)
	changed, err := setAll(ctx, t.Call, fa, t.times, diff)
	return module.Result{"path": p, "changed": changed, "diff": diff.Result()}, err
}

func (t *fileTask) ensureDirectory(ctx context.Context) (module.Result, error) {
	p, prev := t.target()
	fa := t.FileArgs(p)
	fa.Path = p
	diff := t.begin(p, prev)
	switch {
	case prev == absent && t.Sys.DryRun():
		return module.Result{"path": p, "changed": true, "diff": diff.Result()}, nil
	case prev == absent:
		err := t.makeDirs(ctx, fa, diff)
		return module.Result{"path": p, "changed": true, "diff": diff.Result()}, err
	case prev != directory:
		return nil, module.Fail(fmt.Sprintf("%s already exists as a %s", p, prev), "path", p)
	}
	changed, err := setAll(ctx, t.Call, fa, t.times, diff)
	if err == nil && t.recurse {
		var below bool
		r := &recursive{c: t.Call, fa: fa, times: t.times, follow: t.follow, seen: map[[2]uint64]bool{}}
		below, err = r.walk(ctx, p)
		changed = changed || below
	}
	return module.Result{"path": p, "changed": changed, "diff": diff.Result()}, err
}

// makeDirs makes a directory and its missing parents, all with the wanted attributes.
func (t *fileTask) makeDirs(ctx context.Context, fa module.FileArgs, diff *module.StateDiff) error {
	cur := ""
	if !path.IsAbs(fa.Path) {
		cur = "."
	}
	for name := range strings.SplitSeq(strings.Trim(fa.Path, "/"), "/") {
		cur += "/" + name
		if _, err := t.Sys.Stat(cur); err == nil {
			continue
		}
		one := fa
		one.Path = cur
		if err := makeDir(ctx, t.Call, one, diff); err != nil {
			return module.Fail(fmt.Sprintf("There was an issue creating %s as requested: %s", cur, module.Errno(err)), "path", t.path)
		}
	}
	_, err := t.times.apply(t.Call, fa.Path, diff)
	return err
}

// makeDir makes one directory. It is never more open than it ends up, yet the diff tells the way from what mkdir(2)
// would have made, which is what Ansible does.
func makeDir(ctx context.Context, c *module.Call, fa module.FileArgs, diff *module.StateDiff) error {
	usual := uint32(0o777 &^ c.Sys.Self().Umask)
	narrow := usual
	if fa.Mode != nil {
		bits, err := module.ParseMode(fa.Mode, usual, true, c.Sys.Self().Umask)
		if err != nil {
			return err
		}
		narrow &= bits
	}
	if err := c.Sys.Mkdir(fa.Path, fs.FileMode(narrow)); err != nil {
		info, serr := c.Sys.Stat(fa.Path)
		if serr != nil || !info.Mode.IsDir() {
			return err
		}
	}
	cur, err := c.Sys.Lstat(fa.Path)
	if err != nil {
		return err
	}
	cur.Perm = usual | cur.Perm&^0o777 // with the setgid bit that the parent handed down
	plan, err := c.PlanAttrs(fa, cur, diff)
	if err != nil {
		return err
	}
	return c.ApplyAttrs(ctx, plan)
}

func (t *fileTask) ensureAbsent(context.Context) (module.Result, error) {
	prev := stateOf(t.Call, t.path)
	if prev == absent {
		return module.Result{"path": t.path, "changed": false, "state": absent}, nil
	}
	diff := t.begin(t.path, prev)
	if prev == directory {
		if err := t.Sys.RemoveAll(t.path); err != nil {
			return nil, module.Fail("rmtree failed: " + module.Errno(err))
		}
	} else if err := t.Sys.Remove(t.path); err != nil && stateOf(t.Call, t.path) != absent {
		return nil, module.Fail(fmt.Sprintf("unlinking failed: %s ", module.Errno(err)), "path", t.path)
	}
	return module.Result{"path": t.path, "changed": true, "diff": diff.Result(), "state": absent}, nil
}

func (t *fileTask) touch(ctx context.Context) (module.Result, error) {
	prev := stateOf(t.Call, t.path)
	fa := t.FileArgs(t.path)
	diff := t.begin(t.path, prev)
	if prev != absent {
		changed, err := setAll(ctx, t.Call, fa, t.times, diff)
		return module.Result{"dest": t.path, "changed": changed, "diff": diff.Result()}, err
	}
	if t.Sys.DryRun() {
		return module.Result{"dest": t.path, "changed": true}, nil
	}
	if _, err := t.PutFile(ctx, module.Put{Args: fa, Content: strings.NewReader(""), Diff: diff}); err != nil {
		if _, ok := err.(*module.Failure); ok {
			return nil, err
		}
		return nil, module.Fail("Error, could not touch target: "+module.Errno(err), "path", t.path)
	}
	if _, err := t.times.apply(t.Call, fa.Path, diff); err != nil {
		return nil, err
	}
	return module.Result{"dest": t.path, "changed": true, "diff": diff.Result()}, nil
}

// replace puts a link at the path in one step, whatever is there.
func (t *fileTask) replace(prev string, make func(at string) error) error {
	if prev == absent {
		if err := make(t.path); err != nil {
			return module.Fail("Error while linking: "+module.Errno(err), "path", t.path)
		}
		return nil
	}
	tmp := path.Join(path.Dir(t.path), fmt.Sprintf(".%d.%d.tmp", t.Sys.Self().PID, time.Now().UnixNano()))
	err := make(tmp)
	if err == nil && prev == directory {
		err = t.Sys.Remove(t.path)
	}
	if err == nil {
		err = t.Sys.Rename(tmp, t.path)
	}
	if err != nil {
		_ = t.Sys.Remove(tmp)
		return module.Fail("Error while replacing: "+module.Errno(err), "path", t.path)
	}
	return nil
}
