package files

import (
	"context"
	"fmt"
	"path"

	"pylint-deploy/executor/module"
)

// exists follows links, as Python's os.path.exists.
func exists(c *module.Call, p string) bool {
	_, err := c.Sys.Stat(p)
	return err == nil
}

func (t *fileTask) ensureLink(ctx context.Context) (module.Result, error) {
	prev := stateOf(t.Call, t.path)
	src := t.src
	hasSrc := t.Args.Has("src")
	if !hasSrc && t.follow && exists(t.Call, t.path) {
		target, err := t.Sys.Readlink(t.path)
		if err != nil {
			return nil, module.Fail("src is required for creating new symlinks", "path", t.path)
		}
		src, hasSrc = target, true
	}
	if err := t.mayLink(prev, src, hasSrc); err != nil {
		return nil, err
	}
	diff := t.begin(t.path, prev)
	changed := prev != link
	if changed && !hasSrc {
		return nil, module.Fail("src is required for creating new symlinks")
	}
	if old, err := t.Sys.Readlink(t.path); err == nil && hasSrc && old != src {
		diff.Set("src", old, src)
		changed = true
	}
	if changed {
		if err := t.replace(prev, func(at string) error { return t.Sys.Symlink(src, at) }); err != nil {
			return nil, err
		}
	}
	res := module.Result{"dest": t.path, "src": src, "changed": changed, "diff": diff.Result()}
	if !hasSrc {
		res["src"] = nil
	}
	if t.Sys.DryRun() && !exists(t.Call, t.path) {
		return res, nil
	}
	fa := t.FileArgs(t.path)
	if t.follow && stateOf(t.Call, t.path) == link && !exists(t.Call, fa.Path) {
		t.Warn("Cannot set fs attributes on a non-existent symlink target. follow should be set to False to avoid this.")
		return res, nil
	}
	more, err := setAll(ctx, t.Call, fa, t.times, diff)
	res["changed"], res["diff"] = changed || more, diff.Result()
	return res, err
}

// mayLink refuses what would lose something, or link to nothing.
func (t *fileTask) mayLink(prev, src string, hasSrc bool) error {
	base := path.Dir(t.path)
	if prev == directory {
		base = t.path
	}
	target := src
	if !path.IsAbs(src) {
		target = path.Join(base, src)
	}
	if !t.force && hasSrc && !exists(t.Call, target) {
		return module.Fail(`src file does not exist, use "force=yes" if you really want to create the link: `+target,
			"path", t.path, "src", src)
	}
	refuse := fmt.Sprintf("refusing to convert from %s to symlink for %s", prev, t.path)
	switch prev {
	case directory:
		if !t.force {
			return module.Fail(refuse, "path", t.path)
		}
		if entries, _ := t.Sys.ReadDir(t.path); len(entries) > 0 {
			return module.Fail(fmt.Sprintf("the directory %s is not empty, refusing to convert it", t.path), "path", t.path)
		}
	case regular, hard:
		if !t.force {
			return module.Fail(refuse, "path", t.path)
		}
	}
	return nil
}

func (t *fileTask) ensureHard(ctx context.Context) (module.Result, error) {
	prev := stateOf(t.Call, t.path)
	hasSrc := t.Args.Has("src")
	if prev != hard && !hasSrc {
		return nil, module.Fail("src is required for creating new hardlinks")
	}
	if hasSrc && !exists(t.Call, t.src) {
		return nil, module.Fail("src does not exist", "dest", t.path, "src", t.src)
	}
	diff := t.begin(t.path, prev)
	changed, err := t.mayHardLink(prev, hasSrc, diff)
	if err != nil {
		return nil, err
	}
	if changed {
		if err := t.replace(prev, func(at string) error { return t.Sys.Link(t.src, at) }); err != nil {
			return nil, err
		}
	}
	res := module.Result{"dest": t.path, "src": t.src, "changed": changed, "diff": diff.Result()}
	if !hasSrc {
		res["src"] = nil
	}
	if t.Sys.DryRun() && !exists(t.Call, t.path) {
		return res, nil
	}
	more, err := setAll(ctx, t.Call, t.FileArgs(t.path), t.times, diff)
	res["changed"], res["diff"] = changed || more, diff.Result()
	return res, err
}

// mayHardLink tells whether the link is to be made, and refuses to replace something else without force.
func (t *fileTask) mayHardLink(prev string, hasSrc bool, diff *module.StateDiff) (bool, error) {
	same := func() bool {
		a, errA := t.Sys.Stat(t.path)
		b, errB := t.Sys.Stat(t.src)
		return errA == nil && errB == nil && a.Ino == b.Ino && a.Dev == b.Dev
	}
	refuse := func(msg string) (bool, error) {
		if t.force {
			return true, nil
		}
		return false, module.Fail(msg, "dest", t.path, "src", t.src)
	}
	switch prev {
	case link:
		old, err := t.Sys.Readlink(t.path)
		if err == nil && old != t.src {
			diff.Set("src", old, t.src)
		}
		return old != t.src, err
	case hard:
		if !hasSrc || same() {
			return false, nil
		}
		return refuse("Cannot link, different hard link exists at destination")
	case regular:
		return refuse("Cannot link, file exists at destination")
	case directory:
		if same() {
			return false, nil
		}
		return refuse("Cannot link: different hard link exists at destination")
	}
	return true, nil
}
