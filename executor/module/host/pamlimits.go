package host

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// unlimited are the ways to say that there is no limit.
var unlimited = []string{"unlimited", "infinity", "-1"}

// checkLimit refuses values that an item of limits.conf(5) cannot have.
func checkLimit(item, value, prefix string) error {
	if item == "nice" || item == "priority" {
		if n, err := strconv.Atoi(value); err == nil && n >= -20 && n <= 19 {
			return nil
		}
		return module.Fail(fmt.Sprintf("%s Value of '%s' for item '%s' is invalid. Value must be a number in the range -20 to 19 inclusive. "+
			"Refer to the limits.conf(5) manual pages for more details.", prefix, value, item))
	}
	if slices.Contains(unlimited, value) || value != "" && strings.Trim(value, "0123456789") == "" {
		return nil
	}
	return module.Fail(fmt.Sprintf("%s Value of '%s' for item '%s' is invalid. Value must either be 'unlimited', 'infinity' or -1, all of "+
		"which indicate no limit, or a limit of 0 or larger. Refer to the limits.conf(5) manual pages for more details.", prefix, value, item))
}

// limitsEdit goes through limits.conf line by line.
type limitsEdit struct {
	module.Args
	file                 string
	value, comment, line string
	found, changed       bool
}

// runPamLimits is community.general.pam_limits.
func runPamLimits(_ context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	e := &limitsEdit{Args: a, file: a.Str("dest"), value: a.Str("value"), comment: a.Str("comment")}
	if info, err := c.Sys.Stat(e.file); err != nil || !info.Mode.IsRegular() {
		if parent, err := c.Sys.Stat(path.Dir(e.file)); err != nil || !parent.Mode.IsDir() {
			return nil, module.Fail("directory " + path.Dir(e.file) + " is not writable (check presence, access rights, use sudo)")
		}
		e.changed = true
	}
	before, err := text(c.Sys, e.file)
	if err != nil {
		return nil, err
	}
	if a.Bool("use_max") && a.Bool("use_min") {
		return nil, module.Fail("Cannot use use_min and use_max at the same time.")
	}
	if err := checkLimit(a.Str("limit_item"), e.value, ""); err != nil {
		return nil, err
	}
	after, err := e.edit(before)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": e.changed, "msg": e.line, "diff": map[string]any{"before": before, "after": after}}
	if a.Bool("backup") {
		if res["backup_file"], err = c.Backup(e.file); err != nil {
			return nil, err
		}
	}
	if _, missing := c.Sys.Stat(e.file); after == before && missing == nil {
		return res, nil
	}
	return res, put(c.Sys, e.file, after)
}

func (e *limitsEdit) edit(before string) (string, error) {
	var out strings.Builder
	for line := range strings.Lines(before) {
		next, err := e.one(line)
		if err != nil {
			return "", err
		}
		out.WriteString(next)
	}
	if !e.found {
		e.changed = true
		e.line = e.limit()
		out.WriteString(e.line)
	}
	return out.String(), nil
}

// limit is the line that is wanted.
func (e *limitsEdit) limit() string {
	line := strings.Join([]string{e.Str("domain"), e.Str("limit_type"), e.Str("limit_item"), e.value}, "\t")
	if e.comment != "" {
		e.comment = "\t#" + e.comment
		line += e.comment
	}
	return line + "\n"
}

// one is what becomes of a line.
func (e *limitsEdit) one(line string) (string, error) {
	if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
		return line, nil
	}
	words, _, _ := strings.Cut(strings.Join(strings.Fields(line), " "), "#")
	if _, own, ok := strings.Cut(line, "#"); ok && e.comment == "" {
		e.comment = own // with its line end, as Ansible's module has it
	}
	f := strings.Split(strings.TrimRight(words, " "), " ")
	if len(f) != 4 {
		return line, nil
	}
	if err := checkLimit(f[2], f[3], "Invalid configuration found in '"+e.file+"'."); err != nil {
		return "", err
	}
	if f[0] != e.Str("domain") || f[1] != e.Str("limit_type") || f[2] != e.Str("limit_item") {
		return line, nil
	}
	e.found, e.line = true, line
	if f[3] == e.Str("value") {
		return line, nil
	}
	e.choose(f[3])
	if e.value == f[3] {
		return line, nil
	}
	e.changed = true
	e.line = e.limit()
	return e.line, nil
}

// choose makes the value that is wanted beside one that is there, as use_max and use_min say.
func (e *limitsEdit) choose(have string) {
	want := e.Str("value")
	haveNone, wantNone := slices.Contains(unlimited, have), slices.Contains(unlimited, want)
	n, _ := strconv.Atoi(want)
	m, _ := strconv.Atoi(have)
	switch {
	case e.Bool("use_max") && haveNone:
		e.value = have
	case e.Bool("use_max") && wantNone:
		e.value = want
	case e.Bool("use_max"):
		e.value = strconv.Itoa(max(n, m))
	case e.Bool("use_min") && haveNone && !wantNone:
		e.value = want
	case e.Bool("use_min") && (haveNone || wantNone):
		e.value = have
	case e.Bool("use_min"):
		e.value = strconv.Itoa(min(n, m))
	}
}
