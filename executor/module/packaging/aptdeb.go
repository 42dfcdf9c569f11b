package packaging

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// installDeb installs package files. Those whose version is installed are left alone; the others go in one apt-get
// transaction, which brings their dependencies.
func (t *aptTask) installDeb(ctx context.Context) (module.Result, error) {
	var files []string
	for _, f := range strings.Split(t.Args.Str("deb"), ",") {
		if strings.Contains(f, "://") {
			tmp, done, err := fetchForApt(ctx, t.Call, f)
			if err != nil {
				return nil, err
			}
			defer done()
			if tmp == "" { // check mode: what is behind the URL stays unknown
				return module.Result{"changed": true, "stdout": "", "stderr": "", "diff": map[string]any{}}, nil
			}
			f = tmp
		}
		need, err := t.needsDeb(ctx, f)
		if err != nil {
			return nil, err
		}
		if need {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return module.Result{"changed": false, "stdout": "", "stderr": "", "diff": ""}, nil
	}
	if t.Args.Bool("force") {
		return t.dpkgForce(ctx, files)
	}
	for i, f := range files {
		if !path.IsAbs(f) {
			files[i] = "./" + f
		}
	}
	argv := append([]string{"apt-get", "-y"}, t.get.dpkgOptions()...)
	argv = append(argv, t.get.flags([][2]string{{"fail_on_autoremove", "--no-remove"}})...)
	argv = append(append(argv, t.get.simulate()...), t.installOptions()...)
	out, err := t.get.change(ctx, append(append(argv, "install", "--"), files...))
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("apt-get install %s failed: %s", strings.Join(files, " "), out.Said())
	}
	return module.Result{"changed": true, "stdout": out.Out, "stderr": out.Err, "diff": aptDiff(t.Call, out.Out)}, nil
}

// dpkgForce installs with dpkg --force-all, as force asks.
func (t *aptTask) dpkgForce(ctx context.Context, files []string) (module.Result, error) {
	argv := []string{"dpkg"}
	for _, o := range strings.Split(t.Args.Str("dpkg_options"), ",") {
		argv = append(argv, "--"+o)
	}
	argv = append(append(append(argv, t.get.simulate()...), "--force-all", "-i"), files...)
	out, err := t.get.change(ctx, argv)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("%s failed", strings.Join(argv, " "))
	}
	return module.Result{"changed": true, "stdout": out.Out, "stderr": out.Err, "diff": aptDiff(t.Call, out.Out)}, nil
}

// needsDeb compares a package file with what is installed.
func (t *aptTask) needsDeb(ctx context.Context, file string) (bool, error) {
	if _, err := t.Sys.Stat(file); err != nil {
		return false, &module.Failure{Msg: "Unable to install package: " + err.Error()}
	}
	out, err := program.Read(ctx, t.Sys, "dpkg-deb", "--field", file, "Package", "Version", "Architecture")
	if err != nil {
		return false, err
	}
	if out.RC != 0 {
		return false, out.Failed("Unable to install package: %s", out.Said())
	}
	deb, _ := parseStanza([]byte(out.Out))
	key := deb.Name
	if deb.Arch != "all" {
		key += ":" + deb.Arch
	}
	p, ok := t.db.find(key)
	if !ok || !p.installed() {
		return true, nil
	}
	switch c := compareDeb(deb.Version, p.Version); {
	case c == 0:
		return false, nil
	case c < 0 && !t.Args.Bool("force") && !t.Args.Bool("allow_downgrade"):
		return false, &module.Failure{Msg: "A later version is already installed"}
	}
	return true, nil
}

// fetchForApt downloads a URL with apt's own downloader, so with apt's proxy, certificates and protocols. done removes
// the file. In check mode nothing is fetched and the path is empty.
func fetchForApt(ctx context.Context, c *module.Call, url string) (file string, done func(), err error) {
	done = func() {}
	if c.Check {
		return "", done, nil
	}
	dir := "/var/cache/apt/archives/partial"
	name := path.Base(strings.SplitN(url, "?", 2)[0])
	file = path.Join(dir, "fetched."+name)
	done = func() { _ = c.Sys.Remove(file) }
	argv := []string{"/usr/lib/apt/apt-helper"}
	if c.Args.Has("validate_certs") && !c.Args.Bool("validate_certs") {
		argv = append(argv, "-o", "Acquire::https::Verify-Peer=false", "-o", "Acquire::https::Verify-Host=false")
	}
	out, err := program.Change(ctx, c.Sys, append(argv, "download-file", url, file)...)
	if err != nil {
		return "", done, err
	}
	if out.RC != 0 {
		return "", done, out.Failed("Failed to download %s: %s", url, out.Said())
	}
	return file, done, nil
}
