package files

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"time"

	"pylint-deploy/executor/module"
)

// The states of a path, as results name them.
const (
	absent    = "absent"
	directory = "directory"
	regular   = "file"
	hard      = "hard"
	link      = "link"
	touch     = "touch"
)

// stateOf tells what is at a path now.
func stateOf(c *module.Call, p string) string {
	info, err := c.Sys.Lstat(p)
	switch {
	case err != nil:
		return absent
	case info.Mode&fs.ModeSymlink != 0:
		return link
	case info.Mode.IsDir():
		return directory
	case info.Nlink > 1:
		return hard
	}
	return regular
}

// stamp is a wanted time: preserve keeps, now is the time of the run.
type stamp struct {
	preserve, now bool
	at            time.Time
}

// stamps are both times of a file.
type stamps struct{ mtime, atime stamp }

// readStamps reads access_time and modification_time. Without them touch means now, and every other state preserve.
func readStamps(c *module.Call, state string) (stamps, error) {
	var s stamps
	var err error
	if s.mtime, err = readStamp(c, "modification_time", state); err == nil {
		s.atime, err = readStamp(c, "access_time", state)
	}
	return s, err
}

func readStamp(c *module.Call, arg, state string) (stamp, error) {
	text := c.Args.Text(arg)
	if text == "" {
		return stamp{preserve: state != touch, now: state == touch}, nil
	}
	switch text {
	case "preserve":
		return stamp{preserve: true}, nil
	case "now":
		return stamp{now: true}, nil
	}
	format := c.Args.Str(arg + "_format")
	if format == "" {
		format = "%Y%m%d%H%M.%S"
	}
	at, err := parseTime(text, format)
	if err != nil {
		return stamp{}, module.Fail(fmt.Sprintf("Error while obtaining timestamp for time %s using format %s: %v", text, format, err))
	}
	return stamp{at: at}, nil
}

// apply sets the times of a file and tells whether they changed.
func (s stamps) apply(c *module.Call, p string, diff *module.StateDiff) (bool, error) {
	if s.mtime.preserve && s.atime.preserve {
		return false, nil
	}
	fail := func(err error) (bool, error) {
		return false, module.Fail("Error while updating modification or access time: "+module.Errno(err), "path", p)
	}
	info, err := c.Sys.Stat(p)
	if err != nil {
		return fail(err)
	}
	now := time.Now()
	mtime, atime := s.mtime.resolve(info.Mtime, now), s.atime.resolve(info.Atime, now)
	if mtime.Equal(info.Mtime) && atime.Equal(info.Atime) {
		return false, nil
	}
	if s.mtime.now && s.atime.now {
		err = c.Sys.Chtimes(p, module.Now, module.Now)
	} else {
		err = c.Sys.Chtimes(p, atime, mtime)
	}
	if err != nil {
		return fail(err)
	}
	if !mtime.Equal(info.Mtime) {
		diff.Set("mtime", seconds(info.Mtime), seconds(mtime))
	}
	if !atime.Equal(info.Atime) {
		diff.Set("atime", seconds(info.Atime), seconds(atime))
	}
	return true, nil
}

func (s stamp) resolve(have, now time.Time) time.Time {
	switch {
	case s.preserve:
		return have
	case s.now:
		return now
	}
	return s.at
}

// seconds is a time as results have it.
func seconds(t time.Time) float64 { return float64(t.Unix()) + 1e-9*float64(t.Nanosecond()) }

// setAll brings owner, mode, label and times of one path to what is asked for.
func setAll(ctx context.Context, c *module.Call, fa module.FileArgs, s stamps, diff *module.StateDiff) (bool, error) {
	attrs, err := c.SetAttrs(ctx, fa, diff)
	if err != nil {
		return false, err
	}
	times, err := s.apply(c, fa.Path, diff)
	return attrs || times, err
}

// recursive sets everything below a directory. With follow, what links lead to is set too.
type recursive struct {
	c      *module.Call
	fa     module.FileArgs
	times  stamps
	follow bool
	seen   map[[2]uint64]bool // directories by device and inode, against links in a circle
}

func (r *recursive) walk(ctx context.Context, dir string) (bool, error) {
	info, err := r.c.Sys.Stat(dir)
	if err != nil {
		return false, err
	}
	id := [2]uint64{info.Dev, info.Ino}
	if r.seen[id] {
		return false, nil
	}
	r.seen[id] = true
	entries, err := r.c.Sys.ReadDir(dir)
	if err != nil {
		return false, err
	}
	changed := false
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return changed, err
		}
		ch, err := r.entry(ctx, e)
		changed = changed || ch
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

func (r *recursive) entry(ctx context.Context, e module.Info) (bool, error) {
	changed, err := r.set(ctx, e.Path)
	if err != nil {
		return changed, err
	}
	target := ""
	switch {
	case e.Mode.IsDir():
		target = e.Path
	case e.Mode&fs.ModeSymlink != 0 && r.follow:
		to := e.Link
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(e.Path), to)
		}
		info, err := r.c.Sys.Stat(to)
		if err != nil {
			return changed, nil // a link to nothing
		}
		ch, err := r.set(ctx, to)
		changed = changed || ch
		if err != nil || !info.Mode.IsDir() {
			return changed, err
		}
		target = to
	default:
		return changed, nil
	}
	ch, err := r.walk(ctx, target)
	return changed || ch, err
}

func (r *recursive) set(ctx context.Context, p string) (bool, error) {
	fa := r.fa
	fa.Path = p
	return setAll(ctx, r.c, fa, r.times, nil)
}
