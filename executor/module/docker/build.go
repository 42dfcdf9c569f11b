package docker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/regexp"
)

// runImageBuild is community.docker.docker_image_build. The daemon's classic builder does the work, not BuildKit.
func runImageBuild(ctx context.Context, a *api) (module.Result, error) {
	repository, tag := parseTag(a.Args.Str("name"))
	if tag == "" {
		tag = a.Args.Str("tag")
	}
	name := fullName(repository, tag)
	have, err := a.findImage(ctx, name)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "actions": []any{}, "image": have}
	if have != nil && a.Args.Str("rebuild") != "always" {
		return res, nil
	}
	args := module.Args{}
	for k, v := range a.Args {
		args[k] = v
	}
	if p := a.Args.Strs("platform"); len(p) > 0 {
		args["platform"] = strings.Join(p, ",")
	}
	args["rm"] = true
	res["actions"] = []any{"Built image " + name + " from " + a.Path("path")}
	if err := a.buildable(args); err != nil {
		return nil, err
	}
	if a.Check {
		res["changed"] = true
		return res, nil
	}
	image, out, err := a.build(ctx, name, args)
	if err != nil {
		return nil, err
	}
	res["image"], res["stdout"] = image, out
	res["changed"] = have["Id"] != image["Id"]
	return res, nil
}

// buildable checks what a build is given.
func (a *api) buildable(b module.Args) error {
	dir := a.ExpandPath(b.Str("path"))
	if info, err := a.Sys.Stat(dir); err != nil || !info.Mode.IsDir() {
		return module.Fail("Requested build path " + dir + " could not be found or you do not have access.")
	}
	return nil
}

// build sends a directory to the daemon and has an image made of it.
func (a *api) build(ctx context.Context, name string, b module.Args) (dict, string, error) {
	if err := a.buildable(b); err != nil {
		return nil, "", err
	}
	if b.Bool("use_config_proxy") {
		return nil, "", module.Fail("build.use_config_proxy is not supported: give the proxies as build.args")
	}
	query := url.Values{"t": {name}}
	for arg, key := range map[string]string{"dockerfile": "dockerfile", "target": "target", "network": "networkmode", "platform": "platform", "shm_size": "shmsize"} {
		if v := b.Text(arg); v != "" {
			query.Set(key, v)
		}
	}
	if s := b.Str("shm_size"); s != "" {
		n, err := amount(s)
		if err != nil {
			return nil, "", err
		}
		query.Set("shmsize", strconv.FormatInt(n, 10))
	}
	for arg, key := range map[string]string{"nocache": "nocache", "pull": "pull", "rm": "rm"} {
		query.Set(key, strconv.FormatBool(b.Bool(arg)))
	}
	query.Set("forcerm", strconv.FormatBool(b.Bool("rm")))
	limits := module.Args(b.Map("container_limits"))
	for _, limit := range []string{"memory", "memswap", "cpushares", "cpusetcpus"} {
		if v := limits.Text(limit); v != "" {
			query.Set(limit, v)
		}
	}
	buildArgs := dict{}
	for k, v := range b.Map("args") {
		buildArgs[k] = pythonText(v)
	}
	for key, v := range map[string]any{"buildargs": buildArgs, "labels": apiTexts(b.Map("labels")), "cachefrom": b.List("cache_from")} {
		if size(v) > 0 {
			text, err := jsontext.Append(nil, v)
			if err != nil {
				return nil, "", err
			}
			query.Set(key, string(text))
		}
	}
	var hosts []string
	for h, ip := range b.Map("etc_hosts") {
		hosts = append(hosts, h+":"+pythonText(ip))
	}
	if len(hosts) > 0 {
		query.Set("extrahosts", strings.Join(hosts, ","))
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(a.pack(writer, a.ExpandPath(b.Str("path")), b.Str("dockerfile"))) }()
	defer reader.Close()
	if limit := b.Int("http_timeout"); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(limit)*time.Second)
		defer cancel()
	}
	res, err := a.patient().send(ctx, "POST", "/build", query, io.Reader(reader), nil)
	var lines []dict
	if err == nil {
		lines, err = progress(res)
	}
	if err != nil {
		return nil, "", module.Fail(fmt.Sprintf("Error building %s - message: %v, logs: %s", name, err, said(lines)), "stdout", said(lines))
	}
	image, err := a.findImage(ctx, name)
	return image, said(lines), err
}

// pack writes the context of a build: the directory without what .dockerignore says, but with the Dockerfile.
func (a *api) pack(w io.Writer, dir, dockerfile string) error {
	if dockerfile == "" {
		dockerfile = "Dockerfile"
	}
	text, err := a.Sys.ReadFile(path.Join(dir, ".dockerignore"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	left := ignores(string(text))
	out := tar.NewWriter(w)
	var walk func(rel string) error
	walk = func(rel string) error {
		entries, err := a.Sys.ReadDir(path.Join(dir, rel))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(rel, e.Name)
			out1 := left.match(name) && name != path.Clean(dockerfile) && name != ".dockerignore"
			if !out1 {
				if err := a.packOne(out, dir, name, e); err != nil {
					return err
				}
			}
			if e.Mode.IsDir() && (!out1 || left.exceptions) {
				if err := walk(name); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := walk(""); err != nil {
		return err
	}
	return out.Close()
}

func (a *api) packOne(out *tar.Writer, dir, name string, info module.Info) error {
	h := &tar.Header{Name: name, Mode: int64(info.Perm), ModTime: info.Mtime, Format: tar.FormatPAX}
	switch {
	case info.Mode.IsDir():
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
	case info.Mode&fs.ModeSymlink != 0:
		h.Typeflag = tar.TypeSymlink
		link, err := a.Sys.Readlink(path.Join(dir, name))
		if err != nil {
			return err
		}
		h.Linkname = link
	case info.Mode.IsRegular():
		h.Typeflag, h.Size = tar.TypeReg, info.Size
	default:
		return nil // sockets and devices are no content
	}
	if err := out.WriteHeader(h); err != nil || h.Typeflag != tar.TypeReg {
		return err
	}
	f, err := a.Sys.Open(path.Join(dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(out, io.LimitReader(f, info.Size)); err != nil {
		return err
	}
	return out.Flush()
}

// ignoring is what .dockerignore says: the last pattern that matches decides.
type ignoring struct {
	rules []struct {
		re   *regexp.Regexp
		keep bool
	}
	exceptions bool
}

// ignores reads .dockerignore: patterns of path.Match with "**" for any number of directories, "!" for exceptions.
func ignores(text string) ignoring {
	var out ignoring
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		pattern, keep := strings.CutPrefix(line, "!")
		pattern = strings.Trim(path.Clean(strings.TrimSpace(pattern)), "/")
		var re strings.Builder
		for i := 0; i < len(pattern); i++ {
			switch c := pattern[i]; {
			case strings.HasPrefix(pattern[i:], "**/"):
				re.WriteString("(.*/)?")
				i += 2
			case strings.HasPrefix(pattern[i:], "**"):
				re.WriteString(".*")
				i++
			case c == '*':
				re.WriteString("[^/]*")
			case c == '?':
				re.WriteString("[^/]")
			default:
				re.WriteString(regexp.QuoteMeta(string(c)))
			}
		}
		out.exceptions = out.exceptions || keep
		out.rules = append(out.rules, struct {
			re   *regexp.Regexp
			keep bool
		}{regexp.MustCompile("^" + re.String() + "(/.*)?$"), keep})
	}
	return out
}

func (g ignoring) match(name string) bool {
	left := false
	for _, r := range g.rules {
		if r.re.MatchString(name) {
			left = !r.keep
		}
	}
	return left
}

// archived reads which image a file of docker save has: its id without the algorithm, and its names.
func (a *api) archived(file string) (id string, names []string, err error) {
	f, err := a.Sys.Open(file)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	in := tar.NewReader(f)
	for {
		h, err := in.Next()
		if err != nil {
			return "", nil, fmt.Errorf("reading %s: %w", file, noEOF(err))
		}
		if h.Name != "manifest.json" {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(in, maxAnswer))
		if err != nil {
			return "", nil, err
		}
		v, err := jsontext.Parse(text)
		if err != nil || len(asList(v)) != 1 {
			return "", nil, fmt.Errorf("%s has not one image: %w", file, errManifest)
		}
		entry := asDict(asList(v)[0])
		for _, n := range asList(entry["RepoTags"]) {
			names = append(names, asText(n))
		}
		return strings.TrimSuffix(path.Base(asText(entry["Config"])), ".json"), names, nil
	}
}

var errManifest = errors.New("no manifest of one image")

func noEOF(err error) error {
	if err == io.EOF {
		return errManifest
	}
	return err
}
