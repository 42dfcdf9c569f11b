package packaging

import (
	"context"
	"path"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// runRPMKey is ansible.builtin.rpm_key: keys in rpm's own keyring.
func runRPMKey(ctx context.Context, c *module.Call) (module.Result, error) {
	key := c.Args.Str("key")
	id := strings.ToLower(strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(key, " ", "")), "0x"))
	byID := isHex(id) && len(id) >= 8
	if !byID {
		var err error
		if id, err = rpmKeyID(ctx, c, key); err != nil {
			return nil, err
		}
	}
	have, err := program.Read(ctx, c.Sys, "rpm", "-q", "gpg-pubkey", "--qf", "%{VERSION}\n")
	if err != nil {
		return nil, err
	}
	present := false
	for _, v := range program.Lines(have.Out) {
		present = present || strings.HasSuffix(id, v) || strings.HasSuffix(v, id)
	}
	want := c.Args.Str("state") != "absent"
	if present == want {
		return module.Result{"changed": false}, nil
	}
	if !want {
		_, err = program.Must(program.Change(ctx, c.Sys, "rpm", "--erase", "--allmatches", "gpg-pubkey-"+id[len(id)-8:]))
		return module.Result{"changed": true}, err
	}
	if byID {
		return nil, module.Fail("When importing a key, a valid file must be given")
	}
	_, err = program.Must(program.Change(ctx, c.Sys, "rpm", "--import", key)) // rpm fetches URLs itself
	return module.Result{"changed": true}, err
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}

// rpmKeyID reads the id of the first key of a file or URL.
func rpmKeyID(ctx context.Context, c *module.Call, key string) (string, error) {
	gpg := "gpg"
	if !program.Have(c.Sys, gpg) {
		gpg = "gpg2"
	}
	cmd := module.Cmd{Argv: []string{gpg, "--no-tty", "--batch", "--with-colons", "--fixed-list-mode", "--show-keys", key}, Reads: true}
	if strings.Contains(key, "://") {
		out, err := program.Must(program.Read(ctx, c.Sys, "curl", "-fsSL", "--", key))
		if err != nil {
			return "", err
		}
		cmd.Argv[len(cmd.Argv)-1], cmd.Stdin = "-", []byte(out.Out)
	}
	out, err := program.Exec(ctx, c.Sys, cmd)
	if err != nil {
		return "", err
	}
	for _, l := range program.Lines(out.Out) {
		if f := strings.Split(l, ":"); f[0] == "pub" && len(f) > 4 {
			return strings.ToLower(f[4]), nil
		}
	}
	return "", module.Fail("Unexpected gpg output: " + out.Said())
}

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
	sections := splitSections(string(data))
	delete(sections, name)
	present := c.Args.Str("state") != "absent"
	if present {
		if !c.Args.Has("baseurl") && !c.Args.Has("metalink") && !c.Args.Has("mirrorlist") {
			return nil, module.Fail("Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.")
		}
		sections[name] = repoSection(c.Args)
	}
	after := joinSections(sections)
	res := module.Result{"changed": string(data) != after, "repo": name, "state": c.Args.Str("state")}
	if c.Diff {
		res["diff"] = module.TextDiff(string(data), after, file, file)
	}
	var err error
	switch {
	case string(data) == after:
		if present {
			var moded bool
			if moded, err = c.SetAttrs(ctx, c.FileArgs(file), nil); moded {
				res["changed"] = true
			}
		}
	case after == "":
		err = c.Sys.Remove(file)
	default:
		_, err = c.PutFile(ctx, module.Put{Args: c.FileArgs(file), Content: strings.NewReader(after)})
	}
	return res, err
}

func repoSection(a module.Args) map[string]string {
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
	return out
}

var iniSection = regexp.MustCompile(`^\[(.+)\]\s*$`)

// splitSections reads the sections of an INI file; continued lines belong to the option above.
func splitSections(text string) map[string]map[string]string {
	out := map[string]map[string]string{}
	var cur map[string]string
	last := ""
	for _, l := range strings.Split(text, "\n") {
		switch m := iniSection.FindStringSubmatch(l); {
		case m != nil:
			cur = map[string]string{}
			out[m[1]] = cur
		case cur == nil || strings.TrimSpace(l) == "" || l[0] == '#' || l[0] == ';':
		case l[0] == ' ' || l[0] == '\t':
			cur[last] += "\n" + strings.TrimSpace(l)
		default:
			k, v, _ := strings.Cut(l, "=")
			last = strings.ToLower(strings.TrimSpace(k))
			cur[last] = strings.TrimSpace(v)
		}
	}
	return out
}

// joinSections writes them sorted, as the module always does.
func joinSections(s map[string]map[string]string) string {
	names := make([]string, 0, len(s))
	for n := range s {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString("[" + n + "]\n")
		keys := make([]string, 0, len(s[n]))
		for k := range s[n] {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b.WriteString(k + " = " + strings.ReplaceAll(s[n][k], "\n", "\n\t") + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}
