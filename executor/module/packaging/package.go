package packaging

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// managers are the package managers that "package" hands over to, with what its arguments default to there.
var managers = map[string]func(context.Context, *module.Call) (module.Result, error){
	"apt": runApt, "dnf": runDnf, "yum": runDnf, "apk": runApk,
}

// managerOf names the target's own package manager.
func managerOf(sys module.System) string {
	for _, m := range [][2]string{{"apt-get", "apt"}, {"dnf", "dnf"}, {"yum", "yum"}, {"apk", "apk"}} {
		if program.Have(sys, m[0]) {
			return m[1]
		}
	}
	return ""
}

// runPackage is ansible.builtin.package.
func runPackage(ctx context.Context, c *module.Call) (module.Result, error) {
	use := strings.TrimPrefix(strings.ToLower(c.Args.Str("use")), "ansible.builtin.")
	if use == "" || use == "auto" {
		use = managerOf(c.Sys)
	}
	run, ok := managers[use]
	if !ok {
		return nil, module.Fail("Could not find a module for package manager \"" + use + "\".")
	}
	sub := *c
	sub.Args = module.Args{}
	for k, v := range c.Args {
		sub.Args[k] = v
	}
	delete(sub.Args, "use")
	if use == "apt" {
		sub.Args["package"] = names(c.Args["name"])
		fill(sub.Args, map[string]any{"state": "present", "lock_timeout": int64(60), "upgrade": "no", "dpkg_options": "force-confdef,force-confold",
			"update_cache_retries": int64(5), "update_cache_retry_max_delay": int64(12)})
		if states := []string{"absent", "build-dep", "fixed", "latest", "present"}; !slices.Contains(states, sub.Args.Str("state")) {
			return nil, module.Fail("value of state must be one of: " + strings.Join(states, ", ") + ", got: " + sub.Args.Str("state"))
		}
	} else {
		sub.Args["name"] = names(c.Args["name"])
	}
	return run(ctx, &sub)
}

// names reads a list, or a text with commas.
func names(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case string:
		var out []any
		for _, n := range strings.Split(v, ",") {
			if n = strings.TrimSpace(n); n != "" {
				out = append(out, n)
			}
		}
		return out
	}
	return nil
}

func fill(a module.Args, defaults map[string]any) {
	for k, v := range defaults {
		if !a.Has(k) {
			a[k] = v
		}
	}
}

// runApk installs packages on Alpine; the database of what is installed is read directly.
func runApk(ctx context.Context, c *module.Call) (module.Result, error) {
	have := map[string]bool{}
	data, _ := c.Sys.ReadFile("/lib/apk/db/installed")
	for _, l := range strings.Split(string(data), "\n") {
		if n, ok := strings.CutPrefix(l, "P:"); ok {
			have[n] = true
		}
		if p, ok := strings.CutPrefix(l, "p:"); ok {
			for _, n := range strings.Fields(p) {
				n, _, _ = strings.Cut(n, "=")
				have[n] = true
			}
		}
	}
	if c.Args.Bool("update_cache") {
		if _, err := program.Must(program.Change(ctx, c.Sys, "apk", "update")); err != nil {
			return nil, err
		}
	}
	state := c.Args.Str("state")
	var list []string
	for _, n := range c.Args.Strs("name") {
		bare := strings.FieldsFunc(n, func(r rune) bool { return strings.ContainsRune("=<>~@", r) })[0]
		absent := state == "absent" || state == "removed"
		if have[bare] == absent || state == "latest" {
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return module.Result{"changed": false, "msg": "package(s) already as wanted"}, nil
	}
	argv := []string{"apk", "add"}
	switch state {
	case "absent", "removed":
		argv = []string{"apk", "del"}
	case "latest":
		argv = []string{"apk", "add", "--upgrade"}
	}
	if c.Check {
		argv = append(argv, "--simulate")
	}
	out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: append(argv, list...), Reads: c.Check, Whole: true})
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("failed to install or remove %s: %s", strings.Join(list, " "), out.Said())
	}
	changed := state != "latest" || strings.Contains(out.Out, "Upgrading") || strings.Contains(out.Out, "Installing")
	return module.Result{"changed": changed, "stdout": out.Out, "stderr": out.Err, "packages": list, "msg": strings.Join(argv[1:2], "") + " " + strings.Join(list, ", ")}, nil
}
