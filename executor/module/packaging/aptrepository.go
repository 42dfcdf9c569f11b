package packaging

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
)

// runAptRepository is ansible.builtin.apt_repository.
func runAptRepository(ctx context.Context, c *module.Call) (module.Result, error) {
	repo := strings.TrimSpace(c.Args.Str("repo"))
	if repo == "" {
		return nil, module.Fail("Please set argument 'repo' to a non-empty value")
	}
	if !program.Have(c.Sys, "apt-get") {
		return nil, module.Fail("Module apt_repository is not supported on target.")
	}
	list, err := readSources(c.Sys)
	if err != nil {
		return nil, err
	}
	before := list.dump()
	if err := change(ctx, c, list, repo); err != nil {
		return nil, err
	}
	after := list.dump()
	res := module.Result{"changed": false, "repo": c.Args.Str("repo"), "state": c.Args.Str("state"), "diff": map[string]any{}}
	var diffs []any
	for _, f := range list.files() {
		if before[f] == after[f] {
			continue
		}
		res["changed"] = true
		diffs = append(diffs, module.TextDiff(before[f], after[f], orNull(before, f), orNull(after, f)))
	}
	if c.Diff && diffs != nil {
		res["diff"] = diffs
	}
	if res["changed"] == false || c.Check {
		return res, nil
	}
	if err := saveSources(c, before, after); err != nil {
		return nil, err
	}
	if !c.Args.Bool("update_cache") {
		return res, nil
	}
	if err := refresh(ctx, c, newAptGet(c)); err != nil {
		if rerr := saveSources(c, after, before); rerr != nil { // a source that cannot be read must not stay
			c.Warn("the sources could not be put back: %v", rerr)
		}
		return nil, err
	}
	return res, nil
}

func orNull(files map[string]string, f string) string {
	if _, ok := files[f]; ok {
		return f
	}
	return "/dev/null"
}

// change adds or removes the repository in the list.
func change(ctx context.Context, c *module.Call, list sources, repo string) error {
	present := c.Args.Str("state") == "present"
	if strings.HasPrefix(repo, "ppa:") {
		return changePPA(ctx, c, list, repo, present)
	}
	line := parseSource(repo)
	if !line.valid || !line.enabled {
		return module.Fail("Invalid repository string: " + repo)
	}
	if present {
		list.add(line.source, suggestFile(line.source, c.Args.Str("filename")))
	} else {
		list.remove(line.source)
	}
	return nil
}

// changePPA expands ppa:owner/name as add-apt-repository does and fetches the archive's signing key.
func changePPA(ctx context.Context, c *module.Call, list sources, repo string, present bool) error {
	owner, name, ok := strings.Cut(strings.TrimPrefix(repo, "ppa:"), "/")
	if !ok {
		name = "ppa"
	}
	codename := c.Args.Str("codename")
	if codename == "" {
		data, _ := c.Sys.ReadFile("/etc/os-release")
		for _, l := range strings.Split(string(data), "\n") {
			if v, ok := strings.CutPrefix(l, "VERSION_CODENAME="); ok {
				codename = strings.Trim(v, `"`)
			}
		}
	}
	source := "deb http://ppa.launchpad.net/" + owner + "/" + name + "/ubuntu " + codename + " main"
	if !present {
		list.remove(source)
		return nil
	}
	for _, lines := range list {
		for _, l := range lines {
			if l.valid && l.enabled && l.source == source {
				return nil
			}
		}
	}
	if err := ppaKey(ctx, c, owner, name); err != nil {
		return err
	}
	list.add(source, suggestFile(repo+"_"+codename, c.Args.Str("filename")))
	return nil
}

// ppaKey imports the key that Launchpad names for the archive.
func ppaKey(ctx context.Context, c *module.Call, owner, name string) error {
	if c.Check {
		return nil
	}
	file, done, err := fetchForApt(ctx, c, "https://launchpad.net/api/1.0/~"+owner+"/+archive/"+name)
	defer done()
	if err != nil {
		return err
	}
	data, err := c.Sys.ReadFile(file)
	if err != nil {
		return err
	}
	answer, _ := jsontext.Parse(data)
	info, _ := answer.(map[string]any)
	fingerprint, _ := info["signing_key_fingerprint"].(string)
	if fingerprint == "" {
		return module.Fail("failed to fetch PPA information, error was: no signing_key_fingerprint in Launchpad's answer")
	}
	out, err := program.Read(ctx, c.Sys, "apt-key", "export", fingerprint)
	if err == nil && out.Err == "" && out.Out != "" {
		return nil
	}
	_, err = program.Must(program.Change(ctx, c.Sys, "apt-key", "adv", "--recv-keys", "--no-tty", "--keyserver", "hkp://keyserver.ubuntu.com:80", fingerprint))
	return err
}

// saveSources writes the files that differ and removes those that have no lines left.
func saveSources(c *module.Call, before, after map[string]string) error {
	for f := range before {
		if _, ok := after[f]; !ok {
			if err := c.Sys.Remove(f); err != nil {
				return err
			}
		}
	}
	for f, text := range after {
		old, had := before[f]
		if had && old == text {
			continue
		}
		spec := module.WriteSpec{}
		if !had || c.Args.Has("mode") {
			mode := uint32(0o644)
			if c.Args.Has("mode") {
				m, err := module.ParseMode(c.Args["mode"], 0o644, false, c.Sys.Self().Umask)
				if err != nil {
					return err
				}
				mode = m
			}
			fm := module.FileMode(mode)
			spec.Mode = &fm
		}
		if err := c.MkdirAll(sourcesDir); err != nil {
			return err
		}
		if err := c.Sys.Write(f, strings.NewReader(text), spec); err != nil {
			return err
		}
	}
	return nil
}
