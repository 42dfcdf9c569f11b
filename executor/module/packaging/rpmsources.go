package packaging

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// repoLists are the options whose values are lists, written one a line or with blanks.
var repoLists = map[string]string{"baseurl": "\n", "gpgkey": "\n", "exclude": " ", "includepkgs": " "}

// repoArgs are arguments of the module that are no options of a repository.
var repoArgs = map[string]bool{"name": true, "file": true, "reposdir": true, "state": true, "params": true, "description": true,
	"owner": true, "group": true, "mode": true, "seuser": true, "serole": true, "setype": true, "selevel": true, "attributes": true, "unsafe_writes": true}

// runYumRepository is ansible.builtin.yum_repository: one section of a .repo file.
func runYumRepository(ctx context.Context, c *module.Call) (module.Result, error) {
	name := c.Args.Str("name")
	fileName := c.Args.Str("file")
	if fileName == "" {
		fileName = name
	}
	dir := c.Args.Str("reposdir")
	if dir == "" {
		dir = "/etc/yum.repos.d"
	}
	if st, err := c.Sys.Stat(dir); err != nil || !st.Mode.IsDir() {
		return nil, module.Fail("Repo directory '" + dir + "' does not exist.")
	}
	file := path.Join(dir, fileName+".repo")
	data, _ := c.Sys.ReadFile(file)
	before := splitSections(string(data))
	after := slices.DeleteFunc(slices.Clone(before), func(s *repoFileSection) bool { return s.name == name })
	present := c.Args.Str("state") != "absent"
	if present {
		if !c.Args.Has("baseurl") && !c.Args.Has("metalink") && !c.Args.Has("mirrorlist") {
			return nil, module.Fail("Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.")
		}
		if !c.Args.Has("description") {
			return nil, module.Fail("Parameter 'description' is required.")
		}
		after = append(after, repoSection(name, c.Args))
	}
	was, is := dumpSections(before), dumpSections(after)
	res := module.Result{"changed": was != is, "repo": name, "state": c.Args.Str("state")}
	if c.Diff {
		res["diff"] = module.TextDiff(was, is, file, file)
	}
	var err error
	switch {
	case was == is:
		if present {
			var moded bool
			if moded, err = c.SetAttrs(ctx, c.FileArgs(file), nil); moded {
				res["changed"] = true
			}
		}
	case len(after) == 0:
		err = c.Sys.Remove(file)
	default:
		_, err = c.PutFile(ctx, module.Put{Args: c.FileArgs(file), Content: strings.NewReader(joinSections(after))})
	}
	return res, err
}

// repoFileSection is one section of a .repo file with its options in the file's order.
type repoFileSection struct {
	name    string
	options [][2]string
}

func repoSection(name string, a module.Args) *repoFileSection {
	out := map[string]string{"name": a.Str("description")}
	for k, v := range a {
		if repoArgs[k] || v == nil {
			continue
		}
		switch v := v.(type) {
		case bool:
			out[k] = map[bool]string{true: "1", false: "0"}[v]
		case []any:
			sep := repoLists[k]
			if sep == "" {
				sep = " "
			}
			out[k] = strings.Join(a.Strs(k), sep)
		default:
			out[k] = module.Args{"x": v}.Text("x")
		}
	}
	section := &repoFileSection{name: name}
	for _, k := range slices.Sorted(maps.Keys(out)) {
		section.options = append(section.options, [2]string{k, out[k]})
	}
	return section
}

var iniSection = regexp.MustCompile(`^\[(.+)\]\s*$`)

// splitSections reads the sections of an INI file; continued lines belong to the option above.
func splitSections(text string) []*repoFileSection {
	var out []*repoFileSection
	for _, l := range strings.Split(text, "\n") {
		var cur *repoFileSection
		if len(out) > 0 {
			cur = out[len(out)-1]
		}
		switch m := iniSection.FindStringSubmatch(l); {
		case m != nil:
			out = append(out, &repoFileSection{name: m[1]})
		case cur == nil || strings.TrimSpace(l) == "" || l[0] == '#' || l[0] == ';':
		case (l[0] == ' ' || l[0] == '\t') && len(cur.options) > 0:
			cur.options[len(cur.options)-1][1] += "\n" + strings.TrimSpace(l)
		default:
			k, v, _ := strings.Cut(l, "=")
			cur.options = append(cur.options, [2]string{strings.ToLower(strings.TrimSpace(k)), strings.TrimSpace(v)})
		}
	}
	return out
}

// joinSections is a file of sections.
func joinSections(list []*repoFileSection) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString("[" + s.name + "]\n")
		for _, o := range s.options {
			b.WriteString(o[0] + " = " + strings.ReplaceAll(o[1], "\n", "\n\t") + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// dumpSections is what sections say, sorted: two files that say the same have the same.
func dumpSections(list []*repoFileSection) string {
	var b strings.Builder
	for _, s := range slices.SortedFunc(slices.Values(list), func(a, b *repoFileSection) int { return strings.Compare(a.name, b.name) }) {
		b.WriteString("[" + s.name + "]\n")
		for _, o := range slices.SortedFunc(slices.Values(s.options), func(a, b [2]string) int { return strings.Compare(a[0], b[0]) }) {
			b.WriteString(o[0] + " = " + o[1] + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}
