package distro

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// snapTask is one call of snap.
type snapTask struct {
	*module.Call
	ctx  context.Context
	tool string
	res  module.Result
}

// runSnap is community.general.snap.
func runSnap(ctx context.Context, c *module.Call) (module.Result, error) {
	s := &snapTask{Call: c, ctx: ctx, res: module.Result{"changed": false, "force_lang": "C"}}
	var err error
	if s.tool, err = program.Path(c.Sys, "snap"); err != nil {
		return nil, err
	}
	switch state := c.Args.Str("state"); state {
	case "present":
		s.res["classic"], s.res["channel"] = c.Args.Bool("classic"), c.Args.Str("channel")
		if err = s.install(); err == nil && c.Args.Has("options") {
			err = s.configure()
		}
	default:
		err = s.others(state)
	}
	if err != nil {
		return nil, err
	}
	return s.res, nil
}

// run runs snap; what the last one said is part of the result.
func (s *snapTask) run(reads bool, args ...string) (program.Output, error) {
	argv := append([]string{s.tool}, args...)
	out, err := program.Exec(s.ctx, s.Sys, module.Cmd{Argv: argv, Reads: reads, Whole: !reads})
	s.res["rc"], s.res["stdout"], s.res["stderr"], s.res["cmd_args"] = out.RC, out.Out, out.Err, argv
	return out, err
}

// listed is the line of a snap in the list, nil where it is not installed.
func (s *snapTask) listed(name string) ([]string, error) {
	out, err := s.run(true, "list", name)
	if err != nil || out.RC != 0 {
		return nil, err
	}
	lines := program.Lines(out.Out)
	if len(lines) < 2 {
		return nil, module.Fail("Unable to parse 'snap list " + name + "' output:\n" + out.Out)
	}
	return strings.Fields(lines[1]), nil
}

// fail is a failure with what was said.
func (s *snapTask) fail(msg string) error {
	res := module.Result{}
	for k, v := range s.res {
		if k != "changed" {
			res[k] = v
		}
	}
	return &module.Failure{Msg: msg, Result: res}
}

// act runs commands that must succeed, in one go.
func (s *snapTask) act(commands [][]string, failure func(cmd, stderr string) string) error {
	var texts []string
	for _, args := range commands {
		texts = append(texts, program.Quote(append([]string{s.tool}, args...)))
		out, err := s.run(false, args...)
		if err != nil {
			return err
		}
		if out.RC != 0 {
			return s.fail(failure(strings.Join(texts, "; "), out.Err))
		}
	}
	s.res["cmd"] = strings.Join(texts, "; ")
	return nil
}

var needsClassic = regexp.MustCompile(`^error: This revision of snap "(\w+)" was published using classic confinement`)

func (s *snapTask) install() error {
	var missing []string
	for _, name := range s.Args.Strs("name") {
		line, err := s.listed(name)
		if err != nil {
			return err
		}
		if line == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	s.res["changed"], s.res["snaps_installed"] = true, missing
	if s.Check {
		return nil
	}
	base := []string{"install"}
	if s.Args.Bool("classic") {
		base = append(base, "--classic")
	}
	if channel := s.Args.Str("channel"); channel != "stable" {
		base = append(base, "--channel", channel)
	}
	commands := [][]string{append(slices.Clone(base), missing...)}
	if len(base) > 1 { // these options are for one snap at a time
		commands = nil
		for _, name := range missing {
			commands = append(commands, append(slices.Clone(base), name))
		}
	}
	return s.act(commands, func(cmd, stderr string) string {
		if m := needsClassic.FindStringSubmatch(stderr); m != nil {
			return "Couldn't install " + m[1] + " because it requires classic confinement"
		}
		return "Ooops! Snap installation failed while executing '" + cmd + "', please examine logs and error output for more details."
	})
}

// verbs are snap's words for states, and the results' words for the snaps that were brought there.
var verbs = map[string][2]string{"absent": {"remove", "snaps_removed"}, "enabled": {"enable", "snaps_enabled"}, "disabled": {"disable", "snaps_disabled"}}

// others removes, enables and disables.
func (s *snapTask) others(state string) error {
	var names []string
	for _, name := range s.Args.Strs("name") {
		line, err := s.listed(name)
		if err != nil {
			return err
		}
		enabled := len(line) > 5 && !slices.Contains(strings.Split(line[5], ","), "disabled")
		if state == "absent" && line != nil || state == "enabled" && !enabled || state == "disabled" && enabled {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	s.res["changed"], s.res[verbs[state][1]] = true, names
	if s.Check {
		return nil
	}
	return s.act([][]string{append([]string{verbs[state][0]}, names...)}, func(cmd, _ string) string {
		return "Ooops! Snap operation failed while executing '" + cmd + "', please examine logs and error output for more details."
	})
}

var snapOption = regexp.MustCompile(`^(\S+:)?(\S+)\s*=\s*(.+)`)

// configure sets the options that differ.
func (s *snapTask) configure() error {
	names := s.Args.Strs("name")
	var all []string
	for _, name := range names {
		line, err := s.listed(name)
		if err != nil {
			return err
		}
		if line == nil { // in check mode
			continue
		}
		have, err := s.options(name)
		if err != nil {
			return err
		}
		var set []string
		for _, option := range s.Args.Strs("options") {
			m := snapOption.FindStringSubmatch(option)
			if m == nil {
				return s.fail("Cannot parse set option '" + option + "'")
			}
			of := strings.TrimSuffix(m[1], ":")
			if of != "" && !slices.Contains(names, of) {
				return s.fail("Snap option '" + option + "' refers to snap which is not in the list of snap names")
			}
			key, value := m[2], strings.TrimSpace(m[3])
			if now, there := have[key]; of != "" && of != name || there && now == value {
				continue
			}
			set = append(set, key+"="+value)
			if of == "" {
				option = name + ":" + option
			}
			all = append(all, option)
		}
		if err := s.set(name, set); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		s.res["options_changed"] = all
	}
	return nil
}

func (s *snapTask) set(name string, options []string) error {
	if len(options) == 0 {
		return nil
	}
	s.res["changed"] = true
	if s.Check {
		return nil
	}
	out, err := s.run(false, append([]string{"set", name}, options...)...)
	switch {
	case err != nil:
		return err
	case out.RC == 0:
		return nil
	case strings.Contains(out.Err, `has no "configure" hook`):
		return s.fail("Snap '" + name + "' does not have any configurable options")
	}
	return s.fail("Cannot set options '" + strings.Join(options, " ") + "' for snap '" + name + "': error=" + out.Err)
}

// options are those that a snap has: names with dots, and values as snap set takes them.
func (s *snapTask) options(name string) (map[string]string, error) {
	out, err := s.run(true, "get", name, "-d")
	if err != nil || out.RC != 0 || strings.Contains(out.Out, "has no configuration") {
		return nil, err
	}
	tree, err := jsontext.Parse([]byte(out.Out))
	dict, ok := tree.(map[string]any)
	if err != nil || !ok {
		return nil, s.fail("Parsing option map returned by 'snap get " + name + "', output:\n'" + out.Out + "'")
	}
	flat := map[string]string{}
	flatten(flat, "", dict)
	return flat, nil
}

func flatten(out map[string]string, prefix string, tree map[string]any) {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flatten(out, prefix+key+".", v)
		case string:
			out[prefix+key] = v
		default:
			text, _ := jsontext.Append(nil, v)
			out[prefix+key] = string(text)
		}
	}
}
