package packaging

import (
	"context"
	"io/fs"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

func fileMode(bits uint32) fs.FileMode { return fs.FileMode(bits) }

// aptTask is one call of the apt module.
type aptTask struct {
	*module.Call
	get   *aptGet
	cache *aptCache
	db    *dpkgDB
}

// runApt is ansible.builtin.apt.
func runApt(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &aptTask{Call: c, get: newAptGet(c), cache: newAptCache(c.Sys, c.Args.Str("default_release"))}
	a := c.Args
	upgrade := a.Str("upgrade")
	if upgrade == "no" {
		upgrade = ""
	}
	work := len(a.List("package")) > 0 || upgrade != "" || a.Str("deb") != ""
	if a.Bool("clean") {
		if err := t.get.clean(ctx); err != nil { // as in Ansible, cleaning alone does not count as a change
			return nil, err
		}
	}
	updated, when, err := t.updateCache(ctx)
	if err != nil {
		return nil, err
	}
	if (a.Bool("update_cache") || a.Int("cache_valid_time") != 0) && !work {
		return module.Result{"changed": updated, "cache_updated": updated, "cache_update_time": when}, nil
	}
	if upgrade != "" {
		return t.get.upgrade(ctx, upgrade)
	}
	if t.db, err = readDpkg(c.Sys); err != nil {
		return nil, err
	}
	if a.Str("deb") != "" {
		if a.Str("state") != "present" {
			return nil, &module.Failure{Msg: "deb only supports state=present"}
		}
		return t.installDeb(ctx)
	}
	return t.packages(ctx, updated, when)
}

// updateCache refreshes the lists when they are older than cache_valid_time. updated tells whether that changed them.
func (t *aptTask) updateCache(ctx context.Context) (updated bool, when int64, err error) {
	when = cacheTime(t.Sys)
	valid := t.Args.Int("cache_valid_time")
	if !t.Args.Bool("update_cache") && valid == 0 {
		return false, when, nil
	}
	if time.Unix(when+valid, 0).After(time.Now()) {
		return false, when, nil
	}
	if err := refresh(ctx, t.Call, t.get); err != nil {
		return false, when, err
	}
	after := cacheTime(t.Sys)
	return t.Check || after != when, after, nil
}

// packages is the part of the module that concerns the package argument, and autoclean and autoremove without one.
func (t *aptTask) packages(ctx context.Context, updated bool, when int64) (module.Result, error) {
	var specs []pkgSpec
	all := false
	for _, s := range t.Args.Strs("package") {
		if s = strings.TrimSpace(s); s == "*" {
			all = true
			continue
		}
		if strings.Count(s, "=") > 1 {
			return nil, &module.Failure{Msg: "invalid package spec: " + s}
		}
		specs = append(specs, splitSpec(s))
	}
	state := t.Args.Str("state")
	if all && state == "latest" {
		if len(specs) > 0 {
			return nil, &module.Failure{Msg: "unable to install additional packages when upgrading all installed packages"}
		}
		return t.get.upgrade(ctx, "yes")
	}
	if len(specs) == 0 {
		if t.Args.Bool("autoclean") {
			return t.get.cleanup(ctx, "autoclean", "Del ")
		}
		if t.Args.Bool("autoremove") {
			return t.get.cleanup(ctx, "autoremove", "The following packages will be REMOVED")
		}
	}
	if state == "absent" {
		return t.remove(ctx, specs)
	}
	res, err := t.install(ctx, specs)
	if f, ok := err.(*module.Failure); ok && !strings.HasPrefix(f.Msg, "No package") {
		if f.Result == nil {
			f.Result = module.Result{}
		}
		f.Result["cache_updated"], f.Result["cache_update_time"] = updated, when
	}
	if res != nil {
		res["cache_updated"], res["cache_update_time"] = updated, when
	}
	return res, err
}
