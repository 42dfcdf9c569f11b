package packaging

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// lister lists what a package manager has installed; ok is false where it is not on the target.
type lister func(ctx context.Context, c *module.Call) (packages map[string]any, ok bool, err error)

// listers in the order in which "auto" tries them.
var listers = []struct {
	name string
	list lister
}{{"rpm", listRPM}, {"apt", listDeb}, {"apk", listApk}}

// runPackageFacts is ansible.builtin.package_facts.
func runPackageFacts(ctx context.Context, c *module.Call) (module.Result, error) {
	asked := c.Args.Strs("manager")
	if len(asked) == 0 {
		asked = []string{"auto"}
	}
	packages := map[string]any{}
	found := 0
	for _, l := range listers {
		if !slices.Contains(asked, l.name) && !slices.Contains(asked, "auto") {
			continue
		}
		list, ok, err := l.list(ctx, c)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		found++
		for k, v := range list {
			packages[k] = v
		}
		if c.Args.Str("strategy") != "all" {
			break
		}
	}
	if found == 0 {
		return nil, module.Fail("Could not detect a supported package manager from the following list: " + strings.Join(asked, ", "))
	}
	return module.Result{"changed": false, "ansible_facts": map[string]any{"packages": packages}}, nil
}

func listDeb(_ context.Context, c *module.Call) (map[string]any, bool, error) {
	if _, err := c.Sys.Stat(dpkgStatusPath); err != nil {
		return nil, false, nil
	}
	db, err := readDpkg(c.Sys)
	if err != nil {
		return nil, false, err
	}
	archives := debArchives(c.Sys)
	out := map[string]any{}
	for _, name := range db.order {
		for _, p := range db.byName[name] {
			if !p.installed() {
				continue
			}
			key := name
			if p.Arch != db.native && p.Arch != "all" {
				key += ":" + p.Arch
			}
			from := archives[name+" "+p.Version]
			out[key] = []any{map[string]any{"name": key, "version": p.Version, "arch": p.Arch, "category": cmp.Or(from.section, p.Section), "origin": from.origin, "source": "apt"}}
		}
	}
	return out, true, nil
}

// debArchive is what an archive says of a package: its own Origin, and the section that it has put the package into.
type debArchive struct{ origin, section string }

// debArchives maps "name version" to the first archive that has it, from apt's lists.
func debArchives(sys module.System) map[string]debArchive {
	out := map[string]debArchive{}
	entries, _ := sys.ReadDir(aptListsPath)
	origins := map[string]string{}
	for _, e := range entries {
		for _, suffix := range []string{"_InRelease", "_Release"} {
			if base, ok := strings.CutSuffix(e.Name, suffix); ok {
				data, _ := sys.ReadFile(path.Join(aptListsPath, e.Name))
				for _, l := range strings.Split(string(data), "\n") {
					if v, ok := strings.CutPrefix(l, "Origin: "); ok {
						origins[base] = v
						break
					}
				}
			}
		}
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name, "_Packages") {
			continue
		}
		origin := ""
		for base, o := range origins {
			if strings.HasPrefix(e.Name, base+"_") {
				origin = o
			}
		}
		data, _ := sys.ReadFile(path.Join(aptListsPath, e.Name))
		name, key := "", ""
		for len(data) > 0 {
			line := data
			if i := bytes.IndexByte(data, '\n'); i >= 0 {
				line, data = data[:i], data[i+1:]
			} else {
				data = nil
			}
			if v, ok := bytes.CutPrefix(line, []byte("Package: ")); ok {
				name, key = string(v), ""
			} else if v, ok := bytes.CutPrefix(line, []byte("Version: ")); ok {
				if k := name + " " + string(v); out[k] == (debArchive{}) {
					key = k
					out[k] = debArchive{origin: origin}
				}
			} else if v, ok := bytes.CutPrefix(line, []byte("Section: ")); ok && key != "" {
				out[key] = debArchive{origin: origin, section: string(v)}
			}
		}
	}
	return out
}

func listRPM(ctx context.Context, c *module.Call) (map[string]any, bool, error) {
	asked := slices.Contains(c.Args.Strs("manager"), "rpm")
	if !program.Have(c.Sys, "rpm") || !asked && program.Have(c.Sys, "dpkg") && program.Have(c.Sys, "apt-get") { // Debian has rpm as a tool
		return nil, false, nil
	}
	out, err := program.Must(program.Read(ctx, c.Sys, "rpm", "-qa", "--qf", `%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\n`))
	if err != nil {
		return nil, false, err
	}
	packages := map[string]any{}
	for _, l := range program.Lines(out.Out) {
		f := strings.Split(l, "\t")
		if len(f) != 5 {
			continue
		}
		p := map[string]any{"name": f[0], "version": f[1], "release": f[2], "epoch": nil, "arch": f[4], "source": "rpm"}
		if n := number(f[3]); f[3] != "(none)" {
			p["epoch"] = n
		}
		if f[4] == "(none)" {
			p["arch"] = nil
		}
		list, _ := packages[f[0]].([]any)
		packages[f[0]] = append(list, p)
	}
	return packages, true, nil
}

func number(s string) int64 {
	var n int64
	for _, ch := range s {
		if ch < '0' || ch > '9' {
			return 0
		}
		n = n*10 + int64(ch-'0')
	}
	return n
}

func listApk(ctx context.Context, c *module.Call) (map[string]any, bool, error) {
	data, err := c.Sys.ReadFile("/lib/apk/db/installed")
	if err != nil {
		return nil, false, nil
	}
	packages := map[string]any{}
	name := ""
	for _, l := range strings.Split(string(data), "\n") {
		if v, ok := strings.CutPrefix(l, "P:"); ok {
			name = v
		}
		if v, ok := strings.CutPrefix(l, "V:"); ok {
			version, release, _ := strings.Cut(v, "-")
			packages[name] = []any{map[string]any{"name": name, "version": version, "release": release, "source": "apk"}}
		}
	}
	return packages, true, nil
}
