package net

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// apacheIdentifiers are modules whose name in Apache's own list is not their name with "_module".
var apacheIdentifiers = map[string]string{"shib": "mod_shib", "shib2": "mod_shib", "evasive": "evasive20_module", "qos": "qos_module", "dump_io": "dumpio_module",
	"php": "php_module", "php5": "php5_module", "php7": "php7_module"}

var phpVersion = regexp.MustCompile(`^php(\d)\.\d$`)

// runApacheModule is community.general.apache2_module, for Debian's a2enmod and a2dismod.
func runApacheModule(ctx context.Context, c *module.Call) (module.Result, error) {
	name := c.Args.Str("name")
	want := c.Args.Str("state") != "absent"
	id := c.Args.Str("identifier")
	if id == "" {
		id = name + "_module"
		if known, ok := apacheIdentifiers[name]; ok {
			id = known
		} else if m := phpVersion.FindStringSubmatch(name); m != nil {
			id = "php" + m[1] + "_module"
			if m[1] >= "8" {
				id = "php_module"
			}
		}
	}
	ctl, err := apacheControl(c)
	if err != nil {
		return nil, err
	}
	if name == "cgi" {
		out, err := program.Read(ctx, c.Sys, ctl, "-V")
		if err != nil {
			return nil, err
		}
		if threaded.MatchString(out.Out) {
			return nil, module.Fail("Your MPM seems to be threaded. No automatic actions on module cgi possible.")
		}
	}
	have, err := apacheLoaded(ctx, c, ctl, id)
	if err != nil {
		return nil, err
	}
	word := map[bool]string{true: "enabled", false: "disabled"}
	res := module.Result{"changed": have != want, "result": "Module " + name + " " + word[want], "warnings": []any{}}
	if have == want || c.Check {
		return res, nil
	}
	argv := []string{map[bool]string{true: "a2enmod", false: "a2dismod"}[want]}
	if !want && c.Args.Bool("force") {
		argv = append(argv, "-f")
	}
	out, err := program.Change(ctx, c.Sys, append(argv, name)...)
	if err != nil {
		return nil, err
	}
	now, err := apacheLoaded(ctx, c, ctl, id)
	if err != nil {
		return nil, err
	}
	if now != want {
		return nil, module.Fail("Failed to set module "+name+" to "+word[want]+":\n"+out.Out+"\nMaybe the module identifier ("+id+
			") was guessed incorrectly.Consider setting the \"identifier\" option.", "rc", out.RC, "stdout", out.Out, "stderr", out.Err)
	}
	return res, nil
}

// threaded tells of a server with threads by what `apache2ctl -V` prints.
var threaded = regexp.MustCompile(`threaded: *yes`)

// apacheControl finds the program that controls Apache.
func apacheControl(c *module.Call) (string, error) {
	for _, name := range []string{"apache2ctl", "apachectl"} {
		if ctl, err := c.Sys.LookPath(name); err == nil {
			return ctl, nil
		}
	}
	return "", module.Fail("Neither of apache2ctl nor apachctl found. At least one apache control binary is necessary.")
}

// apacheLoaded asks Apache which modules its configuration loads.
func apacheLoaded(ctx context.Context, c *module.Call, ctl, id string) (bool, error) {
	out, err := program.Read(ctx, c.Sys, ctl, "-M")
	if err != nil {
		return false, err
	}
	if out.RC != 0 {
		if c.Args.Bool("ignore_configcheck") {
			if strings.Contains(out.Err, "AH00534") && strings.Contains(c.Args.Str("name"), "mpm_") {
				c.Warn("No MPM module loaded! apache2 reload AND other module actions will fail if no MPM module is loaded immediately.")
			} else {
				c.Warn("Error executing %s: %s", ctl, out.Err)
			}
			return false, nil
		}
		return false, module.Fail("Error executing " + ctl + ": " + out.Err)
	}
	return regexp.MustCompile(`(?m)^ ` + regexp.QuoteMeta(id) + `\b`).MatchString(out.Out), nil
}
