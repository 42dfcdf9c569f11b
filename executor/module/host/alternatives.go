package host

import (
	"context"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// alternative is one choice of a group.
type alternative struct {
	priority int64
	subs     []any // of map[string]any{name, path, link}
}

// alternatives is one call of the module, with what update-alternatives knows of the group.
type alternatives struct {
	*module.Call
	name, path       string
	mode, link, best string // best is what the link points to
	known            map[string]alternative
	messages         []string
	result           module.Result
	before, after    map[string]any
}

// runAlternatives is community.general.alternatives.
func runAlternatives(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &alternatives{Call: c, name: c.Args.Str("name"), path: c.Path("path"), known: map[string]alternative{},
		before: map[string]any{}, after: map[string]any{}}
	t.result = module.Result{"changed": false, "diff": map[string]any{"before": t.before, "after": t.after}}
	if err := t.read(ctx); err != nil {
		return nil, err
	}
	t.diffBefore()
	state := c.Args.Str("state")
	if state == "" {
		state = "selected"
	}
	var err error
	if state == "absent" {
		if _, ok := t.known[t.path]; ok {
			err = t.do(ctx, "Remove alternative '"+t.path+"' from '"+t.name+"'.", map[string]any{"state": "absent"}, "--remove", t.name, t.path)
		}
	} else {
		err = t.present(ctx, state)
	}
	if err != nil {
		return nil, err
	}
	t.result["msg"] = strings.Join(t.messages, " ")
	return t.result, nil
}

// do runs update-alternatives and notes what it is for.
func (t *alternatives) do(ctx context.Context, message string, after map[string]any, args ...string) error {
	t.result["changed"] = true
	t.messages = append(t.messages, message)
	if t.Diff {
		for k, v := range after {
			t.after[k] = v
		}
	}
	_, err := program.Must(program.Change(ctx, t.Sys, append([]string{"update-alternatives"}, args...)...))
	return err
}

func (t *alternatives) present(ctx context.Context, state string) error {
	if t.needsInstall() {
		if err := t.install(ctx); err != nil {
			return err
		}
	}
	if state == "selected" && t.best != t.path {
		return t.do(ctx, "Set alternative '"+t.path+"' for '"+t.name+"'.", map[string]any{"state": "selected"}, "--set", t.name, t.path)
	}
	if state == "auto" && t.mode == "manual" {
		return t.do(ctx, "Set alternative to auto for '"+t.name+"'.", map[string]any{"state": "present"}, "--auto", t.name)
	}
	return nil
}

func (t *alternatives) needsInstall() bool {
	have, ok := t.known[t.path]
	if !ok || t.Args.Has("priority") && have.priority != t.Args.Int("priority") {
		return true
	}
	return t.Args.Has("subcommands") && !sameSubs(have.subs, t.Args.List("subcommands"))
}

func sameSubs(a, b []any) bool {
	key := func(list []any) map[string]bool {
		m := map[string]bool{}
		for _, x := range list {
			s := module.Args(x.(map[string]any))
			m[s.Str("name")+"\x00"+s.Str("path")+"\x00"+s.Str("link")] = true
		}
		return m
	}
	x, y := key(a), key(b)
	for k := range x {
		if !y[k] {
			return false
		}
	}
	return len(x) == len(y)
}

func (t *alternatives) install(ctx context.Context) error {
	if _, err := t.Sys.Stat(t.path); err != nil {
		return module.Fail("Specified path " + t.path + " does not exist")
	}
	link := t.Path("link")
	if link == "" {
		link = t.link
	}
	if link == "" {
		return module.Fail("Needed to install the alternative, but unable to do so as we are missing the link")
	}
	have, known := t.known[t.path]
	priority := int64(50)
	if known {
		priority = have.priority
	}
	if t.Args.Has("priority") {
		priority = t.Args.Int("priority")
	}
	args := []string{"--install", link, t.name, t.path, strconv.FormatInt(priority, 10)}
	after := map[string]any{"state": "present", "path": t.path, "priority": priority, "link": link}
	if t.Args.Has("subcommands") {
		for _, s := range t.Args.List("subcommands") {
			m, _ := s.(map[string]any)
			sub := module.Args(m)
			args = append(args, "--slave", sub.Str("link"), sub.Str("name"), sub.Str("path"))
		}
		after["subcommands"] = t.Args.List("subcommands")
	} else if len(have.subs) > 0 {
		after["subcommands"] = have.subs
	}
	return t.do(ctx, "Install alternative '"+t.path+"' for '"+t.name+"'.", after, args...)
}

var (
	altMode    = regexp.MustCompile(`(?m)\s-\s(?:status\sis\s)?(\w*)(?:\smode|.)$`)
	altBest    = regexp.MustCompile(`(?m)^\s*link currently points to (.*)$`)
	altLink    = regexp.MustCompile(`(?m)^\s*link \w+ is (.*)$`)
	altSubLink = regexp.MustCompile(`(?m)^\s*(?:slave|follower) (\S+) is (.*)$`)
	altChoice  = regexp.MustCompile(`(?m)^(/.*)\s-\s(?:family\s\S+\s)?priority\s(\d+)((?:\s+(?:slave|follower).*)*)`)
	altSub     = regexp.MustCompile(`(?m)^\s+(?:slave|follower) (.*): (.*)$`)
)

// read asks update-alternatives for the group.
func (t *alternatives) read(ctx context.Context) error {
	out, err := program.Read(ctx, t.Sys, "update-alternatives", "--display", t.name)
	if err != nil || out.RC != 0 {
		return err
	}
	first := func(re *regexp.Regexp) string {
		if m := re.FindStringSubmatch(out.Out); m != nil {
			return m[1]
		}
		return ""
	}
	if t.mode = first(altMode); t.mode == "" {
		return nil
	}
	t.best, t.link = first(altBest), first(altLink)
	links := map[string]any{}
	for _, m := range altSubLink.FindAllStringSubmatch(out.Out, -1) {
		links[m[1]] = m[2]
	}
	for _, m := range altChoice.FindAllStringSubmatch(out.Out, -1) {
		p, _ := strconv.ParseInt(m[2], 10, 64)
		a := alternative{priority: p}
		for _, s := range altSub.FindAllStringSubmatch(m[3], -1) {
			if s[2] != "(null)" {
				a.subs = append(a.subs, map[string]any{"name": s[1], "path": s[2], "link": links[s[1]]})
			}
		}
		t.known[m[1]] = a
	}
	return nil
}

func (t *alternatives) diffBefore() {
	if !t.Diff {
		return
	}
	have, ok := t.known[t.path]
	switch {
	case ok:
		t.before["state"], t.before["path"], t.before["priority"], t.before["link"] = "present", t.path, have.priority, t.link
		if len(have.subs) > 0 {
			t.before["subcommands"] = have.subs
		}
		if t.mode == "manual" && t.best != t.path {
			t.before["state"] = "selected"
		}
	case t.mode != "":
		t.before["state"] = "absent"
	}
}
